package store

import "time"

// micros is how a time is stored: whole microseconds since 1970.
func micros(t time.Time) int64 { return t.UnixMicro() }

// timeOf is the time that micros stored, in UTC.
func timeOf(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

package store

import "time"

// micros is how a time is stored: whole microseconds since 1970.
func micros(t time.Time) int64 { return t.UnixMicro() }

// timeOf is the time that micros stored, in UTC.
func timeOf(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// microsUnlessZero is micros of a time that may not be set, which is 0 then.
func microsUnlessZero(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return micros(t)
}

// timeUnlessZero is the time that microsUnlessZero stored.
func timeUnlessZero(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return timeOf(micros)
}

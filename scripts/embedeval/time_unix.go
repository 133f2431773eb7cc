//go:build unix

package main

import (
	"syscall"
	"time"
)

// processorTime returns how long this program has run, on all cores together.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

//go:build !unix

package main

import "time"

// processorTime returns the time on the wall, where no other is to be had.
func processorTime() time.Duration { return time.Duration(time.Now().UnixNano()) }

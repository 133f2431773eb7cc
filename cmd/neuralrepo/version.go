package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is set by the linker for a release: -ldflags "-X main.release=v1.2.3".
var release string

// versionOf returns the version of the program: that of the release, or what
// the Go toolchain knows of the module.
func versionOf() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

type version struct{}

// Run prints the version and what the program was built from.
func (version) Run(t terminal) error {
	commit := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = ", commit " + s.Value
			}
		}
	}
	_, err := fmt.Fprintf(t.out, "neuralrepo %s (%s %s/%s%s)\n", versionOf(), runtime.Version(), runtime.GOOS, runtime.GOARCH, commit)
	return err
}

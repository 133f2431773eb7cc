//go:build !no_ui

// Package web carries the built web app inside the binary.
//
// Its source is in src and becomes dist by "make web". The build is committed,
// so that "go install" gives the whole program on a machine without Node.
// The build tag no_ui leaves it out: the server then answers its API and, at
// every page, one explanation.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var files embed.FS

// Dist returns the files of the built web app, with index.html at the root.
func Dist() (fs.FS, error) { return fs.Sub(files, "dist") }

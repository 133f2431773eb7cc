//go:build no_ui

// Package web stands in for the built web app, which the build tag no_ui
// left out of this binary.
package web

import (
	"embed"
	"io/fs"
)

//go:embed no_ui
var files embed.FS

// Dist returns one page that says why there is no web app.
func Dist() (fs.FS, error) { return fs.Sub(files, "no_ui") }

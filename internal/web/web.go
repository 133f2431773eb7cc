// Package web serves the built web app: its pages, its hashed assets and the
// headers that keep both safe.
//
// It translates paths to files and nothing else. Every file is known by name
// from the start and looked up in a map, so that no path can lead out of the
// build. A path that names no file but could be a page of the app (/ideas/12)
// gets index.html, because the app does its own routing.
package web

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

const (
	index     = "index.html"
	assetsDir = "assets/"
)

// App serves one build of the web app. It is safe for concurrent use.
type App struct {
	assets map[string]*asset // by path without the leading slash
}

// New indexes the files of dist, which must have an index.html at its root.
// A file of a type that this package does not know is an error, so that
// nothing is ever served with a guessed type.
func New(dist fs.FS) (*App, error) {
	app := &App{assets: map[string]*asset{}}
	err := fs.WalkDir(dist, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		mediaType, ok := mediaTypes[path.Ext(name)]
		if !ok {
			return fmt.Errorf("%s: no media type is known for files of this name", name)
		}
		app.assets[name] = newAsset(dist, name, mediaType)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("index the web app: %w", err)
	}
	if app.assets[index] == nil {
		return nil, fmt.Errorf("index the web app: it has no %s", index)
	}
	return app, nil
}

// ServeHTTP answers GET and HEAD for the files and pages of the app.
func (app *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	guard(header)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		refuse(w, "Pages can only be read here.", http.StatusMethodNotAllowed)
		return
	}
	a := app.find(r.URL.Path)
	if a == nil {
		refuse(w, "There is no such file here.", http.StatusNotFound)
		return
	}
	body, err := a.load()
	if err != nil {
		refuse(w, "This file could not be read.", http.StatusInternalServerError)
		return
	}
	describe(header, a)
	content, etag := body.plain, body.etag
	if body.packed != nil {
		header.Add("Vary", "Accept-Encoding")
		// A range is a part of the plain file, whatever else is accepted.
		if r.Header.Get("Range") == "" && acceptsGzip(r.Header.Values("Accept-Encoding")) {
			content, etag = body.packed, body.packedETag
			header.Set("Content-Encoding", "gzip")
		}
	}
	header.Set("ETag", etag)
	// The build has no meaningful times: the ETag alone says what changed.
	http.ServeContent(w, r, a.name, time.Time{}, bytes.NewReader(content))
}

// find returns the file for a path, index.html for a page of the app, or nil.
func (app *App) find(urlPath string) *asset {
	name := strings.TrimPrefix(urlPath, "/")
	if a := app.assets[name]; a != nil {
		return a
	}
	if !isPage(name) {
		return nil
	}
	return app.assets[index]
}

// isPage reports whether a path that names no file may be a page of the app.
// Pages have no dots, so a missing file is a plain 404 and is never answered
// with HTML that a browser would try to run as a script.
func isPage(name string) bool {
	return !strings.ContainsAny(name, ".%\\\x00") &&
		!strings.Contains("/"+name, "//") &&
		!strings.HasPrefix(name+"/", assetsDir)
}

// refuse answers with one sentence of plain text.
func refuse(w http.ResponseWriter, sentence string, status int) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, sentence, status)
}

package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"
)

// mediaTypes are the types of files that a build may have. The table is ours,
// because what the machine has in /etc/mime.types differs.
var mediaTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/x-icon",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff2":       "font/woff2",
}

// packedAlready are the types that gzip would only make longer.
var packedAlready = map[string]bool{".png": true, ".webp": true, ".woff2": true}

// asset is one file of the build.
type asset struct {
	name      string // path without the leading slash
	mediaType string
	load      func() (*body, error)
}

// body is what an asset sends, in the forms it can be sent in.
type body struct {
	plain      []byte
	etag       string
	packed     []byte // gzip, nil if it would not be shorter
	packedETag string
}

// newAsset describes a file of dist. It is read and packed at the first
// request, once: the diagrams are most of the build and most starts of the
// server never show one.
func newAsset(dist fs.FS, name, mediaType string) *asset {
	load := func() (*body, error) {
		plain, err := fs.ReadFile(dist, name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(plain)
		tag := base64.RawURLEncoding.EncodeToString(sum[:12])
		b := &body{plain: plain, etag: strconv.Quote(tag)}
		if packedAlready[path.Ext(name)] {
			return b, nil
		}
		packed, err := pack(plain)
		if err != nil {
			return nil, err
		}
		if len(packed) < len(plain) {
			b.packed, b.packedETag = packed, strconv.Quote(tag+"-gzip")
		}
		return b, nil
	}
	return &asset{name: name, mediaType: mediaType, load: sync.OnceValues(load)}
}

func pack(plain []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// acceptsGzip reads Accept-Encoding: gzip is wanted if it, or else *, is
// named with a weight that is not zero.
func acceptsGzip(values []string) bool {
	wanted := false
	for coding := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, parameters, _ := strings.Cut(coding, ";")
		accepted := true
		if weight, ok := strings.CutPrefix(strings.TrimSpace(parameters), "q="); ok {
			q, err := strconv.ParseFloat(weight, 64)
			accepted = err == nil && q > 0
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip", "x-gzip":
			return accepted
		case "*":
			wanted = accepted
		}
	}
	return wanted
}

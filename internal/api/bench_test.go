package api

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/store"
)

// What one request costs, over real HTTP on SQLite, with the client's share.
func BenchmarkHTTP(b *testing.B) {
	w := newWorld(b, store.Options{Path: filepath.Join(b.TempDir(), "bench.db")})
	ada := w.person(b, "ada")
	for i := range 1000 {
		w.must(b, cookie(ada.session), "POST /ideas", fmt.Sprintf(`{"title":"Idea number %d","body":"Some words about kettle %d.","tags":["tea","t%d"]}`, i, i, i%50))
	}
	for _, path := range []string{"/health", "/ideas/500", "/ideas", "/ideas?offset=500", "/ideas/search?q=kettle+500", "/map"} {
		b.Run(path, func(b *testing.B) {
			req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, w.server.URL+Prefix+path, nil)
			if err != nil {
				b.Fatal(err)
			}
			cookie(ada.session)(req.Header)
			b.ReportAllocs()
			for b.Loop() {
				res, err := w.server.Client().Do(req)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
					b.Fatal(res.Status, err)
				}
				res.Body.Close()
			}
		})
	}
}

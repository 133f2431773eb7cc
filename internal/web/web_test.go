package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/web"
	build "github.com/neuralrepo/neuralrepo/web"
)

var (
	page   = "<!doctype html><title>app</title>" + strings.Repeat("<p>words</p>", 50)
	script = "export const words = [" + strings.Repeat(`"words",`, 500) + "];"
	font   = strings.Repeat("f", 500)
)

// small is a build with one file of each kind.
func small(t *testing.T) *web.App {
	t.Helper()
	app, err := web.New(fstest.MapFS{
		"index.html":             {Data: []byte(page)},
		"mermaid-frame.html":     {Data: []byte(page)},
		"theme.js":               {Data: []byte(script)},
		"favicon.svg":            {Data: []byte("<svg/>")},
		"assets/main-abc.js":     {Data: []byte(script)},
		"assets/inter-abc.woff2": {Data: []byte(font)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// ask sends one request; header is name, value, name, value …
func ask(h http.Handler, method, target string, header ...string) *http.Response {
	r := httptest.NewRequest(method, "/", nil)
	// Set by hand: NewRequest refuses the paths that an attacker would send.
	r.URL = &url.URL{Path: target}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func read(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPaths(t *testing.T) {
	const (
		isIndex = "text/html; charset=utf-8"
		isJS    = "text/javascript; charset=utf-8"
		isText  = "text/plain; charset=utf-8"
	)
	tests := []struct {
		path      string
		status    int
		mediaType string
	}{
		{"/", 200, isIndex},
		{"/index.html", 200, isIndex},
		{"/ideas", 200, isIndex},
		{"/ideas/", 200, isIndex},
		{"/ideas/12", 200, isIndex},
		{"/board", 200, isIndex},
		{"/auth/cli", 200, isIndex},
		{"/assetsandmore", 200, isIndex},
		{"/theme.js", 200, isJS},
		{"/favicon.svg", 200, "image/svg+xml"},
		{"/assets/main-abc.js", 200, isJS},
		{"/assets/inter-abc.woff2", 200, "font/woff2"},

		{"/assets", 404, isText},
		{"/assets/", 404, isText},
		{"/assets/main-old.js", 404, isText},
		{"/assets/main-old", 404, isText},
		{"/main.js", 404, isText},
		{"/ideas/12/main.js", 404, isText},
		{"/favicon.ico", 404, isText},
		{"/.env", 404, isText},
		{"/.git/config", 404, isText},

		{"/..", 404, isText},
		{"/../web.go", 404, isText},
		{"/../../etc/passwd", 404, isText},
		{"/ideas/../../etc/passwd", 404, isText},
		{"/assets/../index.html", 404, isText},
		{"/assets/../../../etc/passwd", 404, isText},
		{"/./index.html", 404, isText},
		{"//index.html", 404, isText},
		{"//example.org", 404, isText},
		{"//example/ideas", 404, isText},
		{"/ideas//etc/passwd", 404, isText},
		{`/..\..\etc\passwd`, 404, isText},
		{`/\example`, 404, isText},
		{`C:\windows`, 404, isText},
		{"/index.html\x00", 404, isText},
		{"/ideas\x00", 404, isText},
		{"/%2e%2e/etc/passwd", 404, isText}, // escaped twice
	}
	app := small(t)
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			got := ask(app, "GET", tt.path)
			if got.StatusCode != tt.status {
				t.Errorf("status %d, want %d", got.StatusCode, tt.status)
			}
			if mediaType := got.Header.Get("Content-Type"); mediaType != tt.mediaType {
				t.Errorf("Content-Type %q, want %q", mediaType, tt.mediaType)
			}
			body := read(t, got.Body)
			if tt.mediaType == isIndex && body != page {
				t.Errorf("got %.60q, want index.html", body)
			}
			if tt.status == 404 && body != "There is no such file here.\n" {
				t.Errorf("got %.60q, want the sentence that nothing is here", body)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	const (
		pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
			"font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self'; manifest-src 'self'; " +
			"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
			"trusted-types svelte-trusted-html dompurify neuralrepo-worker"
		framePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; " +
			"img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts"
		filePolicy = "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

		fresh   = "no-cache"
		forever = "public, max-age=31536000, immutable"
		never   = "no-store"
	)
	tests := []struct {
		method, path string
		policy       string
		cache        string
		shared       bool // readable from the sandboxed frame
	}{
		{"GET", "/", pagePolicy, fresh, false},
		{"HEAD", "/", pagePolicy, fresh, false},
		{"GET", "/ideas/12", pagePolicy, fresh, false},
		{"GET", "/mermaid-frame.html", framePolicy, fresh, false},
		{"GET", "/theme.js", filePolicy, fresh, false},
		{"GET", "/favicon.svg", filePolicy, fresh, false},
		{"GET", "/assets/main-abc.js", filePolicy, forever, true},
		{"GET", "/assets/inter-abc.woff2", filePolicy, forever, true},
		{"GET", "/assets/gone.js", filePolicy, never, false},
		{"POST", "/", filePolicy, never, false},
	}
	app := small(t)
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			origin, reach := "", "same-origin"
			if tt.shared {
				origin, reach = "*", "cross-origin"
			}
			want := map[string]string{
				"Content-Security-Policy":      tt.policy,
				"Cache-Control":                tt.cache,
				"Access-Control-Allow-Origin":  origin,
				"Cross-Origin-Resource-Policy": reach,
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Referrer-Policy":              "no-referrer",
				"X-Content-Type-Options":       "nosniff",
			}
			res := ask(app, tt.method, tt.path)
			got := map[string]string{}
			for name := range want {
				got[name] = strings.Join(res.Header.Values(name), " | ")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
			for _, power := range []string{"camera=()", "microphone=()", "geolocation=()"} {
				if !strings.Contains(res.Header.Get("Permissions-Policy"), power) {
					t.Errorf("Permissions-Policy lacks %s", power)
				}
			}
		})
	}
}

func TestOnlyReads(t *testing.T) {
	app := small(t)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "ODD"} {
		res := ask(app, method, "/")
		if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: status %d, Allow %q", method, res.StatusCode, res.Header.Get("Allow"))
		}
	}
}

func TestCompression(t *testing.T) {
	tests := []struct {
		path, accept string
		packed       bool
		vary         string
	}{
		{"/assets/main-abc.js", "", false, "Accept-Encoding"},
		{"/assets/main-abc.js", "gzip", true, "Accept-Encoding"},
		{"/assets/main-abc.js", "br, GZIP;q=0.5", true, "Accept-Encoding"},
		{"/assets/main-abc.js", "*", true, "Accept-Encoding"},
		{"/assets/main-abc.js", "br, identity", false, "Accept-Encoding"},
		{"/assets/main-abc.js", "gzip;q=0", false, "Accept-Encoding"},
		{"/assets/main-abc.js", "gzip; q=0.000, *", false, "Accept-Encoding"},
		{"/assets/main-abc.js", "*, gzip;q=0", false, "Accept-Encoding"},
		{"/assets/main-abc.js", "gzip;q=many", false, "Accept-Encoding"},
		{"/ideas/12", "gzip", true, "Accept-Encoding"},
		{"/assets/inter-abc.woff2", "gzip", false, ""}, // packed by its format
		{"/favicon.svg", "gzip", false, ""},            // too short to gain
	}
	app := small(t)
	for _, tt := range tests {
		t.Run(tt.path+" "+tt.accept, func(t *testing.T) {
			plain := ask(app, "GET", tt.path)
			res := ask(app, "GET", tt.path, "Accept-Encoding", tt.accept)
			if got := res.Header.Get("Content-Encoding") == "gzip"; got != tt.packed {
				t.Fatalf("packed is %v, want %v", got, tt.packed)
			}
			if got := res.Header.Get("Vary"); got != tt.vary {
				t.Errorf("Vary %q, want %q", got, tt.vary)
			}
			if plain.Header.Get("Vary") != tt.vary {
				t.Error("the plain answer must vary as the packed one does")
			}
			same := res.Header.Get("ETag") == plain.Header.Get("ETag")
			if same == tt.packed {
				t.Errorf("packed is %v, but the ETags equal is %v", tt.packed, same)
			}
			var body io.Reader = res.Body
			if tt.packed {
				unpacked, err := gzip.NewReader(res.Body)
				if err != nil {
					t.Fatal(err)
				}
				body = unpacked
			}
			if read(t, body) != read(t, plain.Body) {
				t.Error("the content is not what the plain answer has")
			}
		})
	}
}

func TestRevalidation(t *testing.T) {
	app := small(t)
	for _, accept := range []string{"", "gzip"} {
		for _, path := range []string{"/", "/board", "/assets/main-abc.js", "/favicon.svg"} {
			first := ask(app, "GET", path, "Accept-Encoding", accept)
			etag := first.Header.Get("ETag")
			again := ask(app, "GET", path, "Accept-Encoding", accept, "If-None-Match", etag)
			if again.StatusCode != http.StatusNotModified {
				t.Errorf("%s (%s): status %d, want 304", path, accept, again.StatusCode)
			}
			if got := again.Header.Get("ETag"); got != etag {
				t.Errorf("%s (%s): the 304 names %s, want %s", path, accept, got, etag)
			}
			if body := read(t, again.Body); body != "" {
				t.Errorf("%s (%s): the 304 has a body", path, accept)
			}
			other := ask(app, "GET", path, "Accept-Encoding", accept, "If-None-Match", `"older"`)
			if other.StatusCode != http.StatusOK {
				t.Errorf("%s (%s): status %d for an older ETag, want 200", path, accept, other.StatusCode)
			}
		}
	}
}

// TestOverTheWire asks through a real connection, where net/http would notice
// a wrong length.
func TestOverTheWire(t *testing.T) {
	server := httptest.NewServer(small(t))
	defer server.Close()
	const file = "/assets/main-abc.js"
	whole := ask(small(t), "GET", file)
	etag := whole.Header.Get("ETag")

	tests := []struct {
		name, method string
		header       http.Header
		status       int
		length       int64 // -1 is not said
		body         string
	}{
		{"get", "GET", nil, 200, int64(len(script)), script},
		{"head", "HEAD", nil, 200, int64(len(script)), ""},
		{"head packed", "HEAD", http.Header{"Accept-Encoding": {"gzip"}}, 200, -1, ""},
		{"range", "GET", http.Header{"Range": {"bytes=7-11"}}, 206, 5, script[7:12]},
		{"range, gzip accepted", "GET", http.Header{"Range": {"bytes=7-11"}, "Accept-Encoding": {"gzip"}}, 206, 5, script[7:12]},
		{"range of this version", "GET", http.Header{"Range": {"bytes=7-11"}, "If-Range": {etag}}, 206, 5, script[7:12]},
		{"range of another version", "GET", http.Header{"Range": {"bytes=7-11"}, "If-Range": {`"older"`}}, 200, int64(len(script)), script},
		{"range past the end", "GET", http.Header{"Range": {"bytes=999999-"}}, 416, -2, ""},
		{"other version wanted", "GET", http.Header{"If-Match": {`"older"`}, "Accept-Encoding": {"gzip"}}, 412, 0, ""},
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), tt.method, server.URL+file, nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.header != nil {
				r.Header = tt.header
			}
			res, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != tt.status {
				t.Fatalf("status %d, want %d", res.StatusCode, tt.status)
			}
			body := read(t, res.Body)
			if tt.status == http.StatusRequestedRangeNotSatisfiable {
				if got := res.Header.Get("Content-Range"); !strings.HasPrefix(got, "bytes */") {
					t.Errorf("Content-Range %q does not say how long the file is", got)
				}
				return
			}
			if res.ContentLength != tt.length {
				t.Errorf("length %d, want %d", res.ContentLength, tt.length)
			}
			if body != tt.body {
				t.Errorf("got %.60q, want %.60q", body, tt.body)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	tests := []struct {
		name string
		dist fstest.MapFS
		want string
	}{
		{"nothing", fstest.MapFS{}, "it has no index.html"},
		{"no index", fstest.MapFS{"theme.js": {}}, "it has no index.html"},
		{"odd type", fstest.MapFS{"index.html": {}, "assets/a.exe": {}}, "assets/a.exe: no media type"},
		{"source map", fstest.MapFS{"index.html": {}, "assets/a.js.map": {}}, "assets/a.js.map: no media type"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := web.New(tt.dist)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

// TestEmbeddedBuild holds for whatever build is in the repository.
func TestEmbeddedBuild(t *testing.T) {
	dist, err := build.Dist()
	if err != nil {
		t.Fatal(err)
	}
	app, err := web.New(dist)
	if err != nil {
		t.Fatal(err)
	}
	res := ask(app, "GET", "/")
	body := read(t, res.Body)
	if res.StatusCode != http.StatusOK || !strings.Contains(strings.ToLower(body), "<!doctype html>") {
		t.Fatalf("status %d, %.80q", res.StatusCode, body)
	}
	for _, inline := range []string{"<style", "style=", "onload=", "http://", "https://"} {
		if strings.Contains(body, inline) {
			t.Errorf("index.html has %q, which its own policy forbids", inline)
		}
	}
	if bytes.Contains([]byte(body), []byte("<script>")) {
		t.Error("index.html has an inline script, which its own policy forbids")
	}
}

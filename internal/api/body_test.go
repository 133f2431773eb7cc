package api

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// countingReader gives spaces without end and counts them.
type countingReader struct{ read int }

func (r *countingReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	r.read += len(p)
	return len(p), nil
}

func TestBodyIsLimited(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	const hundredMB = 100 << 20

	for name, declared := range map[string]int64{"declared": hundredMB, "chunked": -1, "declared too small": MaxBody} {
		endless := &countingReader{}
		req := httptest.NewRequest(http.MethodPost, Prefix+"/ideas", io.LimitReader(endless, hundredMB))
		req.ContentLength = declared
		key(ada.key)(req.Header)
		rec := httptest.NewRecorder()
		w.server.Config.Handler.ServeHTTP(rec, req)
		got := reply{rec.Code, rec.Header(), rec.Body.String()}
		if got.status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: status %d, want 413: %s", name, got.status, got.body)
		}
		if want := "The body is larger than 1048576 bytes: send less at a time"; got.message(t) != want {
			t.Errorf("%s: %q, want %q", name, got.message(t), want)
		}
		if got.header.Get("Connection") != "close" {
			t.Errorf("%s: the connection stays open for the rest of the body", name)
		}
		if declared > MaxBody && endless.read != 0 {
			t.Errorf("%s: %d bytes were read of a body that said it is too large", name, endless.read)
		}
		if endless.read > 2*MaxBody {
			t.Errorf("%s: %d bytes were read", name, endless.read)
		}
	}

	// The limit itself is allowed.
	padded := func(size int) string {
		body := `{"title":"padded"}`
		return body + strings.Repeat(" ", size-len(body))
	}
	if r := w.do(t, key(ada.key), "POST /ideas", padded(MaxBody)); r.status != http.StatusCreated {
		t.Errorf("a body of MaxBody bytes: %d %s", r.status, r.body)
	}
	if r := w.do(t, key(ada.key), "POST /ideas", padded(MaxBody+1)); r.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body of one byte more: %d %s", r.status, r.body)
	}
}

// raw sends bytes as they are and returns the answer, nil if there is none.
func (w *world) raw(t *testing.T, text string) *http.Response {
	t.Helper()
	conn, err := net.Dial("tcp", w.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	conn.(*net.TCPConn).CloseWrite()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return nil
	}
	res.Body.Close()
	return res
}

func TestBodyThatIsNotAsLongAsItSays(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	head := "POST " + Prefix + "/ideas HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-API-Key: " + ada.key + "\r\n"
	body := `{"title":"never stored"}`
	for name, request := range map[string]string{
		"more than it says": head + fmt.Sprintf("Content-Length: %d\r\nConnection: close\r\n\r\n%s", len(body)-5, body),
		"less than it says": head + fmt.Sprintf("Content-Length: %d\r\nConnection: close\r\n\r\n%s", len(body)+5, body),
		"chunks cut off":    head + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(body), body),
		"no chunks at all":  head + "Transfer-Encoding: chunked\r\n\r\n" + body,
	} {
		if res := w.raw(t, request); res != nil && res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400", name, res.StatusCode)
		}
	}
	if list := w.must(t, key(ada.key), "GET /ideas", "")["ideas"].([]any); len(list) != 0 {
		t.Errorf("stored nevertheless: %v", list)
	}
}

func TestMediaTypes(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	for media, want := range map[string]int{
		"":                                  http.StatusCreated,
		"application/json":                  http.StatusCreated,
		"application/json; charset=utf-8":   http.StatusCreated,
		"Application/JSON;charset=UTF-8":    http.StatusCreated,
		"application/json ; charset=utf-8":  http.StatusCreated,
		"application/merge-patch+json":      http.StatusCreated,
		"text/plain":                        http.StatusUnsupportedMediaType,
		"text/json":                         http.StatusUnsupportedMediaType,
		"application/x-www-form-urlencoded": http.StatusUnsupportedMediaType,
		"multipart/form-data; boundary=x":   http.StatusUnsupportedMediaType,
		"application/cbor":                  http.StatusUnsupportedMediaType,
		"nonsense":                          http.StatusUnsupportedMediaType,
		"application/json, text/plain":      http.StatusUnsupportedMediaType,
	} {
		req, err := http.NewRequest(http.MethodPost, w.server.URL+Prefix+"/ideas", strings.NewReader(`{"title":"x"}`))
		if err != nil {
			t.Fatal(err)
		}
		key(ada.key)(req.Header)
		if media != "" {
			req.Header.Set("Content-Type", media)
		}
		if r, err := w.send(req); err != nil || r.status != want {
			t.Errorf("Content-Type %q: status %d, want %d: %s %v", media, r.status, want, r.body, err)
		}
	}
	// Where there is no body, its type means nothing.
	for _, media := range []string{"application/json", "text/plain", "nonsense"} {
		if r := w.do(t, key(ada.key).and("Content-Type", media), "GET /ideas", ""); r.status != http.StatusOK {
			t.Errorf("GET with Content-Type %s: %d %s", media, r.status, r.body)
		}
	}
	// Answers are JSON whatever a client would rather have.
	for _, accept := range []string{"", "*/*", "text/html", "application/cbor", "application/xml;q=0.9, */*;q=0.1", "nonsense"} {
		r := w.do(t, key(ada.key).and("Accept", accept), "GET /ideas", "")
		if r.status != http.StatusOK || r.header.Get("Content-Type") != "application/json" {
			t.Errorf("Accept %q: %d %s", accept, r.status, r.header.Get("Content-Type"))
		}
	}
}

func TestUnknownFieldsAreIgnored(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	got := w.must(t, key(ada.key), "POST /ideas?unknown=1&unknown=2", `{"title":"x","unknown":{"deep":[1,"2"]},"id":77,"version":9}`)
	if got["number"] != 1.0 || got["version"] != 1.0 {
		t.Errorf("an unknown field was heard: %v", got)
	}
	if _, there := got["$schema"]; there {
		t.Error("the answer has a $schema")
	}
	w.must(t, key(ada.key), "POST /ideas", `{"title":"y"}`)
	w.must(t, key(ada.key), "POST /map/relations", `{"links":[{"source_idea_id":1,"target_idea_id":2,"weight":3}],"atomic":true}`)
	w.must(t, key(ada.key), "PATCH /user/me", `{"theme":"dark"}`)
}

package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"syscall"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

func TestEveryAnswerHasItsHeaders(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	seen := map[string]bool{}
	for _, what := range []string{"GET /ideas", "GET /health", "GET /nothing", "GET /ideas?limit=x", "GET /openapi.json", "DELETE /ideas/77", "POST /ideas"} {
		r := w.do(t, key(ada.key), what, "")
		if got := r.header.Get("Content-Type"); got != "application/json" {
			t.Errorf("%s: Content-Type %q", what, got)
		}
		if got := r.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", what, got)
		}
		if got := r.header.Get("X-Content-Type-Options"); got != "nosniff" {
			t.Errorf("%s: X-Content-Type-Options %q", what, got)
		}
		id := r.header.Get("X-Request-Id")
		if len(id) < 16 || seen[id] {
			t.Errorf("%s: request id %q", what, id)
		}
		seen[id] = true
	}
}

func TestHEAD(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	for what, want := range map[string]int{
		"HEAD /ideas": 200, "HEAD /health": 200, "HEAD /ideas/9": 404, "HEAD /events": 200, "HEAD /tags/1": 405,
	} {
		if r := w.do(t, key(ada.key), what, ""); r.status != want || r.body != "" {
			t.Errorf("%s: %d %q, want %d and no body", what, r.status, r.body, want)
		}
	}
}

// What goes wrong inside is told to the log, once, and to nobody else.
func TestInternalFailuresStayInside(t *testing.T) {
	for name, fail := range map[string]func(context.Context, owner.ID) (int64, error){
		"error": func(context.Context, owner.ID) (int64, error) { return 0, errors.New("the disk /dev/sdx is on fire") },
		"panic": func(context.Context, owner.ID) (int64, error) { panic("the disk /dev/sdx is on fire") },
	} {
		t.Run(name, func(t *testing.T) {
			w := sqliteWorld(t, func(_ *account.Options, d *Deps) { d.ChangeSeq = fail })
			ada := w.person(t, "ada")
			r := w.do(t, key(ada.key), "GET /events", "")
			if r.status != http.StatusInternalServerError {
				t.Errorf("status %d: %s", r.status, r.body)
			}
			if want := "Something went wrong on the server. Try again; if it stays, the server's log says why."; r.message(t) != want {
				t.Errorf("message %q, want %q", r.message(t), want)
			}
			if got := r.header.Get("Content-Type"); got != "application/json" {
				t.Errorf("Content-Type %q", got)
			}
			lines := 0
			for line := range strings.Lines(w.log.String()) {
				if strings.Contains(line, "on fire") {
					lines++
					for _, want := range []string{"level=ERROR", "request=" + r.header.Get("X-Request-Id"), "method=GET", "path=/api/v1/events", "status=500"} {
						if !strings.Contains(line, want) {
							t.Errorf("the log does not say %s: %s", want, line)
						}
					}
				}
			}
			if lines != 1 {
				t.Errorf("the cause is in %d lines of the log, want 1:\n%s", lines, w.log)
			}
		})
	}
}

// brokenPipe is the connection to a client that has gone away.
type brokenPipe struct{ *httptest.ResponseRecorder }

func (brokenPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestClientThatHangsUpIsNoFailure(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	for _, path := range []string{"/ideas", "/ideas/1", "/nothing", "/events"} {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, Prefix+path, nil)
		key(ada.key)(req.Header)
		w.server.Config.Handler.ServeHTTP(brokenPipe{httptest.NewRecorder()}, req)
	}
	if log := w.log.String(); strings.Contains(log, "level=ERROR") || strings.Count(log, "msg=request ") != 4 {
		t.Errorf("the log:\n%s", log)
	}
}

func TestLogHasNoSecrets(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	w.do(t, key(ada.key).and("X-NeuralRepo-Client", "cli/0.1"), "POST /ideas", `{"title":"my private thought"}`)
	w.do(t, cookie(ada.session), "GET /ideas/search?q=my+private+search", "")
	w.do(t, bearer(ada.session), "PATCH /auth/password", `{"current_password":"hunter2hunter2","new_password":"correct horse battery"}`)
	w.do(t, nobody, "POST /auth/login", `{"email":"ada@example.org","password":"hunter2hunter2"}`)
	made := w.must(t, cookie(ada.session), "POST /user/api-keys", `{}`)["key"].(string)
	w.do(t, key("nrp_"+strings.Repeat("a", 64)), "GET /ideas", "")
	log := w.log.String()
	for _, secret := range []string{ada.key, ada.session, made, "hunter2", "correct horse", "private", strings.Repeat("a", 64)} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %q:\n%s", secret, log)
		}
	}
	if !strings.Contains(log, "client=cli/0.1") {
		t.Errorf("the log does not name the client:\n%s", log)
	}
}

func TestClientAddress(t *testing.T) {
	tests := []struct {
		name      string
		trust     bool
		remote    string
		forwarded []string
		want      string
	}{
		{"of the connection", false, "192.0.2.1:4711", nil, "192.0.2.1"},
		{"of the connection, IPv6", false, "[2001:db8::1]:4711", nil, "2001:db8::1"},
		{"a claim that is not trusted", false, "192.0.2.1:4711", []string{"198.51.100.7"}, "192.0.2.1"},
		{"behind a proxy", true, "127.0.0.1:4711", []string{"198.51.100.7"}, "198.51.100.7"},
		{"behind a proxy, with claims", true, "127.0.0.1:4711", []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7"},
		{"behind a proxy, with claims in a line of their own", true, "127.0.0.1:4711", []string{"203.0.113.9", " 198.51.100.7 "}, "198.51.100.7"},
		{"behind a proxy that says nothing", true, "127.0.0.1:4711", nil, "127.0.0.1"},
		{"behind a proxy that says nonsense", true, "127.0.0.1:4711", []string{"unknown"}, "127.0.0.1"},
		{"of a connection without one", false, "@", nil, "invalid IP"},
	}
	for _, test := range tests {
		s := &server{Deps: Deps{TrustProxy: test.trust}}
		r := &http.Request{RemoteAddr: test.remote, Header: http.Header{}}
		for _, line := range test.forwarded {
			r.Header.Add("X-Forwarded-For", line)
		}
		if got := s.client(r); got.String() != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
	if got := clientOf(t.Context()); got != (netip.Addr{}) {
		t.Errorf("a context without a visit has the client %s", got)
	}
}

// Half an answer must not pass for a whole one.
func TestPanicInTheMiddleCutsTheConnection(t *testing.T) {
	book := &logBook{}
	s := &server{Deps: Deps{Log: slog.New(slog.NewTextHandler(book, nil))}}
	half := httptest.NewServer(s.door(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"ideas":[`)
		panic("the disk /dev/sdx is on fire")
	})))
	defer half.Close()
	w := &world{server: half}
	if r, err := w.try(t.Context(), nobody, "GET /ideas", ""); err == nil {
		t.Errorf("the client believes %d %s", r.status, r.body)
	}
	if got := strings.Count(book.String(), "on fire"); got != 1 {
		t.Errorf("the log tells the cause %d times:\n%s", got, book)
	}
}

package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/pgtest"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// onEachDatabase runs a test with the settings of each database.
func onEachDatabase(t *testing.T, test func(*testing.T, config.Config)) {
	t.Run("sqlite", func(t *testing.T) { test(t, settings(t)) })
	t.Run("postgres", func(t *testing.T) {
		cfg := settings(t)
		cfg.DatabaseURL = secret.New(pgtest.Database(t))
		test(t, cfg)
	})
}

func settings(t testing.TB) config.Config {
	return config.Config{
		Storage:    config.Storage{Data: t.TempDir(), Durability: "normal"},
		Addr:       "127.0.0.1:0",
		Plan:       "pro",
		DailyLimit: 10_000,
	}
}

// running is a server that has been started.
type running struct {
	*App
	t       testing.TB
	log     *book
	welcome string
	stopped bool
}

// book is a log that can be read.
type book struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *book) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *book) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func start(t testing.TB, cfg config.Config) *running {
	t.Helper()
	by, err := embedders(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return startWith(t, cfg, understanding{embedders: by})
}

func startWith(t testing.TB, cfg config.Config, u understanding) *running {
	t.Helper()
	log := &book{}
	a, err := build(t.Context(), cfg, "v1.2.3", slog.New(slog.NewTextHandler(log, nil)), u)
	if err != nil {
		t.Fatal(err)
	}
	r := &running{App: a, t: t, log: log}
	t.Cleanup(func() {
		if !r.stopped {
			r.stop()
		}
		if strings.Contains(log.String(), "level=ERROR") {
			t.Errorf("the log has errors: %s", log)
		}
	})
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	if r.welcome, err = a.Welcome(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *running) stop() {
	r.t.Helper()
	r.stopped = true
	if err := r.Stop(context.WithoutCancel(r.t.Context())); err != nil {
		r.t.Errorf("stop: %v", err)
	}
	select {
	case err := <-r.Failed():
		r.t.Errorf("the server failed: %v", err)
	default:
	}
}

// reply is an answer of the API.
type reply struct {
	status int
	header http.Header
	body   map[string]any
}

// call sends a request with a credential: an API key, or a cookie.
func (r *running) call(credential, method, path string, body any) reply {
	r.t.Helper()
	var b []byte
	if body != nil {
		var err error
		if b, err = json.Marshal(body); err != nil {
			r.t.Fatal(err)
		}
	}
	answer, err := http.DefaultClient.Do(r.request(credential, method, path, bytes.NewReader(b)))
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	out := reply{status: answer.StatusCode, header: answer.Header}
	if err := json.NewDecoder(answer.Body).Decode(&out.body); err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	return out
}

func (r *running) request(credential, method, path string, body io.Reader) *http.Request {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.URL()+"/api/v1"+path, body)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if strings.HasPrefix(credential, account.KeyPrefix) {
		req.Header.Set("X-API-Key", credential)
	} else if credential != "" {
		req.Header.Set("Cookie", credential)
	}
	return req
}

// want sends a request and demands a status.
func (r *running) want(status int, credential, method, path string, body any) reply {
	r.t.Helper()
	got := r.call(credential, method, path, body)
	if got.status != status {
		r.t.Fatalf("%s %s: %d %v, want %d", method, path, got.status, got.body, status)
	}
	return got
}

// setUp makes the first account with the link of the welcome.
func (r *running) setUp() (cookie string) {
	r.t.Helper()
	link := regexp.MustCompile(`(?m)^ +(http://\S+)/setup#([0-9a-f]{64})$`).FindStringSubmatch(r.welcome)
	if link == nil || link[1] != r.URL() {
		r.t.Fatalf("there is no setup link in %q", r.welcome)
	}
	got := r.want(201, "", "POST", "/auth/setup", map[string]string{
		"token": link[2], "email": "ada@example.org", "display_name": "Ada", "password": "correct horse battery",
	})
	cookie, _, _ = strings.Cut(got.header.Get("Set-Cookie"), ";")
	return cookie
}

func (r *running) makeKey(cookie string) (key string) {
	r.t.Helper()
	return r.want(201, cookie, "POST", "/user/api-keys", map[string]string{"label": "test"}).body["key"].(string)
}

// events opens the stream of changes and returns it behind its hello.
func (r *running) events(key string) *bufio.Scanner {
	r.t.Helper()
	answer, err := http.DefaultClient.Do(r.request(key, "GET", "/events", nil))
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { answer.Body.Close() })
	lines := bufio.NewScanner(answer.Body)
	waitFor(r.t, lines, "event: hello")
	return lines
}

// waitFor reads a stream to a line that begins with what is given.
func waitFor(t testing.TB, lines *bufio.Scanner, begin string) {
	t.Helper()
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), begin) {
			return
		}
	}
	t.Fatalf("the stream ended without %q, error %v", begin, lines.Err())
}

func TestProgram(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		first := start(t, cfg)
		if !strings.Contains(first.welcome, "NeuralRepo v1.2.3 listens on "+first.URL()) {
			t.Errorf("welcome is %q", first.welcome)
		}
		if got := first.want(200, "", "GET", "/health", nil).body["version"]; got != "v1.2.3" {
			t.Errorf("version %v", got)
		}
		page, err := http.Get(first.URL() + "/ideas/1")
		if err != nil {
			t.Fatal(err)
		}
		page.Body.Close()
		if page.StatusCode != 200 || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") || page.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("a page of the web app: %d, %v", page.StatusCode, page.Header)
		}

		cookie := first.setUp()
		key := first.makeKey(cookie)
		stream := first.events(key)
		made := first.want(201, key, "POST", "/ideas", map[string]any{"title": "A lamp that dims with the sun", "tags": []string{"light"}})
		if made.body["number"] != 1.0 {
			t.Errorf("made the idea %v", made.body)
		}
		waitFor(t, stream, "event: change")
		found := first.want(200, key, "GET", "/ideas/search?q=lamps", nil)
		if results := found.body["results"].([]any); len(results) != 1 {
			t.Errorf("found %v", found.body)
		}
		first.stop()
		for stream.Scan() {
		}
		if err := stream.Err(); err != nil {
			t.Errorf("the stream did not end well: %v", err)
		}
		if _, err := http.Get(first.URL()); err == nil {
			t.Error("a server that was stopped still answers")
		}

		second := start(t, cfg)
		if strings.Contains(second.welcome, "setup") || !strings.Contains(second.welcome, "\nOpen "+second.URL()+"\n") {
			t.Errorf("with an account the welcome is %q", second.welcome)
		}
		got := second.want(200, key, "GET", "/ideas/1", nil)
		if got.body["title"] != "A lamp that dims with the sun" {
			t.Errorf("after a restart the idea is %v", got.body)
		}
		// Three requests with the key came before this one: none was wasted.
		if limit := got.header.Get("RateLimit-Remaining"); limit != "9996" {
			t.Errorf("after a restart %s requests remain, want 9996", limit)
		}
		if who := second.want(200, cookie, "GET", "/user/me", nil); who.body["email"] != "ada@example.org" {
			t.Errorf("after a restart the session is of %v", who.body)
		}
		keys := second.want(200, cookie, "GET", "/user/api-keys", nil).body["api_keys"].([]any)
		if len(keys) != 1 || keys[0].(map[string]any)["last_used_at"] == nil {
			t.Errorf("when the key was last used got lost: %v", keys)
		}
	})
}

// Copies of the program that share a database act as one.
func TestReplicas(t *testing.T) {
	one := settings(t)
	one.DatabaseURL = secret.New(pgtest.Database(t))
	one.EncryptionKey = secret.New("T3JhbmdlcyBhcmUgbm90IHRoZSBvbmx5IGZydWl0cyE=")
	two := one
	two.Data = t.TempDir()
	a, b := start(t, one), start(t, two)
	token := func(welcome string) string { _, after, _ := strings.Cut(welcome, "/setup#"); return after }
	if token(a.welcome) == "" || token(a.welcome) != token(b.welcome) {
		t.Errorf("the setup links differ: %q, %q", a.welcome, b.welcome)
	}
	cookie := a.setUp()
	if got := b.want(200, cookie, "GET", "/auth/session", nil); got.body["user"] == nil || got.body["setup_needed"] != false {
		t.Errorf("the other copy says %v", got.body)
	}
	key := b.makeKey(cookie)
	stream := b.events(key)
	a.want(201, key, "POST", "/ideas", map[string]string{"title": "Tell the others"})
	waitFor(t, stream, "event: change")
	b.want(200, key, "GET", "/ideas/1", nil)
	for _, dir := range []string{one.Data, two.Data} {
		if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
			t.Errorf("with everything given, %s has %v, %v", dir, left, err)
		}
	}
}

// sending begins a request whose body the handler waits for.
func (r *running) sending(key string) (body *io.PipeWriter, answer chan error) {
	r.t.Helper()
	out, in := io.Pipe()
	waiting := make(chan struct{})
	req := r.request(key, "POST", "/ideas", out)
	req.Header.Set("Expect", "100-continue")
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{Got100Continue: func() { close(waiting) }}))
	answer = make(chan error, 1)
	go func() {
		transport := &http.Transport{ExpectContinueTimeout: 1 << 40}
		got, err := transport.RoundTrip(req)
		if err == nil {
			got.Body.Close()
			if got.StatusCode != 201 {
				err = fmt.Errorf("status %d", got.StatusCode)
			}
		}
		answer <- err
	}()
	select {
	case <-waiting:
	case err := <-answer:
		r.t.Fatalf("the request ended early: %v", err)
	}
	return in, answer
}

// A request that is under way when the server is asked to stop is answered.
func TestStopWaitsForRequests(t *testing.T) {
	r := start(t, settings(t))
	body, answer := r.sending(r.makeKey(r.setUp()))
	r.stopped = true
	stopped := make(chan error)
	go func() { stopped <- r.Stop(context.WithoutCancel(t.Context())) }()
	// It no longer listens, so stopping has begun.
	for {
		c, err := net.Dial("tcp", r.listener.Addr().String())
		if err != nil {
			break
		}
		c.Close()
	}
	if _, err := io.WriteString(body, `{"title":"Just in time"}`); err != nil {
		t.Fatal(err)
	}
	body.Close()
	if err := <-answer; err != nil {
		t.Errorf("a request that was under way: %v", err)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
}

// A client that never ends its request does not keep the server up.
func TestStopDoesNotWaitForever(t *testing.T) {
	r := start(t, settings(t))
	body, answer := r.sending(r.makeKey(r.setUp()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.stopped = true
	if err := r.Stop(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("stop: %v, want that it gave up waiting", err)
	}
	body.CloseWithError(errors.New("gone"))
	if err := <-answer; err == nil {
		t.Error("the request was answered")
	}
}

func TestNewRefuses(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	for name, tt := range map[string]struct {
		change func(*config.Config)
		want   string
	}{
		"a weak key":            {func(c *config.Config) { c.EncryptionKey = secret.New("hunter2") }, "openssl rand"},
		"no place for the data": {func(c *config.Config) { c.Data = os.Args[0] }, "NEURALREPO_DATA"},
	} {
		cfg := settings(t)
		tt.change(&cfg)
		if _, err := New(t.Context(), cfg, "", log); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: error %v, want %q in it", name, err, tt.want)
		}
	}
}

func TestStartOnTakenAddress(t *testing.T) {
	first := start(t, settings(t))
	cfg := settings(t)
	cfg.Addr = first.listener.Addr().String()
	a, err := New(t.Context(), cfg, "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(); err == nil || !strings.Contains(err.Error(), "another program listens on "+cfg.Addr) {
		t.Errorf("start: %v", err)
	}
	if err := a.Stop(t.Context()); err != nil {
		t.Errorf("stop without a start: %v", err)
	}
	first.want(200, "", "GET", "/health", nil)
}

func TestReachable(t *testing.T) {
	for in, want := range map[string]string{
		"127.0.0.1:8484": "127.0.0.1:8484",
		"0.0.0.0:8484":   "127.0.0.1:8484",
		"[::]:8484":      "127.0.0.1:8484",
		"[::1]:8484":     "[::1]:8484",
		"10.0.0.1:80":    "10.0.0.1:80",
	} {
		addr, err := net.ResolveTCPAddr("tcp", in)
		if err != nil {
			t.Fatal(err)
		}
		if got := reachable(addr); got != want {
			t.Errorf("%s is reached at %s, want %s", in, got, want)
		}
	}
}

func TestWithAccounts(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		r := start(t, cfg)
		log := slog.New(slog.DiscardHandler)
		var key secret.Text
		err := WithAccounts(t.Context(), cfg.Storage, account.Free, log, func(a *account.Accounts) error {
			u, err := a.AddUser(t.Context(), account.NewUser{Email: "bob@example.org", DisplayName: "Bob"})
			if err != nil {
				return err
			}
			key, _, err = a.CreateAPIKey(t.Context(), account.Caller{User: u, Scopes: account.Scopes}, account.KeyDraft{})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.want(200, key.Reveal(), "GET", "/user/me", nil); got.body["plan"] != "free" {
			t.Errorf("the server sees %v", got.body)
		}
		stop := errors.New("enough")
		if err := WithAccounts(t.Context(), cfg.Storage, "", log, func(*account.Accounts) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("the error of f became %v", err)
		}
	})
}

package api

import (
	"bufio"
	"context"
	"io"
	"iter"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/spec"
)

// author is somebody with an idea and an Anthropic key.
func (w *world) author(t *testing.T) person {
	t.Helper()
	ada := w.person(t, "ada")
	w.must(t, key(ada.key), "POST /ideas", `{"title":"Solar kettle"}`)
	w.must(t, key(ada.key), "PUT /user/byok/anthropic", `{"api_key":"`+anthropicKey+`"}`)
	return ada
}

// follow has a specification written as events.
func (w *world) follow(t *testing.T, ctx context.Context, as credential, body string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.server.URL+Prefix+"/ideas/1/develop", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	as.and("Accept", "text/event-stream")(req.Header)
	res, err := w.server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

// all reads the events of a stream to its end.
func (l *listener) all() (list []event) {
	for e := l.next(); e != (event{}); e = l.next() {
		list = append(list, e)
	}
	return list
}

func TestDevelopAsEvents(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.author(t)
		w.model.say(llmtest.Say("# Kettle\n\nHot <b>water</b>."))
		res := w.follow(t, t.Context(), key(ada.key), `{}`)
		for name, want := range map[string]string{"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"} {
			if got := res.Header.Get(name); res.StatusCode != http.StatusOK || got != want {
				t.Errorf("%d, %s is %q, want %q", res.StatusCode, name, got, want)
			}
		}
		got := (&listener{t, res.Body, bufio.NewScanner(res.Body)}).all()
		stored := w.do(t, key(ada.key), "GET /ideas/1/specs/1", "").body
		want := []event{
			{"start", "", `{"version":1,"provider":"anthropic","model":"claude-sonnet-4-20250514"}`},
			{"text", "", `{"text":"# "}`},
			{"text", "", `{"text":"Kettle\n\nHot "}`},
			{"text", "", `{"text":"\u003cb\u003ewater\u003c/b\u003e."}`},
		}
		if len(got) != 5 {
			t.Fatalf("got %v", got)
		}
		if diff := cmp.Diff(want, got[:4], cmp.AllowUnexported(event{})); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		checkJSON(t, "the last event", got[4].data, stored)
		if got[4].name != "done" || !strings.Contains(stored, `"complete":true`) {
			t.Errorf("the last event is %s; stored is %s", got[4].name, stored)
		}
	})
}

// Until something was written, a failure is an ordinary answer.
func TestDevelopFails(t *testing.T) {
	wait := &llm.Error{Kind: llm.RateLimited, Provider: llm.Anthropic, RetryAfter: 1500 * time.Millisecond}
	ofKind := func(k llm.Kind) error { return &llm.Error{Kind: k, Provider: llm.Anthropic, Model: "m"} }
	refused := fault.New(fault.Limited, "Too many at a time")
	refused.RetryAfter = time.Minute
	tests := []struct {
		name   string
		body   string
		err    error // of the model
		status int
		says   string
		after  string // when to try again
	}{
		{"bad provider", `{"provider":"acme"}`, nil, 400, "provider must be one of", ""},
		{"bad model", `{"model":"nonsense"}`, nil, 400, "model must be one of: sonnet, haiku, opus, gpt-4o, gpt-4o-mini, the id of a model at OpenRouter", ""},
		{"bad version", `{"resume":0}`, nil, 400, "resume must be 1 or more", ""},
		{"no version", `{"resume":9}`, nil, 404, "Idea #1 has no version 9 of a specification", ""},
		{"a contradiction", `{"resume":9,"regenerate":true}`, nil, 400, "regenerate cannot", ""},
		{"too much to ask", `{"instructions":"` + strings.Repeat("x", 4001) + `"}`, nil, 400, "instructions must have at most 4000 characters", ""},
		{"no key", `{"provider":"openai"}`, nil, 403, "No OpenAI key is stored. Add one under Settings", ""},
		{"bad key", ``, ofKind(llm.BadKey), 403, "Anthropic refused the stored key", ""},
		{"no credit", ``, ofKind(llm.NoCredit), 403, "out of credit", ""},
		{"rate limited", ``, wait, 429, "wait a moment", "2"},
		{"over a limit of the gateway", ``, refused, 429, "Too many at a time", "60"},
		{"overloaded", ``, ofKind(llm.Overloaded), 503, "overloaded", ""},
		{"refused", ``, ofKind(llm.Refused), 400, "usage policy", ""},
		{"no such model", ``, ofKind(llm.NoModel), 400, "does not offer the model", ""},
		{"network", ``, ofKind(llm.Network), 503, "failed or broke off", ""},
		{"too long", ``, ofKind(llm.TooLong), 400, "more text than the model can read", ""},
		{"our mistake", ``, ofKind(llm.BadRequest), 500, "Something went wrong on the server", ""},
	}
	w := sqliteWorld(t)
	ada := w.author(t)
	for _, tt := range tests {
		for _, accept := range []string{"application/json", "text/event-stream"} {
			w.model.mu.Lock()
			w.model.turns = nil
			w.model.mu.Unlock()
			for range 5 { // what is too long is tried again
				w.model.say(llmtest.Fail("", tt.err))
			}
			r := w.do(t, key(ada.key).and("Accept", accept), "POST /ideas/1/develop", tt.body)
			if r.status != tt.status || !strings.Contains(r.message(t), tt.says) || r.header.Get("Retry-After") != tt.after {
				t.Errorf("%s, %s: %d %v %s", tt.name, accept, r.status, r.header, r.body)
			}
			if got := r.header.Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
				t.Errorf("%s, %s: it is %s", tt.name, accept, got)
			}
		}
	}
	if r := w.do(t, key(ada.key), "GET /ideas/1/specs", ""); r.body != `{"specs":[]}`+"\n" {
		t.Errorf("something was kept: %s", r.body)
	}
	w.must(t, key(ada.key), "DELETE /user/byok/anthropic", "")
	if r := w.do(t, key(ada.key), "POST /ideas/1/develop", ""); r.status != 403 || !strings.Contains(r.message(t), "Settings, AI providers") {
		t.Errorf("without any key: %d %s", r.status, r.body)
	}
}

// After something was written, it is kept, and the failure says so.
func TestDevelopBreaksOff(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.author(t)
	down := llmtest.Fail("# Kettle ", &llm.Error{Kind: llm.Overloaded, Provider: llm.Anthropic})
	w.model.say(down, down, llmtest.Say("goes on."))

	r := w.do(t, key(ada.key), "POST /ideas/1/develop", "")
	if r.status != 503 || !strings.HasSuffix(r.message(t), "What had arrived is kept as version 1, which can be resumed.") {
		t.Errorf("as JSON: %d %s", r.status, r.body)
	}
	res := w.follow(t, t.Context(), key(ada.key), ``)
	got := (&listener{t, res.Body, bufio.NewScanner(res.Body)}).all()
	want := event{"error", "", `{"error":"Anthropic is overloaded or down: try again in a moment, or choose another model.","version":2}`}
	if len(got) != 3 || got[2] != want {
		t.Errorf("as events: %v", got)
	}
	if v := w.must(t, key(ada.key), "GET /ideas/1/specs/2", ""); v["body"] != "# Kettle " || v["complete"] != false {
		t.Errorf("kept: %v", v)
	}
	if v := w.must(t, key(ada.key), "POST /ideas/1/develop", `{"resume":2}`); v["body"] != "# Kettle goes on." || v["complete"] != true || v["version"] != 2.0 {
		t.Errorf("gone on with: %v", v)
	}
	if r := w.do(t, key(ada.key), "POST /ideas/1/develop", `{"resume":2}`); r.status != http.StatusConflict {
		t.Errorf("once more: %d %s", r.status, r.body)
	}
}

// A client that hangs up stops the writing; what had arrived stays.
func TestDevelopIsStopped(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.author(t)
	w.model.say(llmtest.Hang("# Kettle "), llmtest.Say("goes on."))
	ctx, stop := context.WithCancel(t.Context())
	res := w.follow(t, ctx, key(ada.key), ``)
	l := &listener{t, res.Body, bufio.NewScanner(res.Body)}
	if first, second := l.next(), l.next(); first.name != "start" || second.name != "text" {
		t.Fatalf("%v, %v", first, second)
	}
	stop()
	// Whoever goes on at once waits until that is kept.
	if v := w.must(t, key(ada.key), "POST /ideas/1/develop", `{"resume":1}`); v["body"] != "# Kettle goes on." {
		t.Errorf("gone on with: %v", v)
	}
}

func TestWantsEvents(t *testing.T) {
	for accept, want := range map[string]bool{
		"":                             false,
		"*/*":                          false,
		"application/json":             false,
		"text/event-stream":            true,
		"Text/Event-Stream; q=0.5":     true,
		"text/event-stream;q=0":        false,
		"text/html, text/event-stream": true,
		"text/event-stream-not":        false,
		";;;":                          false,
	} {
		if got := wantsEvents(http.Header{"Accept": {accept}}); got != want {
			t.Errorf("%q: %v, want %v", accept, got, want)
		}
	}
}

func TestDownloadSpec(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.author(t)
	w.model.say(llmtest.Say("# Kettle\n\n<script>hot</script>"))
	w.must(t, key(ada.key), "POST /ideas/1/develop", "")
	for title, want := range map[string]string{
		"Solar kettle":                    "1-solar-kettle-spec-v1.md",
		"../../etc/passwd\\\"; x=\"y.exe": "1-etc-passwd-x-y-exe-spec-v1.md",
		"日光の やかん":                         "1-日光の-やかん-spec-v1.md",
		"???":                             "1-spec-v1.md",
		"con":                             "1-con-spec-v1.md",
		strings.Repeat("long ", 30):       "1-" + strings.Repeat("long-", 12) + "spec-v1.md",
		"a\u202egpj.exe":                  "1-a-gpj-exe-spec-v1.md",
	} {
		w.must(t, key(ada.key), "PATCH /ideas/1", string(jsonOf(t, map[string]string{"title": title})))
		r := w.do(t, key(ada.key), "GET /ideas/1/specs/1/markdown", "")
		if r.status != 200 || r.body != "# Kettle\n\n<script>hot</script>" {
			t.Fatalf("%d %q", r.status, r.body)
		}
		if got := r.header.Get("Content-Type"); got != "text/markdown; charset=utf-8" {
			t.Errorf("it is %s", got)
		}
		kind, params, err := mime.ParseMediaType(r.header.Get("Content-Disposition"))
		if err != nil || kind != "attachment" || params["filename"] != want {
			t.Errorf("%q is saved as %q, want %q (%v)", title, params["filename"], want, err)
		}
	}
	if r := w.do(t, key(ada.key), "GET /ideas/1/specs/2/markdown", ""); r.status != 404 {
		t.Errorf("a version that is not there: %d", r.status)
	}
}

// The rest runs on a clock that does not take its time.

// pipes is a listener whose connections are in memory.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error   { close(p.done); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	p.conns <- there
	return here, nil
}

// thinker is everything that a spec.Writer works with. Its model thinks for a
// while before it answers.
type thinker struct {
	artifact.Store
	thinks time.Duration
	gone   bool // whoever asked did not wait
}

func (*thinker) Get(_ context.Context, _ owner.ID, number int64) (idea.Detail, error) {
	return idea.Detail{Idea: idea.Idea{Number: number, Title: "Kettle"}}, nil
}

func (*thinker) Active(context.Context, byok.Person) (byok.Provider, error) {
	return byok.Anthropic, nil
}

func (*thinker) Statuses(context.Context, byok.Person) ([]byok.Status, byok.Provider, error) {
	return []byok.Status{{Key: byok.Key{Provider: byok.Anthropic}, Stored: true}}, byok.Anthropic, nil
}

func (*thinker) Artifact(context.Context, owner.ID, int64, artifact.Kind, int64) (artifact.Artifact, error) {
	return artifact.Artifact{}, fault.New(fault.NotFound, "none")
}

func (*thinker) AddArtifact(_ context.Context, _ owner.ID, a *artifact.Artifact) error {
	a.Version = 1
	return nil
}

func (*thinker) UpdateArtifact(context.Context, owner.ID, artifact.Artifact) error { return nil }

func (m *thinker) Ask(ctx context.Context, _ gateway.Call, r llm.Request) iter.Seq2[llm.Part, error] {
	return func(yield func(llm.Part, error) bool) {
		select {
		case <-time.After(m.thinks):
			llmtest.NewScript(llmtest.Say("Done.")).Stream(ctx, r)(yield)
		case <-ctx.Done():
			m.gone = true
			yield(nil, &llm.Error{Kind: llm.Cancelled, Provider: llm.Anthropic})
		}
	}
}

// develop asks for a specification over a connection in memory.
func (m *thinker) develop(t *testing.T, ctx context.Context, accept string) (*http.Response, string) {
	t.Helper()
	registry, err := llm.LoadRegistry("")
	if err != nil {
		t.Fatal(err)
	}
	prices, err := llm.LoadPrices("")
	if err != nil {
		t.Fatal(err)
	}
	p := pipes{make(chan net.Conn), make(chan struct{})}
	server := &http.Server{Handler: New(Deps{
		Accounts: account.New(newQuiet(), account.Options{}),
		Log:      slog.New(slog.DiscardHandler),
		Specs:    spec.New(spec.Parts{Ideas: m, Keys: m, Models: m, Store: m, Registry: registry, Prices: prices}),
	})}
	go server.Serve(p)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{DialContext: p.dial}}
	defer client.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://x"+Prefix+"/ideas/1/develop", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	cookie(strings.Repeat("a", 64)).and("Accept", accept)(req.Header)
	res, err := client.Do(req)
	if err != nil {
		return nil, ""
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return res, string(body)
}

// A model that takes minutes is waited for: the time in which a body must
// arrive is none in which the answer must, and proxies hear that the
// connection is alive.
func TestSlowModelIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &thinker{thinks: 3*pingEvery + time.Second}
		if m.thinks < bodyTime {
			t.Fatal("the model is not slow")
		}
		res, body := m.develop(t, t.Context(), "application/json")
		if res == nil || res.StatusCode != 200 || !strings.Contains(body, `"body":"Done."`) {
			t.Errorf("as JSON: %v %s", res, body)
		}
		res, body = m.develop(t, t.Context(), "text/event-stream")
		if want := strings.Repeat(": ping\n\n", 3) + "event: start\n"; res == nil || res.StatusCode != 200 || !strings.HasPrefix(body, want) || !strings.Contains(body, "event: done\n") {
			t.Errorf("as events: %v %s", res, body)
		}
	})
}

func TestSlowModelIsStopped(t *testing.T) {
	for _, accept := range []string{"application/json", "text/event-stream"} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), pingEvery/2)
			defer cancel()
			m := &thinker{thinks: time.Hour}
			m.develop(t, ctx, accept)
			synctest.Wait()
			if !m.gone {
				t.Errorf("%s: the model goes on although nobody waits", accept)
			}
		})
	}
}

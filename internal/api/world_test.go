package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/agent"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/digest/writer"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/spec"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/suggest"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// world is a server over a real database.
type world struct {
	store    *store.Store
	accounts *account.Accounts
	hub      *live.Hub
	keys     *byok.Keys
	provider *provider
	model    *model
	server   *httptest.Server
	log      *logBook
	touched  map[string]bool // operations that succeeded, by id
}

// setting changes how a world is made.
type setting func(*account.Options, *Deps)

func newWorld(t testing.TB, options store.Options, settings ...setting) *world {
	t.Helper()
	w := &world{hub: live.NewHub(), log: &logBook{}, touched: map[string]bool{}, provider: &provider{byok.Valid}, model: &model{}}
	options.Publisher = w.hub
	options.Durability = store.Normal
	var err error
	if w.store, err = store.Open(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.store.Close() })

	master, err := vault.ParseKey(secret.New(encryptionKey))
	if err != nil {
		t.Fatal(err)
	}
	w.keys = byok.New(w.store, vault.New(master), byok.Options{Tester: w.provider})
	models, err := llm.LoadRegistry("")
	if err != nil {
		t.Fatal(err)
	}

	prices, err := llm.LoadPrices("")
	if err != nil {
		t.Fatal(err)
	}

	accounts := account.Options{SetupToken: secret.New(setupToken)}
	ideas := idea.New(w.store, nil)
	links := digest.NewLinks(secret.New("a key"), "")
	deps := Deps{
		Ideas:  ideas,
		Search: search.New(w.store, ideas, nil),
		Specs: spec.New(spec.Parts{
			Ideas: ideas, Keys: w.keys, Models: w.model, Registry: models, Prices: prices, Store: w.store,
			Neighbours: spec.ByWords(w.store),
		}),
		Agent: agent.New(agent.Parts{
			Store: w.store, Tools: agent.None, Models: w.keys, Ask: w.model, Offer: byok.Offer{Models: models}, Prices: prices,
		}),
		Letters: writer.New(writer.Parts{
			Store: w.store, Turns: w.store.Turns(), People: w.store, Connections: noConnections{},
			Keys: w.keys, Models: w.model, Registry: models, Prices: prices, Links: links,
		}),
		Replies:   digest.NewReplies(links, w.store, ideas, w.store, nil),
		Hub:       w.hub,
		ChangeSeq: w.store.ChangeSeq,
		Log:       slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Version:   "1.2.3",
		Keys:      w.keys,
		Usage:     w.store,
		Spent:     w.store.Spent,
		Models:    models,
		PricesOf:  time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC),
	}
	for _, set := range settings {
		set(&accounts, &deps)
	}
	deps.Tagger = suggest.New(ideas, w.keys, w.model, byok.Offer{Models: models, WorkersAI: deps.WorkersAI})
	w.accounts = account.New(w.store, accounts)
	t.Cleanup(func() { w.accounts.Close(context.WithoutCancel(t.Context())) })
	deps.Accounts = w.accounts
	talks := deps.Agent
	t.Cleanup(func() { talks.Close(context.WithoutCancel(t.Context())) })
	w.server = httptest.NewServer(New(deps))
	t.Cleanup(w.server.Close)
	t.Cleanup(w.hub.Close) // before the server: streams would keep it waiting
	return w
}

const (
	setupToken    = "the-token-of-the-setup-link"
	encryptionKey = "T3JhbmdlcyBhcmUgbm90IHRoZSBvbmx5IGZydWl0cyE="
)

// Keys of the shapes that providers publish. None of them is real.
var (
	anthropicKey  = "sk-ant-api03-" + strings.Repeat("aB3_-", 18) + "xyzAda"
	openAIKey     = "sk-proj-" + strings.Repeat("Ab1-_", 30) + "Bob1"
	openRouterKey = "sk-or-v1-" + strings.Repeat("0a1b", 15) + "beef"
)

// provider is a byok.Tester that gives one verdict on every key.
type provider struct{ verdict byok.Verdict }

func (p *provider) TestKey(_ context.Context, _ byok.Person, which byok.Provider) (byok.TestResult, error) {
	r := byok.TestResult{Verdict: p.verdict}
	if which == byok.OpenRouter {
		left := 4.25
		r.Remaining = &left
	}
	return r, nil
}

// model is a spec.Asker that says what it is told, in turn.
type model struct {
	mu    sync.Mutex
	turns []llmtest.Turn
}

// say adds answers.
func (m *model) say(turns ...llmtest.Turn) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turns = append(m.turns, turns...)
}

func (m *model) Ask(ctx context.Context, _ gateway.Call, r llm.Request) iter.Seq2[llm.Part, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	next := m.turns[:min(1, len(m.turns))]
	m.turns = m.turns[len(next):]
	return llmtest.NewScript(next...).Stream(ctx, r)
}

// noConnections finds none.
type noConnections struct{}

func (noConnections) Connections(context.Context, owner.ID, int, map[[2]int64]bool) ([]digest.Connection, error) {
	return nil, nil
}

// logBook collects what a server logs.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBook) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// person is somebody with an account and one of each credential.
type person struct {
	user                       account.User
	session                    string // a token
	key, readingKey, writerKey string // API keys with both scopes, with one, with the other
}

// person makes somebody.
func (w *world) person(t testing.TB, name string) person {
	t.Helper()
	user, err := w.accounts.AddUser(t.Context(), account.NewUser{Email: name + "@example.org", DisplayName: name})
	if err != nil {
		t.Fatal(err)
	}
	p := person{user: user, session: fmt.Sprintf("%064x", sha256.Sum256([]byte(name)))[:64]}
	begun := account.Session{Owner: user.Owner, CreatedAt: time.Now(), ExpiresAt: time.Now().Add(account.SessionLife)}
	if err := w.store.CreateSession(t.Context(), sha256.Sum256([]byte(p.session)), begun); err != nil {
		t.Fatal(err)
	}
	for scopes, key := range map[string]*string{
		"ideas:read ideas:write": &p.key,
		"ideas:read":             &p.readingKey,
		"ideas:write":            &p.writerKey,
	} {
		text, _, err := w.accounts.CreateAPIKey(t.Context(),
			account.Caller{User: user, Scopes: account.Scopes},
			account.KeyDraft{Label: scopes, Scopes: strings.Fields(scopes)})
		if err != nil {
			t.Fatal(err)
		}
		*key = text.Reveal()
	}
	return p
}

// credential sets what a request proves itself with.
type credential func(http.Header)

func nobody(http.Header) {}

func key(text string) credential {
	return func(h http.Header) { h.Set("X-API-Key", text) }
}

func bearer(text string) credential {
	return func(h http.Header) { h.Set("Authorization", "Bearer "+text) }
}

func cookie(token string) credential {
	return func(h http.Header) { h.Add("Cookie", "neuralrepo_session="+token) }
}

// and adds a header to a credential.
func (c credential) and(name, value string) credential {
	return func(h http.Header) {
		c(h)
		h.Set(name, value)
	}
}

// reply is an answer that was read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

// message is the sentence of a failure.
func (r reply) message(t *testing.T) string {
	t.Helper()
	var e map[string]any
	if err := json.Unmarshal([]byte(r.body), &e); err != nil {
		t.Fatalf("the answer is no JSON: %s", r.body)
	}
	text, ok := e["error"].(string)
	if !ok || len(e) != 1 {
		t.Fatalf(`the answer is not {"error": "text"}: %s`, r.body)
	}
	return text
}

// do sends a request: "GET /ideas", with an empty body for none.
func (w *world) do(t testing.TB, as credential, what, body string) reply {
	t.Helper()
	r, err := w.try(t.Context(), as, what, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// try is do for a goroutine that is not the test's own.
func (w *world) try(ctx context.Context, as credential, what, body string) (reply, error) {
	method, path, _ := strings.Cut(what, " ")
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, w.server.URL+Prefix+path, reader)
	if err != nil {
		return reply{}, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	as(req.Header)
	return w.send(req)
}

func (w *world) send(req *http.Request) (reply, error) {
	res, err := w.server.Client().Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return reply{res.StatusCode, res.Header, string(b)}, err
}

// must sends a request that has to succeed and returns its answer as JSON.
func (w *world) must(t testing.TB, as credential, what, body string) map[string]any {
	t.Helper()
	r := w.do(t, as, what, body)
	if r.status/100 != 2 {
		t.Fatalf("%s %s: status %d: %s", what, body, r.status, r.body)
	}
	var v map[string]any
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("%s: %v in %s", what, err, r.body)
	}
	return v
}

// idOf is the id in an answer.
func idOf(v any) int64 { return int64(v.(map[string]any)["id"].(float64)) }

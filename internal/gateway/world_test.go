package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/usage"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// memory is every store that the gateway needs.
type memory struct {
	mu       sync.Mutex
	records  []usage.Request
	seen     map[string]bool
	reserved map[string]usage.Reservation
	spent    llm.Cost
	most     llm.Cost // the most that was ever spent and reserved together
	minutes  map[string]int
	streams  map[string]int
	answers  map[string][]byte
	takes    int
	fails    error
}

func newMemory() *memory {
	return &memory{seen: map[string]bool{}, reserved: map[string]usage.Reservation{}, minutes: map[string]int{}, streams: map[string]int{}, answers: map[string][]byte{}}
}

func (m *memory) AddRequests(_ context.Context, batch []usage.Request) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails != nil {
		return m.fails
	}
	for _, r := range batch {
		if m.seen[r.ID] {
			continue
		}
		m.seen[r.ID] = true
		m.records = append(m.records, r)
		if r.Cost != nil {
			m.spent += *r.Cost
			delete(m.reserved, r.ID)
		}
	}
	return nil
}

func (m *memory) Requests(context.Context, owner.ID, usage.Query) ([]usage.Request, error) {
	return nil, nil
}

func (m *memory) Sums(context.Context, owner.ID, time.Time, time.Time) ([]usage.Sum, error) {
	return nil, nil
}

func (m *memory) held() (c llm.Cost) {
	for _, r := range m.reserved {
		c += r.Amount
	}
	return c
}

func (m *memory) ReserveSpend(_ context.Context, _ owner.ID, r usage.Reservation, limit llm.Cost) (llm.Cost, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	spent := m.spent + m.held()
	if spent+r.Amount > limit {
		return spent, false, nil
	}
	m.reserved[r.ID] = r
	m.most = max(m.most, spent+r.Amount)
	return spent, true, nil
}

func (m *memory) ReleaseSpend(_ context.Context, _ owner.ID, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.reserved, id)
	return nil
}

func (m *memory) Spent(context.Context, owner.ID, string, time.Time) (llm.Cost, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.spent + m.held(), nil
}

func (m *memory) TakeMinute(_ context.Context, who owner.ID, minute int64, n, limit int) (int, int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails != nil {
		return 0, 0, m.fails
	}
	m.takes++
	k := fmt.Sprint(who, minute)
	n = min(n, limit-m.minutes[k])
	m.minutes[k] += n
	return n, m.minutes[k], nil
}

func (m *memory) HoldStreams(_ context.Context, who owner.ID, process string, n, limit int, now, until time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails != nil {
		return false, m.fails
	}
	m.takes++
	me := fmt.Sprint(who, " ", process)
	others := 0
	for k, v := range m.streams {
		if k != me && strings.HasPrefix(k, fmt.Sprint(who, " ")) {
			others += v
		}
	}
	if n > m.streams[me] && n+others > limit {
		return false, nil
	}
	m.streams[me] = n
	return true, nil
}

func (m *memory) CachedAnswer(_ context.Context, who owner.ID, key [32]byte, _ time.Time) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.answers[fmt.Sprint(who, key)]
	if !ok {
		return nil, fault.New(fault.NotFound, "no such answer")
	}
	return b, nil
}

func (m *memory) KeepAnswer(_ context.Context, who owner.ID, key [32]byte, sealed []byte, _, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answers[fmt.Sprint(who, key)] = sealed
	return nil
}

func (m *memory) DropAnswers(context.Context, time.Time) (int64, error) { return 0, nil }

// ring is the keys of people.
type ring struct {
	mu    sync.Mutex
	keys  map[byok.Provider]string
	caps  map[byok.Provider]llm.Cost
	opens int
}

func (r *ring) Open(_ context.Context, who byok.Person, p byok.Provider, _ string) (byok.Opened, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.opens++
	k, ok := r.keys[p]
	if !ok {
		return byok.Opened{}, fault.New(fault.Forbidden, "%s", byok.NotConfigured.Sentence(p))
	}
	o := byok.Opened{Text: secret.New(k), Last4: k[len(k)-4:]}
	if c, ok := r.caps[p]; ok {
		o.Cap = &c
	}
	return o, nil
}

// people are accounts with one API key each.
type people struct{}

const (
	adaKey    = account.KeyPrefix + "ada"
	bobKey    = account.KeyPrefix + "bob"
	readerKey = account.KeyPrefix + "reader"
	brokeKey  = account.KeyPrefix + "broke"
)

func (people) Authenticate(_ context.Context, c account.Credentials) (account.Caller, error) {
	who, ok := map[string]account.Caller{
		adaKey:    {User: account.User{Owner: 1, ID: "user-ada"}, Scopes: account.Scopes, Via: account.Key},
		bobKey:    {User: account.User{Owner: 2, ID: "user-bob"}, Scopes: account.Scopes, Via: account.Key},
		readerKey: {User: account.User{Owner: 1, ID: "user-ada"}, Scopes: []account.Scope{account.ReadIdeas}, Via: account.Key},
		brokeKey:  {User: account.User{Owner: 3, ID: "user-broke"}, Scopes: account.Scopes, Via: account.Key},
	}[c.APIKey.Reveal()]
	if !ok {
		return account.Caller{}, fault.New(fault.Unauthenticated, "Invalid API key")
	}
	return who, nil
}

func (people) Take(_ context.Context, c account.Caller) (account.Allowance, error) {
	if c.User.Owner == 3 {
		return account.Allowance{}, &fault.Error{Kind: fault.Limited, Message: "Rate limit exceeded", RetryAfter: 90 * time.Second}
	}
	return account.Allowance{}, nil
}

// Keys of the providers. None of them is real.
const (
	anthropicKey  = "sk-ant-api03-0123456789-anthropic-AAAA"
	openAIKey     = "sk-proj-0123456789-openai-BBBB"
	openRouterKey = "sk-or-v1-0123456789abcdef-CCCC"
)

// world is a gateway with a provider behind it, which all addresses lead to.
type world struct {
	*Gateway
	t        *testing.T
	store    *memory
	ring     *ring
	upstream *httptest.Server
	door     *httptest.Server
	calls    atomic.Int64
	logged   *logged
}

type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var testVault = sync.OnceValue(func() *vault.Vault {
	k, err := vault.ParseKey(secret.New("FNCzRROOzVp4m0XozChY5sVzY0nUfuTdlsMI97r93iM="))
	if err != nil {
		panic(err)
	}
	return vault.New(k)
})

// newWorld makes a gateway in front of a provider.
func newWorld(t *testing.T, provider http.HandlerFunc, change ...func(*Options)) *world {
	t.Helper()
	w := &world{t: t, store: newMemory(), logged: &logged{}, ring: &ring{
		keys: map[byok.Provider]string{byok.Anthropic: anthropicKey, byok.OpenAI: openAIKey, byok.OpenRouter: openRouterKey},
		caps: map[byok.Provider]llm.Cost{},
	}}
	w.upstream = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.calls.Add(1)
		provider(rw, r)
	}))
	prices, err := llm.LoadPrices("")
	if err != nil {
		t.Fatal(err)
	}
	registry, err := llm.LoadRegistry("")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Keys: w.ring, Usage: w.store, Prices: prices, Registry: registry, Spend: w.store, Answers: w.store, Vault: testVault(), Accounts: people{},
		Upstreams: Upstreams{Anthropic: w.upstream.URL, OpenAI: w.upstream.URL + "/v1", OpenRouter: w.upstream.URL + "/api/v1",
			WorkersAI: WorkersAI{BaseURL: w.upstream.URL + "/local/v1"}},
		Log: slog.New(slog.NewTextHandler(w.logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&o)
	}
	if w.Gateway, err = New(o); err != nil {
		t.Fatal(err)
	}
	w.door = httptest.NewServer(w.Gateway.Door())
	t.Cleanup(func() {
		w.door.Close()
		if err := w.Gateway.Close(context.Background()); err != nil && w.store.fails == nil {
			t.Errorf("close: %v", err)
		}
		w.upstream.Close()
	})
	return w
}

var ada = byok.Person{Owner: 1, ID: "user-ada"}

// post sends a body to a path of a provider by the client.
func (w *world) post(c Call, path, body string) (*http.Response, error) {
	if c.Who.Owner == 0 {
		c.Who = ada
	}
	if c.Purpose == "" {
		c.Purpose = usage.Agent
	}
	req, err := http.NewRequestWithContext(With(w.t.Context(), c), http.MethodPost, BaseURL(c.Provider)+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return w.Client().Do(req)
}

// ask is post that reads the answer.
func (w *world) ask(c Call, path, body string) (int, string, error) {
	resp, err := w.post(c, path, body)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

// come sends a request to the door.
func (w *world) come(method, path, key, body string, headers ...string) *http.Response {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.door.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if strings.Contains(path, "anthropic") {
		req.Header.Set("X-Api-Key", key)
	} else {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := w.door.Client().Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { resp.Body.Close() })
	return resp
}

func readAll(t *testing.T, resp *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// recorded returns the records so far, the oldest first.
func (w *world) recorded() []usage.Request {
	w.t.Helper()
	if err := w.Flush(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	return slices.SortedFunc(slices.Values(w.store.records), func(a, b usage.Request) int { return a.At.Compare(b.At) })
}

// only returns the only record.
func (w *world) only() usage.Request {
	w.t.Helper()
	all := w.recorded()
	if len(all) != 1 {
		w.t.Fatalf("%d records, want 1: %+v", len(all), all)
	}
	return all[0]
}

// sse writes events as a stream.
func sse(w http.ResponseWriter, events ...string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, e := range events {
		_, _ = io.WriteString(w, e+"\n\n")
		w.(http.Flusher).Flush()
	}
}

func answerJSON(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

// What providers answer.
const (
	chatAnswer    = `{"id":"c1","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"{\"usage\":{\"prompt_tokens\":9999}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":10,"total_tokens":110,"prompt_tokens_details":{"cached_tokens":40}}}`
	messageAnswer = `{"id":"m1","type":"message","role":"assistant","model":"claude-sonnet-4-20250514","content":[{"type":"text","text":"Hello."}],"stop_reason":"end_turn","usage":{"input_tokens":100,"cache_read_input_tokens":40,"cache_creation_input_tokens":0,"output_tokens":10}}`
	chatQuestion  = `{"model":"gpt-4o","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}`
	chatStreamed  = `{"model":"gpt-4o","stream":true,"max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}`
	claudeAsked   = `{"model":"claude-sonnet-4-20250514","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}`
)

var chatEvents = []string{
	`data: {"id":"c1","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"}}],"usage":null}`,
	`data: {"id":"c1","choices":[{"index":0,"delta":{"content":"lo \"usage\":{}"}}],"usage":null}`,
	`data: {"id":"c1","choices":[],"usage":{"prompt_tokens":100,"completion_tokens":10,"prompt_tokens_details":{"cached_tokens":40}}}`,
	`data: [DONE]`,
}

var messageEvents = []string{
	"event: message_start\ndata: " + `{"type":"message_start","message":{"id":"m1","type":"message","model":"claude-sonnet-4-20250514","usage":{"input_tokens":60,"cache_read_input_tokens":40,"output_tokens":1}}}`,
	"event: ping\ndata: " + `{"type":"ping"}`,
	"event: content_block_delta\ndata: " + `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello."}}`,
	"event: message_delta\ndata: " + `{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":10}}`,
	"event: message_stop\ndata: " + `{"type":"message_stop"}`,
}

// cutter closes the connection of a request.
func cutter(w http.ResponseWriter) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0) // a reset, not an end
	}
	c.Close()
}

var errDisk = errors.New("the disk is full")

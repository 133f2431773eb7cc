package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/provider/anthropic"
	"github.com/neuralrepo/neuralrepo/internal/provider/openai"
	"github.com/neuralrepo/neuralrepo/internal/usage"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// Keys opens the provider keys of people. byok.Keys does.
type Keys interface {
	Open(ctx context.Context, who byok.Person, p byok.Provider, purpose string) (byok.Opened, error)
}

// Options are what a Gateway is made of.
type Options struct {
	Keys      Keys
	Usage     usage.Store
	Prices    *llm.Prices
	Registry  *llm.Registry // for successors of models, and how long answers are; may be nil
	Upstreams Upstreams

	// Limits counts for all copies of the program together; nil counts in
	// this one alone.
	Limits usage.LimitStore
	// RequestsPerMinute and Streams (at a time) are what an owner may have;
	// 0 is DefaultRequestsPerMinute and DefaultStreams.
	RequestsPerMinute int
	Streams           int

	Spend   usage.SpendStore // nil refuses keys with a cap
	Answers CacheStore       // nil keeps no answers
	Vault   *vault.Vault     // seals answers; required with Answers

	Accounts Accounts // who may come in by the door; nil for no door

	// FirstByte is how long a provider may take to begin an answer, and
	// Between how long a stream may pause; 0 is ten minutes. Most models think
	// for less, some for longer than any timeout of a proxy.
	FirstByte, Between time.Duration

	Process   string            // tells this copy of the program from others; "" for any name
	Now       func() time.Time  // nil for the system's clock
	Log       *slog.Logger      // nil for none
	Transport http.RoundTripper // nil for one that suits; it must not follow redirects or compress
}

// What an owner may have if the operator does not say otherwise.
const (
	DefaultRequestsPerMinute = 300
	DefaultStreams           = 50
)

// Gateway is the way to the providers. It is safe for concurrent use.
type Gateway struct {
	keys      Keys
	prices    *llm.Prices
	registry  *llm.Registry
	upstreams map[string]*upstream
	limits    *limits
	spend     usage.SpendStore
	answers   *answers
	breakers  *breakers
	log       *recorder
	accounts  Accounts
	firstByte time.Duration
	between   time.Duration
	firstWait time.Duration
	now       func() time.Time
	slog      *slog.Logger
	transport http.RoundTripper
	client    *http.Client
	models    map[string]llm.Model

	stop    context.CancelFunc
	running sync.WaitGroup
}

// New makes a Gateway, which must be closed.
func New(o Options) (*Gateway, error) {
	switch {
	case o.Keys == nil || o.Usage == nil || o.Prices == nil:
		return nil, errors.New("gateway: keys, usage and prices are required")
	case o.RequestsPerMinute < 0 || o.Streams < 0 || o.FirstByte < 0 || o.Between < 0:
		return nil, errors.New("gateway: a limit is negative")
	case o.Answers != nil && o.Vault == nil:
		return nil, errors.New("gateway: answers cannot be kept without a vault")
	}
	upstreams, err := o.Upstreams.resolve()
	if err != nil {
		return nil, err
	}
	g := &Gateway{
		keys: o.Keys, prices: o.Prices, registry: o.Registry, upstreams: upstreams, spend: o.Spend,
		accounts: o.Accounts, firstByte: o.FirstByte, between: o.Between, firstWait: firstWait, now: o.Now, slog: o.Log, transport: o.Transport,
	}
	if g.now == nil {
		g.now = time.Now
	}
	if g.slog == nil {
		g.slog = slog.New(slog.DiscardHandler)
	}
	if g.firstByte == 0 {
		g.firstByte = 10 * time.Minute
	}
	if g.between == 0 {
		g.between = 10 * time.Minute
	}
	if g.transport == nil {
		g.transport = newTransport()
	}
	if o.Process == "" {
		o.Process = rand.Text()
	}
	g.limits = newLimits(o, g.now, g.slog)
	g.breakers = newBreakers(g.now)
	g.log = newRecorder(o.Usage, g.slog)
	g.answers = newAnswers(o.Answers, o.Vault, g.slog)
	g.client = &http.Client{
		Transport:     g,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	g.models = map[string]llm.Model{}
	successors := func(string) []string { return nil }
	if o.Registry != nil {
		successors = o.Registry.Successors
	}
	for provider := range upstreams {
		var m llm.Model
		if provider == llm.Anthropic {
			m = anthropic.New(g.client, BaseURL(provider))
		} else {
			m = openai.New(g.client, BaseURL(provider), provider)
		}
		g.models[provider] = llm.WithSuccessors(m, successors)
	}
	ctx, stop := context.WithCancel(context.Background())
	g.stop = stop
	g.running.Go(func() { g.log.run(ctx) })
	g.running.Go(func() { g.limits.run(ctx) })
	g.running.Go(func() { g.answers.run(ctx, g.now) })
	return g, nil
}

// buffer is what a connection to a provider has for each direction, half of
// what is usual: it is kept for as long as a stream is open, and both what is
// read and what is sent passes it by if it is larger.
const buffer = 2 << 10

// newTransport makes the transport to the providers. It follows no redirect,
// as a client would, and neither asks for compression nor undoes it.
func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		ForceAttemptHTTP2:     true,
		HTTP2:                 &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second},
		DisableCompression:    true,
		ReadBufferSize:        buffer,
		WriteBufferSize:       buffer,
		MaxIdleConns:          1024,
		MaxIdleConnsPerHost:   512,
		IdleConnTimeout:       90 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
}

// Client returns a client whose requests go to the providers, by the
// addresses of BaseURL. Each must carry a Call in its context.
func (g *Gateway) Client() *http.Client { return g.client }

// Model returns the models of a provider. The context of its requests must
// carry a Call for the same provider. For a provider that this server does not
// have, every request fails with a fault that says so.
func (g *Gateway) Model(provider string) llm.Model {
	if m, ok := g.models[provider]; ok {
		return m
	}
	return openai.New(g.client, BaseURL(provider), provider)
}

// Ask is llm.Model.Stream for a call.
func (g *Gateway) Ask(ctx context.Context, c Call, r llm.Request) iter.Seq2[llm.Part, error] {
	return g.Model(c.Provider).Stream(With(ctx, c), r)
}

// Serves reports whether requests to a provider can be sent from here. All
// but Workers AI always can.
func (g *Gateway) Serves(provider string) bool { return g.upstreams[provider] != nil }

// Flush writes down the records of all requests that are over.
func (g *Gateway) Flush(ctx context.Context) error { return g.log.flush(ctx) }

// Close writes down what is not yet written, gives back what it holds of the
// limits, and drops idle connections. Requests under way go on; close the
// doors first.
func (g *Gateway) Close(ctx context.Context) error {
	g.stop()
	g.running.Wait()
	g.answers.close()
	err := errors.Join(g.log.close(ctx), g.limits.close(ctx))
	if t, ok := g.transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
	return err
}

// noUpstream is the failure of a request to a provider that is not set up.
func noUpstream(provider string) error {
	if provider == llm.WorkersAI {
		return fault.New(fault.Unavailable, "This server has no access to Workers AI: choose a model of your own provider, or ask its operator")
	}
	return fault.New(fault.Internal, "there is no provider %q", provider)
}

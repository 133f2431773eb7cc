package spec

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// world is a Writer over a real database, with a model that says what it is
// told.
type world struct {
	*Writer
	ideas *idea.Repository
	store *store.Store
	shelf *shelf
	keys  *keys
	model *gatewayed
	ada   byok.Person
	clock *clock
}

func newWorld(t *testing.T, turns ...llmtest.Turn) *world {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "test.db"), Durability: store.Normal})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	people := account.New(s, account.Options{})
	for _, name := range []string{"ada", "bob"} { // owners 1 and 2
		if _, err := people.AddUser(t.Context(), account.NewUser{Email: name + "@example.org", DisplayName: name}); err != nil {
			t.Fatal(err)
		}
	}
	registry, err := llm.LoadRegistry("")
	if err != nil {
		t.Fatal(err)
	}
	prices, err := llm.LoadPrices("")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		ideas: idea.New(s, nil), store: s, shelf: &shelf{Store: s}, keys: &keys{byok.Anthropic: "AbCd"},
		model: &gatewayed{Script: llmtest.NewScript(turns...), prices: prices, kept: map[string]bool{}},
		ada:   byok.Person{Owner: 1, ID: "ada"}, clock: &clock{at: time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)},
	}
	w.Writer = New(Parts{
		Ideas: w.ideas, Keys: w.keys, Models: w.model, Registry: registry, Prices: prices, Store: w.shelf,
		Neighbours: ByWords(s), Now: w.clock.now,
	})
	return w
}

// capture stores an idea and returns its number.
func (w *world) capture(t *testing.T, title, body string) int64 {
	t.Helper()
	d, err := w.ideas.Capture(t.Context(), w.ada.Owner, idea.Draft{Title: title, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return d.Number
}

// clock is moved by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// keys are a person's provider keys: their last characters.
type keys map[byok.Provider]string

func (k keys) Active(_ context.Context, who byok.Person) (byok.Provider, error) {
	p, ok := byok.Choose(who.Preferred, func(p byok.Provider) bool { return k[p] != "" && k[p] != "lost" })
	if !ok {
		return "", fault.New(fault.Forbidden, "add one under Settings, AI providers")
	}
	return p, nil
}

func (k keys) Statuses(ctx context.Context, who byok.Person) ([]byok.Status, byok.Provider, error) {
	var all []byok.Status
	for _, p := range byok.Providers {
		s := byok.Status{Key: byok.Key{Provider: p, Last4: k[p]}, Stored: k[p] != "", State: byok.StateUntested}
		if k[p] == "lost" {
			s.State = byok.StateUndecryptable
		}
		all = append(all, s)
	}
	active, _ := k.Active(ctx, who)
	return all, active, nil
}

// gatewayed is a scripted model behind something that reports like the
// gateway and knows repeated questions.
type gatewayed struct {
	*llmtest.Script
	prices *llm.Prices
	mu     sync.Mutex
	calls  []gateway.Call
	kept   map[string]bool
}

func (g *gatewayed) Ask(ctx context.Context, c gateway.Call, r llm.Request) iter.Seq2[llm.Part, error] {
	return func(yield func(llm.Part, error) bool) {
		g.mu.Lock()
		g.calls = append(g.calls, c)
		key := fmt.Sprint(c.Provider, r)
		report := gateway.Report{KeyLast4: "AbCd", Request: usage.Request{
			Model: r.Model, Outcome: usage.Cancelled, Retries: 1, Overhead: 250 * time.Microsecond,
			Hit: g.kept[key] && !c.Fresh && c.CacheFor > 0,
		}}
		g.mu.Unlock()
		defer func() { c.Done(report) }()
		for p, err := range g.Stream(ctx, r) {
			switch p := p.(type) {
			case llm.Usage:
				report.Tokens = &usage.Tokens{In: p.TotalInput(), Cached: p.CacheRead, Out: p.Output}
				if report.Cost = g.prices.Cost(c.Provider, r.Model, p); report.Hit {
					report.Cost = new(llm.Cost)
				}
			case llm.Stop:
				report.Outcome = usage.Complete
				g.mu.Lock()
				g.kept[key] = true
				g.mu.Unlock()
			}
			if err != nil {
				report.Outcome = usage.Failed
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

// shelf keeps artifacts, and can be made to fail.
type shelf struct {
	artifact.Store
	mu    sync.Mutex
	fails error // of updates
}

func (s *shelf) UpdateArtifact(ctx context.Context, who owner.ID, a artifact.Artifact) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails != nil {
		return s.fails
	}
	return s.Store.UpdateArtifact(ctx, who, a)
}

// listener is a sink that remembers, and can do something on hearing.
type listener struct {
	version         int64
	provider, model string
	text            strings.Builder
	pieces          int
	on              func(text string) error
}

func (l *listener) Start(version int64, provider, model string) error {
	if l.version != 0 {
		return errors.New("a second start")
	}
	l.version, l.provider, l.model = version, provider, model
	return nil
}

func (l *listener) Text(piece string) error {
	if l.version == 0 || piece == "" {
		return fmt.Errorf("text %q before the start, or none", piece)
	}
	l.pieces++
	l.text.WriteString(piece)
	if l.on != nil {
		return l.on(l.text.String())
	}
	return nil
}

// part makes an answer that ends for a reason.
func part(text string, why llm.StopReason) llmtest.Turn {
	turn := llmtest.Say(text)
	turn.Parts[len(turn.Parts)-1] = llm.Stop{Reason: why}
	return turn
}

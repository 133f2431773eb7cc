package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// world is an Agent over a real database, with a model that says what it is
// told and tools that write down what they did.
type world struct {
	*Agent
	parts Parts
	store *store.Store
	model *model
	tools *tools
	ada   Person
}

func newWorld(t *testing.T, turns ...llmtest.Turn) *world {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "test.db"), Durability: store.Normal})
	if err != nil {
		t.Fatal(err)
	}
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
		store: s, model: &model{Script: llmtest.NewScript(turns...)}, tools: newTools(),
		ada: Person{Person: byok.Person{Owner: 1, ID: "ada"}, Pro: true, Approval: AskDestructive},
	}
	w.parts = Parts{
		Store: s, Tools: w.tools, Models: choices{registry}, Ask: w.model, Offer: byok.Offer{Models: registry}, Prices: prices,
	}
	w.Agent = New(w.parts)
	t.Cleanup(func() {
		if err := w.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		s.Close()
	})
	return w
}

// again is a new process on the same database.
func (w *world) again(t *testing.T, turns ...llmtest.Turn) {
	t.Helper()
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.model = &model{Script: llmtest.NewScript(turns...)}
	w.parts.Ask = w.model
	w.Agent = New(w.parts)
}

// choices are the models of the registry; those of "missing" cannot be asked.
type choices struct{ *llm.Registry }

func (c choices) Choices(_ context.Context, who byok.Person, pro bool, _ byok.Offer, p llm.Purpose) (all []byok.Choice, err error) {
	for _, e := range c.For(p) {
		choice := byok.Choice{Entry: e, Default: e.ID == "sonnet"}
		switch {
		case who.ID == "nobody":
			choice.Missing, choice.Text, choice.Default = byok.NoKey, "Add a key.", false
		case e.ID == "opus":
			choice.Missing, choice.Text = byok.NoKey, "Add a key."
		}
		all = append(all, choice)
	}
	return all, nil
}

// model is a script behind something that reports like the gateway.
type model struct {
	*llmtest.Script
	mu    sync.Mutex
	calls []gateway.Call
}

func (m *model) Ask(ctx context.Context, c gateway.Call, r llm.Request) iter.Seq2[llm.Part, error] {
	m.mu.Lock()
	m.calls = append(m.calls, c)
	m.mu.Unlock()
	return func(yield func(llm.Part, error) bool) {
		for p, err := range m.Stream(ctx, r) {
			if u, ok := p.(llm.Usage); ok {
				cost := llm.Cost(1000)
				c.Done(gateway.Report{Request: usage.Request{
					Outcome: usage.Complete, Tokens: &usage.Tokens{In: u.TotalInput(), Out: u.Output}, Cost: &cost,
				}})
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

// tools are four: read, write, destroy and fail.
type tools struct {
	mu     sync.Mutex
	done   []string // "write {"a":1}"
	undone []string
	long   string // that read returns
	clash  bool   // undo is refused
	atOnce int    // reads that run
	most   int
	began  chan struct{} // is told of each read, if set
	hold   chan struct{} // is closed when reads may go on
}

func newTools() *tools { return &tools{} }

func (ts *tools) All() []Tool {
	schema := json.RawMessage(`{"type":"object"}`)
	check := func(input json.RawMessage) error {
		if strings.Contains(string(input), "wrong") {
			return fault.OfField("id", "must be a number")
		}
		return nil
	}
	all := []Tool{
		{Name: "read", Title: "Look", Reads: true}, {Name: "write", Title: "Write"},
		{Name: "destroy", Title: "Take away", Destroys: true}, {Name: "fail", Title: "Fail", Reads: true},
	}
	for i := range all {
		name := all[i].Name
		all[i].Input, all[i].Check = schema, check
		all[i].Run = func(_ context.Context, c Call) (Result, error) { return ts.run(name, c) }
	}
	return all
}

func (ts *tools) run(name string, c Call) (Result, error) {
	ts.mu.Lock()
	ts.done = append(ts.done, name+" "+string(c.Input))
	if name == "read" {
		ts.atOnce++
		ts.most = max(ts.most, ts.atOnce)
	}
	ts.mu.Unlock()
	if name == "read" && ts.began != nil {
		ts.began <- struct{}{}
		<-ts.hold
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	switch name {
	case "fail":
		return Result{}, errors.New("the disk is full of secrets")
	case "read":
		ts.atOnce--
		return Result{Text: "read" + ts.long, Cards: []artifact.Card{{Type: artifact.IdeaGrid, Data: json.RawMessage(`{}`)}}}, nil
	}
	return Result{
		Text: "changed", Cards: []artifact.Card{{Type: artifact.IdeaCard, Data: json.RawMessage(`{}`)}},
		Changes: []json.RawMessage{json.RawMessage(fmt.Sprintf(`{"kind":%q}`, name))},
	}, nil
}

func (ts *tools) Undo(_ context.Context, _ byok.Person, change json.RawMessage) error {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.clash {
		return fault.New(fault.Conflict, "It was changed since")
	}
	ts.undone = append(ts.undone, string(change))
	return nil
}

func (ts *tools) did() []string {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return slices.Clone(ts.done)
}

// ask asks in the conversation c and waits for the answer.
func (w *world) ask(t *testing.T, text string) conversation.Message {
	t.Helper()
	return w.finish(t, w.begin(t, text))
}

func (w *world) begin(t *testing.T, text string) *Reading {
	t.Helper()
	r, err := w.Ask(t.Context(), w.ada, Question{Conversation: "c", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// finish reads an answer to its end.
func (w *world) finish(t *testing.T, r *Reading) conversation.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		m, over, err := r.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if over {
			return m
		}
	}
}

// until reads an answer until something is so.
func (w *world) until(t *testing.T, r *Reading, so func(conversation.Message) bool) conversation.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		m, over, err := r.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if so(m) {
			return m
		}
		if over {
			t.Fatalf("the answer is over before that: %s", tell(m))
		}
	}
}

// tell writes a message as a line: "step text(hello) read=output-available".
func tell(m conversation.Message) string {
	var all []string
	for _, p := range m.Parts {
		switch p.Kind {
		case conversation.Text, conversation.Reasoning:
			all = append(all, string(p.Kind)+"("+p.Text+")")
		case conversation.Tool:
			all = append(all, p.Call.Tool+"="+string(p.Call.State))
		case conversation.Told:
			all = append(all, "notice:"+string(p.Notice.Kind))
		default:
			all = append(all, string(p.Kind))
		}
	}
	return string(m.State) + ": " + strings.Join(all, " ")
}

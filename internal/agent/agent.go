package agent

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// Models tells which models a person can ask.
type Models interface {
	// Choices returns those that serve a purpose; see byok.Keys.
	Choices(ctx context.Context, who byok.Person, pro bool, offer byok.Offer, purpose llm.Purpose) ([]byok.Choice, error)
}

// Asker asks models on behalf of people.
type Asker interface {
	// Ask is llm.Model.Stream for a call.
	Ask(ctx context.Context, c gateway.Call, r llm.Request) iter.Seq2[llm.Part, error]
}

// Approval says before which calls the person is asked.
type Approval string

// The settings. The default is AskDestructive.
const (
	AskEvery       Approval = "every"       // before every call that changes something
	AskDestructive Approval = "destructive" // before those that take something away
	AskNever       Approval = "never"
)

// Person is on whose behalf the agent works.
type Person struct {
	byok.Person
	Pro      bool // their plan has the models that need no key
	Approval Approval
}

// asked reports whether the person wants to be asked before a tool runs.
func (p Person) asked(t Tool) bool {
	switch p.Approval {
	case AskEvery:
		return !t.Reads
	case AskNever:
		return false
	}
	return t.Destroys
}

// Parts are what an Agent works with. All but the last two are required.
type Parts struct {
	Store  conversation.Store
	Tools  Tools
	Models Models
	Ask    Asker
	Offer  byok.Offer
	Prices *llm.Prices

	Now func() time.Time // nil for the system's clock
	Log *slog.Logger     // nil for none
}

// Agent talks with people about their ideas. It is safe for concurrent use.
type Agent struct {
	store  conversation.Store
	tools  Tools
	models Models
	asker  Asker
	offer  byok.Offer
	prices *llm.Prices
	now    func() time.Time
	log    *slog.Logger
	work   *work
}

// New makes an Agent, which must be closed.
func New(p Parts) *Agent {
	a := &Agent{
		store: p.Store, tools: p.Tools, models: p.Models, asker: p.Ask, offer: p.Offer, prices: p.Prices,
		now: p.Now, log: p.Log, work: newWork(),
	}
	if a.now == nil {
		a.now = time.Now
	}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	return a
}

// Close ends the answers that are under way, and waits until what arrived is
// kept, as long as ctx lasts. Nothing is answered after that.
func (a *Agent) Close(ctx context.Context) error { return a.work.close(ctx) }

// time returns the present in UTC, as exact as a database keeps it.
func (a *Agent) time() time.Time { return a.now().UTC().Truncate(time.Microsecond) }

// find returns a tool.
func (a *Agent) find(name string) (Tool, bool) {
	for _, t := range a.tools.All() {
		if t.Name == name {
			return t, true
		}
	}
	return Tool{}, false
}

package spec

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Ideas finds an idea by its number.
type Ideas interface {
	// Get returns an idea, archived or not, or a fault.NotFound.
	Get(ctx context.Context, who owner.ID, number int64) (idea.Detail, error)
}

// Keys tells which provider keys a person has.
type Keys interface {
	// Active returns the provider that the next call uses, or a
	// fault.Forbidden that says where to add a key.
	Active(ctx context.Context, who byok.Person) (byok.Provider, error)
	// Statuses returns how every provider stands, and the active one.
	Statuses(ctx context.Context, who byok.Person) ([]byok.Status, byok.Provider, error)
}

// Asker asks models on behalf of people.
type Asker interface {
	// Ask is llm.Model.Stream for a call.
	Ask(ctx context.Context, c gateway.Call, r llm.Request) iter.Seq2[llm.Part, error]
}

// Parts are what a Writer works with. All but the last three are required.
type Parts struct {
	Ideas    Ideas
	Keys     Keys
	Models   Asker
	Registry *llm.Registry
	Prices   *llm.Prices
	Store    artifact.Store

	Neighbours Neighbours       // nil for none
	Now        func() time.Time // nil for the system's clock
	Log        *slog.Logger     // nil for none
}

// Writer writes specifications. It is safe for concurrent use.
type Writer struct {
	ideas      Ideas
	keys       Keys
	models     Asker
	registry   *llm.Registry
	prices     *llm.Prices
	store      artifact.Store
	neighbours Neighbours
	now        func() time.Time
	log        *slog.Logger
	work       *work
}

// New makes a Writer.
func New(p Parts) *Writer {
	w := &Writer{
		ideas: p.Ideas, keys: p.Keys, models: p.Models, registry: p.Registry, prices: p.Prices,
		store: p.Store, neighbours: p.Neighbours, now: p.Now, log: p.Log,
		work: newWork(),
	}
	if w.now == nil {
		w.now = time.Now
	}
	if w.log == nil {
		w.log = slog.New(slog.DiscardHandler)
	}
	return w
}

// Close ends whatever is being written, and waits until it is kept, as long
// as ctx lasts. Nothing is written after that.
func (w *Writer) Close(ctx context.Context) error { return w.work.close(ctx) }

// time returns the present in UTC, as exact as a database keeps it.
func (w *Writer) time() time.Time { return w.now().UTC().Truncate(time.Microsecond) }

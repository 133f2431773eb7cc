package enrich

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/embed/remote"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

// Metered is what an embed.Embedder is, too, if its work may cost money.
type Metered interface {
	// Metered reports whether it may.
	Metered() bool
	// Estimate says what it will take to understand texts.
	Estimate(texts []embed.Text) remote.Estimate
}

// metered returns the embedder as one whose work may cost money, or nil.
func metered(e embed.Embedder) Metered {
	if m, ok := e.(Metered); ok && m.Metered() {
		return m
	}
	return nil
}

// IsMetered reports whether the work of an embedder may cost money.
func IsMetered(e embed.Embedder) bool { return metered(e) != nil }

// BulkStore keeps how far the ideas of an owner have been understood, and what
// the owner says of understanding many at once.
type BulkStore interface {
	BulkState(ctx context.Context, who owner.ID, m vector.Model) (job.Bulk, error)
	// PauseBulk lets wait what nobody waits for, and ResumeBulk starts it.
	PauseBulk(ctx context.Context, who owner.ID, m vector.Model) error
	ResumeBulk(ctx context.Context, who owner.ID, m vector.Model) error
	// TextsWithout returns some of the texts that a model has not understood,
	// of ideas after a number, and the number of the last; none when there are
	// no more.
	TextsWithout(ctx context.Context, who owner.ID, m vector.Model, after int64) ([]embed.Text, int64, error)
}

// Bulk is understanding many ideas at once: all that are there when another
// model comes into use, or an import. It can be paused, and if it costs money
// it waits until somebody has seen what it costs.
type Bulk struct {
	store    BulkStore
	embedder embed.Embedder
	model    vector.Model
}

// NewBulk makes it for the embedder that is in use.
func NewBulk(store BulkStore, e embed.Embedder) *Bulk { return &Bulk{store, e, modelOf(e)} }

// State is what goes on.
type State string

// The states. Single ideas that are captured or edited are understood in each.
const (
	Idle    State = "idle"
	Running State = "running"
	Paused  State = "paused" // until somebody starts or resumes it
)

// Progress is how far an owner's ideas, but those that are archived, have been
// understood by the model that is in use.
type Progress struct {
	Model       embed.Model
	State       State
	Done, Total int
	// Left is what it takes to understand the rest; nil if nothing is left, or
	// if that costs nothing.
	Left *Estimate
}

// Estimate is what understanding ideas takes, rather too much than too little.
type Estimate struct {
	Ideas int
	remote.Estimate
}

// Progress returns it.
func (b *Bulk) Progress(ctx context.Context, who owner.ID) (Progress, error) {
	now, err := b.store.BulkState(ctx, who, b.model)
	if err != nil {
		return Progress{}, err
	}
	p := Progress{Model: b.embedder.Model(), State: Idle, Done: now.Done, Total: now.Total}
	switch {
	case now.Paused || now.Held > 0:
		p.State = Paused
	case now.Going > 0:
		p.State = Running
	}
	if now.Done < now.Total {
		p.Left, err = b.left(ctx, who)
	}
	return p, err
}

// left estimates what is left.
func (b *Bulk) left(ctx context.Context, who owner.ID) (*Estimate, error) {
	by := metered(b.embedder)
	if by == nil {
		return nil, nil
	}
	var e Estimate
	for after := int64(0); ; {
		texts, last, err := b.store.TextsWithout(ctx, who, b.model, after)
		if err != nil {
			return nil, err
		}
		if len(texts) == 0 {
			return &e, nil
		}
		some := by.Estimate(texts)
		e.Ideas += len(texts)
		e.Tokens += some.Tokens
		if some.Cost != nil {
			if e.Cost != nil {
				*some.Cost += *e.Cost
			}
			e.Cost = some.Cost
		}
		after = last
	}
}

// Pause lets it wait.
func (b *Bulk) Pause(ctx context.Context, who owner.ID) error {
	return b.store.PauseBulk(ctx, who, b.model)
}

// Resume starts it, or goes on with it. If it costs money, that says yes to
// what Progress tells of.
func (b *Bulk) Resume(ctx context.Context, who owner.ID) error {
	return b.store.ResumeBulk(ctx, who, b.model)
}

// Package enrich does what follows a capture or an edit: it finds out what the
// idea means, which of the owner's ideas are so close that they may be the
// same, and which are related.
//
// Most of it happens outside of transactions. First the vector is stored, then
// it is compared, and then everything that came of it is stored in one short
// transaction, with the end of the job: so it is there once, however often the
// process was killed. Of two ideas that are captured at the same moment, at
// least the one whose vector is stored last finds the other.
package enrich

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

// Store keeps ideas, vectors and jobs.
type Store interface {
	Read(ctx context.Context, who owner.ID, f func(idea.Tx) error) error
	User(ctx context.Context, who owner.ID) (account.User, error)
	// Vector returns the vector of an idea and the sum of its text, or a
	// fault.NotFound.
	Vector(ctx context.Context, who owner.ID, m vector.Model, idea int64) ([]float32, [32]byte, error)
	PutVector(ctx context.Context, who owner.ID, m vector.Model, idea int64, sum [32]byte, v []float32) error
	// PutServing stores a vector of the model that serves the owner, as long as
	// it does.
	PutServing(ctx context.Context, who owner.ID, m vector.Model, idea int64, sum [32]byte, v []float32) error
	// ServingModel returns the model that serves an owner, the zero value if
	// none does.
	ServingModel(ctx context.Context, who owner.ID) (vector.Model, error)
	// SwitchVectors lets the vectors of a model serve, if all ideas have one.
	SwitchVectors(ctx context.Context, who owner.ID, m vector.Model) (bool, error)
	// ServedByOthers returns whom the vectors of another model serve.
	ServedByOthers(ctx context.Context, m vector.Model) ([]owner.ID, error)
	// FinishJob runs f and ends the job in one transaction, or does neither
	// if somebody asked again.
	FinishJob(ctx context.Context, j job.Job, f func(idea.Tx) error) (bool, error)
	// AskMissing asks for some ideas without a vector to be understood, and
	// returns where it got to, and false when there are no more. If the model
	// is metered, they wait until somebody starts that.
	AskMissing(ctx context.Context, m vector.Model, metered bool, who owner.ID, number int64, now time.Time) (owner.ID, int64, bool, error)
}

// Vectors finds what is close.
type Vectors interface {
	Nearest(ctx context.Context, who owner.ID, m vector.Model, to []float32, n int, least float64, pass func(idea int64) bool) ([]vector.Near, error)
	Of(ctx context.Context, who owner.ID, m vector.Model, idea int64) ([]float32, error)
}

// Options are what an Enricher is made of.
type Options struct {
	Store    Store
	Embedder embed.Embedder
	// Before are embedders whose vectors may serve until Embedder has read
	// every idea. New texts are understood by them, too, until then, so that
	// they are found.
	Before  []embed.Embedder
	Vectors Vectors
	// Suggest returns tags that fit an idea, for those who want them put on
	// new ideas; nil for none.
	Suggest func(ctx context.Context, who owner.ID, number int64) (search.Suggestions, error)
	Now     func() time.Time // nil for the system's clock
	Log     *slog.Logger     // nil for none
}

// Enricher does it.
type Enricher struct {
	o     Options
	model vector.Model
}

// New makes an enricher.
func New(o Options) *Enricher {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Enricher{o, modelOf(o.Embedder)}
}

func modelOf(e embed.Embedder) vector.Model {
	m := e.Model()
	return vector.Model{ID: m.ID, Version: m.Version, Dimensions: m.Dimensions}
}

// Do does a job of the kind job.Understand. Doing it again changes nothing.
func (e *Enricher) Do(ctx context.Context, j job.Job) error {
	if j.Kind != job.Understand {
		return fmt.Errorf("enrich: nobody knows how to %s", j.Kind)
	}
	found, err := e.look(ctx, j)
	if fault.Is(err, fault.NotFound) { // the idea is gone, or its owner
		found, err = nil, nil
	}
	if err != nil {
		return err
	}
	_, err = e.o.Store.FinishJob(ctx, j, func(tx idea.Tx) error {
		if found == nil {
			return tx.Meaning.Processed(ctx, j.Subject)
		}
		return e.settle(ctx, tx, j.Subject, *found)
	})
	if err != nil {
		return err
	}
	_, err = e.o.Store.SwitchVectors(ctx, j.Owner, e.model)
	return err
}

// AskMissing asks for all ideas that the embedder has not understood, of all
// owners. It is for the start of the program. Whom the vectors of another
// embedder serve although nothing is missing, is served by its own after that.
func (e *Enricher) AskMissing(ctx context.Context) error {
	var who owner.ID
	var number int64
	for more := true; more; {
		var err error
		if who, number, more, err = e.o.Store.AskMissing(ctx, e.model, IsMetered(e.o.Embedder), who, number, e.o.Now()); err != nil {
			return err
		}
	}
	owners, err := e.o.Store.ServedByOthers(ctx, e.model)
	if err != nil {
		return err
	}
	for _, who := range owners {
		if _, err := e.o.Store.SwitchVectors(ctx, who, e.model); err != nil {
			return err
		}
	}
	return nil
}

// findings are what is known of an idea before anything about it is stored.
type findings struct {
	closeness account.Closeness
	scores    map[int64]float64 // of other ideas, those that matter
	tags      []string          // to be put on it
}

// neighbours is how many of the nearest ideas are looked at.
const neighbours = 5

// look understands an idea, stores its vector and compares it. It returns nil
// if there is nothing to be known of the idea.
func (e *Enricher) look(ctx context.Context, j job.Job) (*findings, error) {
	var this idea.Idea
	others := map[int64]bool{} // with which it has to do already
	err := e.o.Store.Read(ctx, j.Owner, func(tx idea.Tx) (err error) {
		if this, err = tx.Ideas.Get(ctx, j.Subject); err != nil || this.Archived {
			return err
		}
		return known(ctx, tx, j.Subject, others)
	})
	if err != nil || this.Archived {
		return nil, err
	}
	user, err := e.o.Store.User(ctx, j.Owner)
	if err != nil {
		return nil, err
	}
	v, err := e.vector(ctx, j.Owner, this)
	if err != nil {
		return nil, err
	}
	if err := e.serve(ctx, j.Owner, this); err != nil {
		return nil, err
	}
	f := &findings{closeness: user.Closeness()}
	if f.scores, err = e.compare(ctx, j.Owner, this.Number, v, others, f.closeness); err != nil {
		return nil, err
	}
	if f.closeness.AutoTag && this.Processing {
		f.tags, err = e.tags(ctx, j.Owner, this)
	}
	return f, err
}

// known adds the ideas to which the program related an idea, or of which it
// may be a duplicate.
func known(ctx context.Context, tx idea.Tx, number int64, others map[int64]bool) error {
	outgoing, incoming, err := tx.Relations.Of(ctx, number)
	if err != nil {
		return err
	}
	for _, r := range append(outgoing, incoming...) {
		if automatic(r.Relation) {
			others[r.Other.Number] = true
		}
	}
	proposals, err := tx.Duplicates.Of(ctx, number)
	for _, d := range proposals {
		if d.Status == idea.DuplicatePending {
			others[other(d, number)] = true
		}
	}
	return err
}

// automatic reports whether the program made a relation.
func automatic(r idea.Relation) bool { return r.Type == idea.RelRelated && r.Score != nil }

// other is the idea that another one is compared with.
func other(d idea.Duplicate, number int64) int64 {
	if d.Idea.Number == number {
		return d.Of.Number
	}
	return d.Idea.Number
}

// vector returns what an idea means. If its text is still that of the vector
// that is stored, that is it.
func (e *Enricher) vector(ctx context.Context, who owner.ID, this idea.Idea) ([]float32, error) {
	text := embed.Idea(this.Title, this.Body)
	v, sum, err := e.o.Store.Vector(ctx, who, e.model, this.Number)
	if err == nil && sum == text.Sum() {
		return v, nil
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	vectors, err := e.o.Embedder.Embed(ctx, []embed.Text{text})
	if err != nil {
		return nil, fmt.Errorf("understand idea #%d: %w", this.Number, err)
	}
	return vectors[0], e.o.Store.PutVector(ctx, who, e.model, this.Number, text.Sum(), vectors[0])
}

// rounding is by how much the cosine of a score may be too high.
const rounding = 1e-6

// compare returns how close the nearest ideas are, as far as they are close
// enough, and those with which the idea has to do already, however close.
func (e *Enricher) compare(ctx context.Context, who owner.ID, number int64, v []float32, others map[int64]bool, c account.Closeness) (map[int64]float64, error) {
	scale := e.o.Embedder.Model().Ideas
	least := min(c.Related, c.Duplicate)
	near, err := e.o.Vectors.Nearest(ctx, who, e.model, v, neighbours, scale.Cosine(least)-rounding,
		func(n int64) bool { return n != number })
	if err != nil {
		return nil, err
	}
	scores := map[int64]float64{}
	for _, n := range near {
		scores[n.Idea] = scale.Score(n.Cosine)
	}
	for n := range others {
		if _, ok := scores[n]; ok {
			continue
		}
		of, err := e.o.Vectors.Of(ctx, who, e.model, n)
		if fault.Is(err, fault.NotFound) {
			continue // not yet understood: its own turn comes
		}
		if err != nil {
			return nil, err
		}
		var cosine float64
		for k := range v {
			cosine += float64(v[k]) * float64(of[k])
		}
		scores[n] = scale.Score(cosine)
	}
	return scores, nil
}

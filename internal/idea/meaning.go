package idea

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Meaning keeps what the program finds out about what ideas mean, and asks
// for it to be found out.
type Meaning interface {
	// Ask asks in the same transaction for an idea to be understood, not
	// before due. Asking again before that is done makes no second job.
	Ask(ctx context.Context, number int64, due time.Time) error
	// Await asks for it too, but it is not done until somebody starts that.
	Await(ctx context.Context, number int64, due time.Time) error
	// Processed takes the mark Processing from an idea. That makes no new
	// version: nothing that a person wrote has changed.
	Processed(ctx context.Context, number int64) error

	// Refuse remembers that a person does not want two ideas to be related by
	// the program, whichever way round.
	Refuse(ctx context.Context, a, b int64) error
	Refused(ctx context.Context, a, b int64) (bool, error)
	// Refusals returns all such pairs, the smaller number first.
	Refusals(ctx context.Context) (map[[2]int64]bool, error)
}

// Refusals returns the pairs of ideas that a person does not want to be
// related by the program, the smaller number first.
func (r *Repository) Refusals(ctx context.Context, who owner.ID) (map[[2]int64]bool, error) {
	return readOne(ctx, r, who, func(tx Tx) (map[[2]int64]bool, error) {
		return tx.Meaning.Refusals(ctx)
	})
}

// quiet is how long after an edit an idea is understood, so that several
// edits in a row make one job. After a capture nobody waits.
const quiet = 300 * time.Millisecond

// Enriched returns a repository whose new texts are understood in the
// background. Without that, ideas are never Processing.
func (r *Repository) Enriched() *Repository {
	enriched := *r
	enriched.enriched = true
	return &enriched
}

// Metered returns a repository as Enriched does, for when understanding a text
// may cost money: of many ideas that come in at once, only the first are
// understood before somebody agrees to the rest.
func (r *Repository) Metered() *Repository {
	metered := *r.Enriched()
	metered.metered = true
	return &metered
}

// Of more than many captures within a burst, the rest is an import, which
// nobody types.
const (
	many  = 50
	burst = 10 * time.Minute
)

// imported reports whether a new idea is one of many that come in at once.
func imported(ctx context.Context, tx Tx, i Idea) (bool, error) {
	if i.Number <= many {
		return false, nil
	}
	before, err := tx.Ideas.Get(ctx, i.Number-many)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return before.CreatedAt.After(i.CreatedAt.Add(-burst)), err
}

// askNew has a new idea understood, if anybody does that.
func (r *Repository) askNew(ctx context.Context, tx Tx, i Idea) error {
	if r.metered {
		bulk, err := imported(ctx, tx, i)
		if err != nil {
			return err
		}
		if bulk {
			return tx.Meaning.Await(ctx, i.Number, i.UpdatedAt)
		}
	}
	return r.ask(ctx, tx, i, 0)
}

// ask has an idea understood, if anybody does that.
func (r *Repository) ask(ctx context.Context, tx Tx, i Idea, pause time.Duration) error {
	if !r.enriched {
		return nil
	}
	return tx.Meaning.Ask(ctx, i.Number, i.UpdatedAt.Add(pause))
}

package idea

import (
	"context"
	"time"
)

// Meaning keeps what the program finds out about what ideas mean, and asks
// for it to be found out.
type Meaning interface {
	// Ask asks in the same transaction for an idea to be understood, not
	// before due. Asking again before that is done makes no second job.
	Ask(ctx context.Context, number int64, due time.Time) error
	// Processed takes the mark Processing from an idea. That makes no new
	// version: nothing that a person wrote has changed.
	Processed(ctx context.Context, number int64) error

	// Refuse remembers that a person does not want two ideas to be related by
	// the program, whichever way round.
	Refuse(ctx context.Context, a, b int64) error
	Refused(ctx context.Context, a, b int64) (bool, error)
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

// ask has an idea understood, if anybody does that.
func (r *Repository) ask(ctx context.Context, tx Tx, i Idea, pause time.Duration) error {
	if !r.enriched {
		return nil
	}
	return tx.Meaning.Ask(ctx, i.Number, i.UpdatedAt.Add(pause))
}

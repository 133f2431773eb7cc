package writer

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/digest"
)

// heads is how many characters of each text a model is shown.
const heads = 400

// recall is how many letters back a connection is not proposed again.
const recall = 8

// gather reads what a letter is about. recent are the letters before it.
func (w *Writer) gather(ctx context.Context, u account.User, plan digest.Plan, d *digest.Digest, recent []digest.Digest) error {
	now := w.time()
	d.CreatedAt, d.Zone = now, plan.Zone.String()
	var err error
	d.Week, err = w.p.Store.Week(ctx, u.Owner, digest.Span{
		From: d.From, Until: d.Until, Now: now, Heads: heads,
		StaleBefore: d.Until.Add(-time.Duration(plan.Stale) * 24 * time.Hour),
	})
	if err != nil || d.Ideas < 2 {
		return err
	}
	d.Connections, err = w.p.Connections.Connections(ctx, u.Owner, digest.MaxConnections, proposed(d, recent))
	return err
}

// proposed returns the pairs that are not to be proposed: those of the last
// weekly letters, and those that may be duplicates.
func proposed(d *digest.Digest, recent []digest.Digest) map[[2]int64]bool {
	seen := map[[2]int64]bool{}
	note := func(a, b digest.Ref) { seen[[2]int64{min(a.Number, b.Number), max(a.Number, b.Number)}] = true }
	for _, p := range d.Duplicates {
		note(p.Idea, p.Duplicate)
	}
	for _, before := range recent {
		if before.Kind == digest.Weekly {
			for _, c := range before.Connections {
				note(c.A, c.B)
			}
		}
	}
	return seen
}

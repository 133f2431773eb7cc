package idea

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Duplicates returns the proposals that wait for a decision, the most similar
// first.
func (r *Repository) Duplicates(ctx context.Context, who owner.ID) ([]Duplicate, error) {
	return readOne(ctx, r, who, func(tx Tx) ([]Duplicate, error) {
		return tx.Duplicates.Pending(ctx)
	})
}

// DismissDuplicate decides that two ideas are not one. The pair is not
// proposed again. Dismissing twice is dismissing once.
func (r *Repository) DismissDuplicate(ctx context.Context, who owner.ID, id int64) error {
	return r.store.Write(ctx, who, func(tx Tx) error {
		d, err := tx.Duplicates.Get(ctx, id)
		if err != nil {
			return err
		}
		if d.Status == DuplicateMerged {
			return fault.New(fault.Conflict, "These two ideas were merged already, so there is nothing to dismiss")
		}
		return tx.Duplicates.Decide(ctx, id, DuplicateDismissed)
	})
}

// MergeDuplicate decides that two ideas are one: the older one takes the
// newer one in.
func (r *Repository) MergeDuplicate(ctx context.Context, who owner.ID, id int64) error {
	return r.store.Write(ctx, who, func(tx Tx) error {
		d, err := tx.Duplicates.Get(ctx, id)
		if err != nil {
			return err
		}
		if d.Status != DuplicatePending {
			return fault.New(fault.Conflict, "This pair was %s already", d.Status)
		}
		// Decided first: the merge takes back whatever else is pending about
		// the absorbed idea.
		if err := tx.Duplicates.Decide(ctx, id, DuplicateMerged); err != nil {
			return err
		}
		_, err = r.merge(ctx, tx, d.Of.Number, d.Idea.Number)
		return err
	})
}

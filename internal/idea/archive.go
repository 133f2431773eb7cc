package idea

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Archive takes an idea out of lists, search and the map. Everything it has
// stays, and Restore brings it back. Archiving twice is archiving once.
func (r *Repository) Archive(ctx context.Context, who owner.ID, number int64) error {
	_, err := writeOne(ctx, r, who, func(tx Tx) (Idea, error) {
		i, err := tx.Ideas.Get(ctx, number)
		if err != nil || i.Archived {
			return i, err
		}
		return i, r.archive(ctx, tx, &i)
	})
	return err
}

// archive stores an idea as archived and takes back its pending duplicates:
// there is nothing left to decide about it.
func (r *Repository) archive(ctx context.Context, tx Tx, i *Idea) error {
	i.Archived = true
	i.Processing = false
	i.UpdatedAt = r.time()
	if err := tx.Ideas.Update(ctx, i); err != nil {
		return err
	}
	if err := tx.Duplicates.Close(ctx, i.Number); err != nil {
		return err
	}
	return tx.History.Append(ctx, i.Number, Event{Kind: EventArchived, At: i.UpdatedAt})
}

// Restore brings an archived idea back.
func (r *Repository) Restore(ctx context.Context, who owner.ID, number int64) (Detail, error) {
	return writeOne(ctx, r, who, func(tx Tx) (Detail, error) {
		i, err := tx.Ideas.Get(ctx, number)
		if err != nil {
			return Detail{}, err
		}
		if i.Archived {
			i.Archived = false
			i.Processing = r.enriched
			i.UpdatedAt = r.time()
			if err := tx.Ideas.Update(ctx, &i); err != nil {
				return Detail{}, err
			}
			if err := tx.History.Append(ctx, number, Event{Kind: EventRestored, At: i.UpdatedAt}); err != nil {
				return Detail{}, err
			}
			if err := r.ask(ctx, tx, i, 0); err != nil {
				return Detail{}, err
			}
		}
		return detail(ctx, tx, i)
	})
}

package idea

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Repository is what can be done with ideas. Every method names the owner
// first; whatever belongs to somebody else is not there.
type Repository struct {
	store    Store
	now      func() time.Time
	enriched bool // whether new texts are understood in the background
	metered  bool // whether that may cost money
}

// New makes a repository over a store. now may be nil for the system's clock.
func New(store Store, now func() time.Time) *Repository {
	if now == nil {
		now = time.Now
	}
	return &Repository{store: store, now: now}
}

// Detail is an idea with everything that its own page shows.
type Detail struct {
	Idea
	Links              []Link
	Outgoing, Incoming []Related
	History            []Event
}

// time returns the present in UTC, as exact as a database keeps it.
func (r *Repository) time() time.Time { return r.now().UTC().Truncate(time.Microsecond) }

// detail reads what belongs to an idea.
func detail(ctx context.Context, tx Tx, i Idea) (Detail, error) {
	d := Detail{Idea: i}
	var err error
	if d.Links, err = tx.Links.Of(ctx, i.Number); err != nil {
		return Detail{}, err
	}
	if d.Outgoing, d.Incoming, err = tx.Relations.Of(ctx, i.Number); err != nil {
		return Detail{}, err
	}
	d.History, err = tx.History.Of(ctx, i.Number)
	return d, err
}

// readOne runs f in a read transaction and returns its value.
func readOne[T any](ctx context.Context, r *Repository, who owner.ID, f func(Tx) (T, error)) (v T, err error) {
	err = r.store.Read(ctx, who, func(tx Tx) error {
		v, err = f(tx)
		return err
	})
	return v, err
}

// writeOne runs f in a write transaction and returns its value.
func writeOne[T any](ctx context.Context, r *Repository, who owner.ID, f func(Tx) (T, error)) (v T, err error) {
	err = r.store.Write(ctx, who, func(tx Tx) error {
		v, err = f(tx)
		return err
	})
	return v, err
}

// named gives a missing idea the name under which the request knows it.
func named(err error, field string, number int64) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "%s names idea #%d, which is not there", field, number)
	}
	return err
}

package store

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// transaction is what one owner reaches in one transaction. Each noun has a
// type of its own around it, with the methods of its port.
type transaction struct {
	querier
	d      dialect
	who    owner.ID
	change live.Change // what was changed so far
}

// ports makes the view of a transaction that the rules work with.
func (t *transaction) ports() idea.Tx {
	return idea.Tx{
		Ideas:      ideas{t},
		Tags:       tags{t},
		Links:      links{t},
		Relations:  relations{t},
		Duplicates: duplicates{t},
		History:    history{t},
		Merges:     merges{t},
		Maps:       maps{t},
		Meaning:    meaning{t},
	}
}

// touched notes that ideas are not what they were.
func (t *transaction) touched(numbers ...int64) {
	t.change.Add(live.Change{Ideas: numbers})
}

// Read runs f on one consistent snapshot of what the owner has.
func (s *Store) Read(ctx context.Context, who owner.ID, f func(idea.Tx) error) error {
	return s.engine.snapshot(ctx, func(q querier) error {
		t := &transaction{querier: q, d: s.dialect, who: who}
		return f(t.ports())
	})
}

// Write runs f in a transaction, one at a time for each owner. If f changed
// something, the owner's change counter grows by one in the same transaction,
// and the change is published after it. Places on the map are not worth a
// word to other pages: they count as no change.
func (s *Store) Write(ctx context.Context, who owner.ID, f func(idea.Tx) error) error {
	return s.write(ctx, who, func(t *transaction) error { return f(t.ports()) })
}

func (s *Store) write(ctx context.Context, who owner.ID, f func(*transaction) error) error {
	var change live.Change
	err := s.engine.transact(ctx, func(q querier) error {
		t := &transaction{querier: q, d: s.dialect, who: who}
		if err := lockOwner(ctx, q, s.dialect, who, noAccount); err != nil {
			return err
		}
		if err := f(t); err != nil {
			return err
		}
		var err error
		change, err = t.count(ctx)
		if err != nil || change.Seq == 0 {
			return err
		}
		return s.engine.announce(ctx, q, who, change)
	})
	if err == nil && change.Seq > 0 {
		s.changes.Publish(who, change)
	}
	return err
}

const noAccount = "This account is not there any more"

// lockOwner lets an owner's transactions that lock run one after the other. A
// fault.NotFound with the message says that the owner is gone.
func lockOwner(ctx context.Context, q querier, d dialect, who owner.ID, missing string) error {
	_, err := one(ctx, q, missing, number, `SELECT owner FROM users WHERE owner = $1 `+d.lock(), who)
	return err
}

// count gives the change of a transaction its number, if there is a change.
func (t *transaction) count(ctx context.Context) (live.Change, error) {
	c := t.change
	if len(c.Ideas) == 0 && !c.All && !c.Tags && !c.Relations && !c.Duplicates && !c.Meaning && len(c.Conversations) == 0 {
		return live.Change{}, nil
	}
	var err error
	c.Seq, err = t.next(ctx, changeNoun)
	return c, err
}

// ChangeSeq returns the owner's change counter: how many transactions have
// changed something. It is the Seq of the last live.Change.
func (s *Store) ChangeSeq(ctx context.Context, who owner.ID) (int64, error) {
	var seq []int64
	err := s.engine.single(ctx, func(q querier) (err error) {
		seq, err = all(ctx, q, number,
			`SELECT last FROM counters WHERE owner = $1 AND noun = $2`, who, changeNoun)
		return err
	})
	return append(seq, 0)[0], err
}

// The nouns that are counted for each owner.
const (
	ideaNoun      = "idea"
	tagNoun       = "tag"
	linkNoun      = "link"
	relationNoun  = "relation"
	duplicateNoun = "duplicate"
	changeNoun    = "change"
	vectorNoun    = "vector"
	mailNoun      = "mail"
	digestNoun    = "digest"
)

// next counts a noun on and returns the new number. A number that was given
// to a transaction that is rolled back is given again.
func (t *transaction) next(ctx context.Context, noun string) (int64, error) {
	return one(ctx, t, "", number, `
		INSERT INTO counters (owner, noun, last) VALUES ($1, $2, 1)
		ON CONFLICT (owner, noun) DO UPDATE SET last = counters.last + 1
		RETURNING last`, t.who, noun)
}

package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/live"
)

func testChanges(t *testing.T, s suite) {
	options := s.fresh(t)
	news := make(heard, 100)
	options.Publisher = news
	own := open(t, options)
	s = suite{own, s.fresh}
	who := newOwner(t, own)
	seq := func() int64 {
		t.Helper()
		n, err := own.ChangeSeq(t.Context(), who)
		must(t, err)
		return n
	}
	nothing := func(t *testing.T) {
		t.Helper()
		select {
		case c := <-news:
			t.Errorf("published %+v, want nothing", c)
		default:
		}
	}
	want(t, "before everything", seq(), 0)

	for k, c := range []struct {
		name   string
		write  func(context.Context, idea.Tx) error
		change live.Change
	}{
		{"insert", func(ctx context.Context, tx idea.Tx) error {
			a, b := draft("a", "x"), draft("b", "x")
			return errors.Join(tx.Ideas.Insert(ctx, &b), tx.Ideas.Insert(ctx, &a))
		}, live.Change{Ideas: []int64{1, 2}, Tags: true}},
		{"update", func(ctx context.Context, tx idea.Tx) error {
			i, err := tx.Ideas.Get(ctx, 2)
			return errors.Join(err, tx.Ideas.Update(ctx, &i), tx.Ideas.Update(ctx, &i))
		}, live.Change{Ideas: []int64{2}}},
		{"colour of a tag", func(ctx context.Context, tx idea.Tx) error {
			return tx.Tags.Update(ctx, idea.Tag{ID: 1, Name: "x", Color: "#000000"})
		}, live.Change{Tags: true}},
		{"name of a tag", func(ctx context.Context, tx idea.Tx) error {
			return tx.Tags.Update(ctx, idea.Tag{ID: 1, Name: "y"})
		}, live.Change{Ideas: []int64{1, 2}, Tags: true}},
		{"link", func(ctx context.Context, tx idea.Tx) error {
			return tx.Links.Insert(ctx, 1, &idea.Link{URL: "https://example.org"})
		}, live.Change{Ideas: []int64{1}}},
		{"relation", func(ctx context.Context, tx idea.Tx) error {
			return tx.Relations.Put(ctx, &idea.Relation{Source: 2, Target: 1, Type: idea.RelBlocks})
		}, live.Change{Ideas: []int64{1, 2}, Relations: true}},
		{"duplicate", func(ctx context.Context, tx idea.Tx) error {
			d := proposal(2, 1, 0.5)
			return tx.Duplicates.Insert(ctx, &d)
		}, live.Change{Duplicates: true}},
		{"event", func(ctx context.Context, tx idea.Tx) error {
			return tx.History.Append(ctx, 1, idea.Event{Kind: idea.EventArchived})
		}, live.Change{Ideas: []int64{1}}},
		{"very many ideas", func(ctx context.Context, tx idea.Tx) error {
			for range live.MaxIdeas + 1 {
				i := draft("x")
				if err := tx.Ideas.Insert(ctx, &i); err != nil {
					return err
				}
			}
			return nil
		}, live.Change{All: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.write(t, who, c.write)
			c.change.Seq = int64(k + 1)
			want(t, "published", <-news, heardChange{who, c.change})
			want(t, "counter", seq(), c.change.Seq)
			nothing(t)
		})
	}

	t.Run("nothing changed", func(t *testing.T) {
		before := seq()
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error {
			_, err := tx.Ideas.Get(ctx, 1)
			return errors.Join(err, tx.Duplicates.Close(ctx, 9), tx.Links.Move(ctx, 8, 9))
		})
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error {
			return tx.Maps.Place(ctx, map[int64]idea.Point{1: {X: 1, Y: 1}})
		})
		must(t, ignore(own.Write(t.Context(), who, func(tx idea.Tx) error {
			return errors.Join(mutate(t.Context(), tx), errIgnored)
		})))
		want(t, "counter", seq(), before)
		nothing(t)
	})

	t.Run("in another store", func(t *testing.T) {
		if own.Engine() == "sqlite" {
			return // one process serves pages, and it hears itself
		}
		other := make(heard, 100)
		elsewhere := options
		elsewhere.Publisher = other
		second := open(t, elsewhere)
		must(t, second.Write(t.Context(), who, func(tx idea.Tx) error {
			i, err := tx.Ideas.Get(t.Context(), 1)
			return errors.Join(err, tx.Ideas.Update(t.Context(), &i))
		}))
		change := heardChange{who, live.Change{Seq: seq(), Ideas: []int64{1}}}
		want(t, "heard there", <-other, change)
		want(t, "heard here", <-news, change)
		// Each hears itself once: what comes next is the next change.
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Tags.Delete(ctx, 1) })
		change = heardChange{who, live.Change{Seq: seq(), Ideas: []int64{1, 2}, Tags: true}}
		want(t, "heard there next", <-other, change)
		want(t, "heard here next", <-news, change)
	})
}

var errIgnored = errors.New("ignored")

func ignore(err error) error {
	if errors.Is(err, errIgnored) {
		return nil
	}
	return err
}

package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// prepare gives an owner what mutate changes.
func (s suite) prepare(t *testing.T) owner.ID {
	t.Helper()
	who := s.owner(t)
	s.write(t, who, func(ctx context.Context, tx idea.Tx) error {
		for k := range 3 {
			i := draft(fmt.Sprint("everything ", k), "a", "b")
			if err := tx.Ideas.Insert(ctx, &i); err != nil {
				return err
			}
		}
		d := proposal(2, 1, 0.5)
		return errors.Join(
			tx.Links.Insert(ctx, 1, &idea.Link{URL: "https://one.example", CreatedAt: at(1)}),
			tx.Relations.Put(ctx, &idea.Relation{Source: 1, Target: 2, Type: idea.RelBlocks, CreatedAt: at(1)}),
			tx.Duplicates.Insert(ctx, &d))
	})
	return who
}

// mutate changes something of every noun.
func mutate(ctx context.Context, tx idea.Tx) error {
	i, err := tx.Ideas.Get(ctx, 1)
	if err != nil {
		return err
	}
	i.Title, i.Tags, i.Archived = "changed", []string{"b", "c"}, true
	n := draft("everything new", "a")
	for _, step := range []func() error{
		func() error { return tx.Ideas.Update(ctx, &i) },
		func() error { return tx.Ideas.Insert(ctx, &n) },
		func() error { return tx.Tags.Delete(ctx, 2) },
		func() error { return tx.Links.Move(ctx, 1, 2) },
		func() error { return tx.Links.Insert(ctx, 3, &idea.Link{URL: "https://two.example", CreatedAt: at(2)}) },
		func() error {
			return tx.Relations.Put(ctx, &idea.Relation{ID: 1, Source: 3, Target: 2, Type: idea.RelParent})
		},
		func() error { return tx.Duplicates.Close(ctx, 1) },
		func() error { return tx.History.Append(ctx, 2, idea.Event{Kind: idea.EventMoved, At: at(2)}) },
		func() error { return tx.Maps.Place(ctx, map[int64]idea.Point{2: {X: 1, Y: 2}, 3: {X: 3, Y: 4}}) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func testTransactions(t *testing.T, s suite) {
	// What mutate makes of prepare. Every test of this file expects to find
	// either nothing of it or all of it.
	done := s.prepare(t)
	before := snapshot(t, s.Store, done)
	s.write(t, done, mutate)
	after := snapshot(t, s.Store, done)
	if cmp.Equal(before, after) {
		t.Fatal("the change of the test changes nothing")
	}

	t.Run("an error takes all back", func(t *testing.T) {
		who := s.prepare(t)
		failure := errors.New("no")
		err := s.Write(t.Context(), who, func(tx idea.Tx) error {
			return errors.Join(mutate(t.Context(), tx), failure)
		})
		if !errors.Is(err, failure) {
			t.Errorf("got error %v, want that of the function", err)
		}
		want(t, "stored", snapshot(t, s.Store, who), before)
	})

	t.Run("a panic takes all back", func(t *testing.T) {
		who := s.prepare(t)
		func() {
			defer func() { want(t, "panic", recover(), any("oh")) }()
			s.Write(t.Context(), who, func(tx idea.Tx) error {
				must(t, mutate(t.Context(), tx))
				panic("oh")
			})
		}()
		want(t, "stored", snapshot(t, s.Store, who), before)
		s.write(t, who, mutate)
		want(t, "stored by the next one", snapshot(t, s.Store, who), after)
	})

	t.Run("a failure that is not told takes all back", func(t *testing.T) {
		who := s.prepare(t)
		err := s.Write(t.Context(), who, func(tx idea.Tx) error {
			must(t, mutate(t.Context(), tx))
			wantFault(t, "link to nothing", tx.Links.Insert(t.Context(), 99, &idea.Link{URL: "x"}), fault.NotFound)
			wantFault(t, "what follows", tx.Maps.Place(t.Context(), map[int64]idea.Point{1: {}}), fault.NotFound)
			return nil
		})
		wantFault(t, "write", err, fault.NotFound)
		want(t, "stored", snapshot(t, s.Store, who), before)
	})

	// The context ends at every place where somebody looks whether it has.
	t.Run("an end at any step leaves all or nothing", func(t *testing.T) {
		who, ends := s.prepare(t), 0
		for n := int64(1); ; n++ {
			ctx, cancel := newFuse(t.Context(), n)
			err := s.Write(ctx, who, func(tx idea.Tx) error { return mutate(ctx, tx) })
			cancel()
			stored := snapshot(t, s.Store, who)
			switch {
			case err == nil && !cmp.Equal(stored, after):
				t.Fatalf("step %d: a write that succeeded left something else:\n%s", n, cmp.Diff(after, stored))
			case err != nil && !errors.Is(err, context.Canceled):
				t.Fatalf("step %d: got error %v, want context.Canceled", n, err)
			case err != nil && !cmp.Equal(stored, before):
				t.Fatalf("step %d: a write that failed left something:\n%s", n, cmp.Diff(before, stored))
			}
			if err == nil {
				break
			}
			ends++
		}
		if ends < 20 {
			t.Errorf("the write was ended %d times only: the fuse does not work", ends)
		}
	})

	t.Run("nobody sees a half", func(t *testing.T) {
		who := s.prepare(t)
		must(t, s.Write(t.Context(), who, func(tx idea.Tx) error {
			must(t, mutate(t.Context(), tx))
			want(t, "seen by others before the end", snapshot(t, s.Store, who), before)
			return nil
		}))
		want(t, "seen after the end", snapshot(t, s.Store, who), after)
	})

	t.Run("a read is of one moment", func(t *testing.T) {
		who := s.prepare(t)
		s.read(t, who, func(ctx context.Context, tx idea.Tx) error {
			old, err := tx.Maps.Map(ctx)
			if err != nil {
				return err
			}
			s.write(t, who, mutate)
			same, err := tx.Maps.Map(ctx)
			want(t, "second look", same, old)
			return err
		})
		want(t, "after it", snapshot(t, s.Store, who), after)
	})

	t.Run("a read writes nothing", func(t *testing.T) {
		who := s.prepare(t)
		err := s.Read(t.Context(), who, func(tx idea.Tx) error { return mutate(t.Context(), tx) })
		if err == nil {
			t.Error("a write in Read succeeded")
		}
		want(t, "stored", snapshot(t, s.Store, who), before)
	})

	t.Run("nobody's", func(t *testing.T) {
		err := s.Write(t.Context(), 1<<30, func(idea.Tx) error { t.Error("it ran"); return nil })
		wantFault(t, "write", err, fault.NotFound)
	})

	t.Run("an end before the begin", func(t *testing.T) {
		who := s.prepare(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for name, err := range map[string]error{
			"write": s.Write(ctx, who, func(tx idea.Tx) error { return mutate(t.Context(), tx) }),
			"read":  s.Read(ctx, who, func(tx idea.Tx) error { _, err := tx.Maps.Map(ctx); return err }),
		} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got error %v, want context.Canceled", name, err)
			}
		}
		want(t, "stored", snapshot(t, s.Store, who), before)
	})
}

// fuse is a context that ends when it has been looked at n times.
type fuse struct {
	context.Context
	cancel context.CancelFunc
	left   atomic.Int64
}

func newFuse(ctx context.Context, n int64) (*fuse, context.CancelFunc) {
	f := &fuse{}
	f.Context, f.cancel = context.WithCancel(ctx)
	f.left.Store(n)
	return f, f.cancel
}

func (f *fuse) Done() <-chan struct{} {
	if f.left.Add(-1) == 0 {
		f.cancel()
	}
	return f.Context.Done()
}

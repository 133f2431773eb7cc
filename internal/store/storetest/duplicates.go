package storetest

import (
	"context"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// propose stores a duplicate.
func (s suite) propose(t *testing.T, who owner.ID, newer, older int64, score float64) idea.Duplicate {
	t.Helper()
	d := proposal(newer, older, score)
	s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Duplicates.Insert(ctx, &d) })
	return d
}

func proposal(newer, older int64, score float64) idea.Duplicate {
	return idea.Duplicate{
		Idea: idea.Brief{Number: newer}, Of: idea.Brief{Number: older}, Score: score,
		Status: idea.DuplicatePending, CreatedAt: at(1),
	}
}

// pending reads the ids of what nobody has decided on.
func (s suite) pending(t *testing.T, who owner.ID) (ids []int64) {
	t.Helper()
	s.read(t, who, func(ctx context.Context, tx idea.Tx) error {
		list, err := tx.Duplicates.Pending(ctx)
		for _, d := range list {
			ids = append(ids, d.ID)
		}
		return err
	})
	return ids
}

func testDuplicates(t *testing.T, s suite) {
	t.Run("kept", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a", "b", "c")
		d := s.propose(t, who, 2, 1, 0.8)
		s.propose(t, who, 3, 1, 0.9)
		s.propose(t, who, 3, 2, 0.8)
		want(t, "the most similar first", s.pending(t, who), []int64{2, 1, 3})
		d.Idea = idea.Brief{Number: 2, Title: "b", Status: idea.Captured}
		d.Of = idea.Brief{Number: 1, Title: "a", Status: idea.Captured}
		s.read(t, who, func(ctx context.Context, tx idea.Tx) error {
			got, err := tx.Duplicates.Get(ctx, d.ID)
			want(t, "get", got, d)
			return err
		})
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error {
			return tx.Duplicates.Decide(ctx, d.ID, idea.DuplicateDismissed)
		})
		want(t, "after a decision", s.pending(t, who), []int64{2, 3})
	})

	t.Run("a pair is proposed once", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a", "b", "c")
		d := s.propose(t, who, 2, 1, 0.8)
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error {
			return tx.Duplicates.Decide(ctx, d.ID, idea.DuplicateDismissed)
		})
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error {
			for _, pair := range [][2]int64{{2, 1}, {1, 2}} {
				again := proposal(pair[0], pair[1], 0.9)
				wantFault(t, "insert again", tx.Duplicates.Insert(ctx, &again), fault.Conflict)
			}
			other := proposal(3, 1, 0.9) // the transaction goes on
			return tx.Duplicates.Insert(ctx, &other)
		})
		want(t, "pending", s.pending(t, who), []int64{2})
	})

	t.Run("closed", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a", "b", "c", "d")
		decided := s.propose(t, who, 2, 1, 0.5)
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error {
			return tx.Duplicates.Decide(ctx, decided.ID, idea.DuplicateMerged)
		})
		s.propose(t, who, 3, 2, 0.5)
		s.propose(t, who, 2, 4, 0.5)
		kept := s.propose(t, who, 4, 3, 0.5)
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Duplicates.Close(ctx, 2) })
		want(t, "pending", s.pending(t, who), []int64{kept.ID})
		s.read(t, who, func(ctx context.Context, tx idea.Tx) error {
			d, err := tx.Duplicates.Get(ctx, decided.ID)
			want(t, "what was decided", d.Status, idea.DuplicateMerged)
			return err
		})
	})

	t.Run("not there", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a")
		for name, f := range map[string]func(context.Context, idea.Tx) error{
			"get": func(ctx context.Context, tx idea.Tx) error { _, err := tx.Duplicates.Get(ctx, 5); return err },
			"decide": func(ctx context.Context, tx idea.Tx) error {
				return tx.Duplicates.Decide(ctx, 5, idea.DuplicateMerged)
			},
			"insert": func(ctx context.Context, tx idea.Tx) error {
				d := proposal(1, 5, 0.5)
				return tx.Duplicates.Insert(ctx, &d)
			},
		} {
			s.refused(t, name, who, fault.NotFound, f)
		}
	})
}

func testMerges(t *testing.T, s suite) {
	ctx := t.Context()
	who := s.owner(t)
	s.titled(t, who, "a", "b", "c")
	const a, b, c = 1, 2, 3
	get := func() (was string, err error) {
		err = s.Read(ctx, who, func(tx idea.Tx) error {
			data, err := tx.Merges.Get(ctx, a, b)
			was = string(data)
			return err
		})
		return was, err
	}
	for _, was := range []string{`{"n":1}`, `{"n":2}`} {
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Merges.Put(ctx, a, b, []byte(was)) })
		got, err := get()
		must(t, err)
		want(t, "what was before the merge", got, was)
	}
	s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Merges.Delete(ctx, a, b) })
	if _, err := get(); !fault.Is(err, fault.NotFound) {
		t.Errorf("a merge that was taken back: %v", err)
	}
	for _, kept := range []int64{a, c} {
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Merges.Put(ctx, kept, b, []byte(`{}`)) })
	}
	if _, err := get(); !fault.Is(err, fault.NotFound) {
		t.Errorf("a merge before another one took the idea in: %v", err)
	}
}

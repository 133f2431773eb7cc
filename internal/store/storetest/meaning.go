package storetest

import (
	"context"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

// The models of the tests.
var (
	testModel  = vector.Model{ID: "test", Version: 1, Dimensions: 2}
	otherModel = vector.Model{ID: "test", Version: 2, Dimensions: 3}
)

// put stores the vector of an idea.
func (s suite) put(t *testing.T, who owner.ID, m vector.Model, number int64, v ...float32) {
	t.Helper()
	must(t, s.PutVector(t.Context(), who, m, number, [32]byte{byte(number)}, v))
}

// changes reads what changed in the vectors of a model.
func (s suite) vectors(t *testing.T, who owner.ID, m vector.Model, after int64) []vector.Change {
	t.Helper()
	list, err := s.VectorChanges(t.Context(), who, m, after)
	must(t, err)
	return list
}

func testMeaning(t *testing.T, s suite) {
	t.Run("vectors", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		s.titled(t, who, "a", "b")
		s.titled(t, other, "c")
		s.put(t, who, testModel, 1, 0.6, 0.8)
		s.put(t, who, testModel, 2, 1, 0)
		s.put(t, other, testModel, 1, 0, 1)
		want(t, "all", s.vectors(t, who, testModel, 0), []vector.Change{
			{Number: 1, Idea: 1, Vector: []float32{0.6, 0.8}}, {Number: 2, Idea: 2, Vector: []float32{1, 0}}})
		s.put(t, who, testModel, 1, 0, -1)
		want(t, "changed", s.vectors(t, who, testModel, 2), []vector.Change{{Number: 3, Idea: 1, Vector: []float32{0, -1}}})
		want(t, "of another model", len(s.vectors(t, who, otherModel, 0)), 0)
		v, sum, err := s.Vector(t.Context(), who, testModel, 1)
		must(t, err)
		want(t, "one", v, []float32{0, -1})
		want(t, "its sum", sum, [32]byte{1})
		_, _, err = s.Vector(t.Context(), who, otherModel, 1)
		wantFault(t, "none", err, fault.NotFound)
		wantFault(t, "of no idea", s.PutVector(t.Context(), who, testModel, 9, [32]byte{}, []float32{1, 0}), fault.NotFound)
	})

	t.Run("archived ideas are not found", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a", "b")
		s.put(t, who, testModel, 1, 0, 1)
		s.put(t, who, testModel, 2, 1, 0)
		s.change(t, who, 1, func(i *idea.Idea) { i.Archived = true })
		want(t, "archived", s.vectors(t, who, testModel, 2), []vector.Change{{Number: 3, Idea: 1}})
		s.change(t, who, 1, func(i *idea.Idea) { i.Status = idea.Shelved })
		want(t, "another change", len(s.vectors(t, who, testModel, 3)), 0)
		s.change(t, who, 1, func(i *idea.Idea) { i.Archived = false })
		want(t, "restored", s.vectors(t, who, testModel, 3), []vector.Change{{Number: 4, Idea: 1, Vector: []float32{0, 1}}})
	})

	t.Run("a change of model", func(t *testing.T) {
		who := s.owner(t)
		inUse := testModel
		serves := func(what string, m vector.Model, done, total int) {
			t.Helper()
			now, err := s.BulkState(t.Context(), who, inUse)
			must(t, err)
			got, err := s.ServingModel(t.Context(), who)
			must(t, err)
			want(t, what, []any{got, now.Done, now.Total}, []any{m, done, total})
		}
		switches := func(what string, m vector.Model, to bool) {
			t.Helper()
			got, err := s.SwitchVectors(t.Context(), who, m)
			must(t, err)
			want(t, what, got, to)
		}
		s.titled(t, who, "a", "b", "archived")
		s.change(t, who, 3, func(i *idea.Idea) { i.Archived = true })
		serves("at first", vector.Model{}, 0, 2)
		s.put(t, who, testModel, 1, 0, 1)
		serves("the first model", testModel, 1, 2)
		switches("the first model", testModel, true)
		s.put(t, who, testModel, 2, 0, 1)
		serves("the first model", testModel, 2, 2)
		inUse = otherModel
		s.put(t, who, otherModel, 2, 0, 1, 0)
		switches("too early", otherModel, false)
		serves("on the way", testModel, 1, 2)
		want(t, "old vectors", len(s.vectors(t, who, testModel, 0)), 2)
		s.put(t, who, otherModel, 1, 0, 1, 0)
		serves("before the switch", testModel, 2, 2)
		switches("at the end", otherModel, true)
		serves("at the end", otherModel, 2, 2)
		want(t, "old vectors at the end", len(s.vectors(t, who, testModel, 0)), 0)
		want(t, "new vectors", len(s.vectors(t, who, otherModel, 0)), 2)
	})

	t.Run("the model that serves understands what is new until it does not serve", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a", "b")
		s.put(t, who, testModel, 1, 0, 1)
		must(t, s.PutServing(t.Context(), who, testModel, 2, [32]byte{2}, []float32{1, 0}))
		must(t, s.PutServing(t.Context(), who, otherModel, 2, [32]byte{2}, []float32{1, 0, 0}))
		want(t, "of the one that serves", len(s.vectors(t, who, testModel, 0)), 2)
		want(t, "of another", len(s.vectors(t, who, otherModel, 0)), 0)
		s.put(t, who, otherModel, 1, 0, 1, 0)
		s.put(t, who, otherModel, 2, 0, 1, 0)
		_, err := s.SwitchVectors(t.Context(), who, otherModel)
		must(t, err)
		must(t, s.PutServing(t.Context(), who, testModel, 2, [32]byte{2}, []float32{1, 0}))
		want(t, "after the switch", len(s.vectors(t, who, testModel, 0)), 0)
	})

	t.Run("what is missing is asked for", func(t *testing.T) {
		s := suite{open(t, s.fresh(t)), s.fresh}
		who, other := s.owner(t), s.owner(t)
		s.titled(t, who, "a", "b", "archived", "c")
		s.titled(t, other, "d")
		s.change(t, who, 3, func(i *idea.Idea) { i.Archived = true })
		s.put(t, who, testModel, 2, 0, 1)
		var after owner.ID
		var number int64
		for more := true; more; {
			var err error
			after, number, more, err = s.AskMissing(t.Context(), testModel, false, after, number, at(0))
			must(t, err)
		}
		var got [][2]int64
		for _, j := range s.claim(t, "p", 1, 100) {
			got = append(got, [2]int64{int64(j.Owner - who), j.Subject})
		}
		want(t, "asked for", len(got), 3)
		for _, g := range [][2]int64{{0, 1}, {0, 4}, {int64(other - who), 1}} {
			found := false
			for _, h := range got {
				found = found || g == h
			}
			want(t, "asked for", found, true)
		}
	})

	t.Run("refused pairs", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a", "b", "c")
		for range 2 {
			s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Meaning.Refuse(ctx, 2, 1) })
		}
		s.read(t, who, func(ctx context.Context, tx idea.Tx) error {
			for pair, is := range map[[2]int64]bool{{1, 2}: true, {2, 1}: true, {1, 3}: false} {
				got, err := tx.Meaning.Refused(ctx, pair[0], pair[1])
				must(t, err)
				want(t, "refused", got, is)
			}
			pairs, err := tx.Meaning.Refusals(ctx)
			must(t, err)
			want(t, "all refused", pairs, map[[2]int64]bool{{1, 2}: true})
			return nil
		})
	})

	t.Run("processed", func(t *testing.T) {
		who := s.owner(t)
		i := draft("a")
		i.Processing = true
		i = s.insert(t, who, i)
		for range 2 {
			s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Meaning.Processed(ctx, 1) })
		}
		i.Processing = false
		want(t, "the same version", s.get(t, who, 1), i)
		seq, err := s.ChangeSeq(t.Context(), who)
		must(t, err)
		want(t, "changes", seq, 2)
	})

	t.Run("proposals again", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a", "b", "c")
		d := s.propose(t, who, 2, 1, 0.8)
		e := s.propose(t, who, 3, 1, 0.9)
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error {
			must(t, tx.Duplicates.Score(ctx, d.ID, 0.95))
			return tx.Duplicates.Withdraw(ctx, e.ID)
		})
		s.read(t, who, func(ctx context.Context, tx idea.Tx) error {
			list, err := tx.Duplicates.Of(ctx, 1)
			must(t, err)
			want(t, "left", len(list), 1)
			want(t, "score", list[0].Score, 0.95)
			return nil
		})
		s.propose(t, who, 3, 1, 0.9)
		s.refused(t, "withdraw none", who, fault.NotFound, func(ctx context.Context, tx idea.Tx) error {
			return tx.Duplicates.Withdraw(ctx, 99)
		})
	})
}

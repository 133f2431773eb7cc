package storetest

import (
	"context"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

// missing asks for everything that a model has not understood.
func (s suite) missing(t *testing.T, m vector.Model, metered bool) {
	t.Helper()
	var who owner.ID
	var number int64
	for more := true; more; {
		var err error
		who, number, more, err = s.AskMissing(t.Context(), m, metered, who, number, at(0))
		must(t, err)
	}
}

// bulk reads how it stands.
func (s suite) bulk(t *testing.T, who owner.ID, m vector.Model) job.Bulk {
	t.Helper()
	b, err := s.BulkState(t.Context(), who, m)
	must(t, err)
	return b
}

// testBulk has databases of its own, as jobs are claimed for all owners.
func testBulk(t *testing.T, shared suite) {
	fresh := func(t *testing.T) (s suite, who, other owner.ID) {
		s = suite{open(t, shared.fresh(t)), shared.fresh}
		who, other = s.owner(t), s.owner(t)
		s.titled(t, who, "a", "b", "archived")
		s.change(t, who, 3, func(i *idea.Idea) { i.Archived = true })
		s.titled(t, other, "c")
		return s, who, other
	}

	t.Run("what costs money waits until it is started", func(t *testing.T) {
		s, who, other := fresh(t)
		s.missing(t, testModel, true)
		want(t, "held", s.bulk(t, who, testModel), job.Bulk{Total: 2, Held: 2})
		_, any, err := s.NextJob(t.Context())
		must(t, err)
		want(t, "anything to do", any, false)
		want(t, "claimed", len(s.claim(t, "p", 1, 9)), 0)
		must(t, s.ResumeBulk(t.Context(), who, testModel))
		want(t, "started", s.bulk(t, who, testModel), job.Bulk{Total: 2, Going: 2})
		want(t, "of another owner", s.bulk(t, other, testModel), job.Bulk{Total: 1, Held: 1})
		// As at a restart, with the same model.
		must(t, s.SortBulk(t.Context(), testModel, true))
		s.missing(t, testModel, true)
		want(t, "after a restart", subjects(s.claim(t, "p", 1, 9)), []int64{1, 2})
	})

	t.Run("who agreed to a model did not agree to another", func(t *testing.T) {
		s, who, _ := fresh(t)
		s.missing(t, testModel, true)
		must(t, s.ResumeBulk(t.Context(), who, testModel))
		must(t, s.SortBulk(t.Context(), otherModel, true))
		want(t, "held", s.bulk(t, who, otherModel), job.Bulk{Total: 2, Held: 2})
	})

	t.Run("what costs nothing any more begins", func(t *testing.T) {
		s, who, other := fresh(t)
		s.missing(t, testModel, true)
		must(t, s.PauseBulk(t.Context(), who, testModel))
		must(t, s.SortBulk(t.Context(), otherModel, false))
		want(t, "paused by a person", s.bulk(t, who, otherModel), job.Bulk{Paused: true, Total: 2, Held: 2})
		want(t, "of another owner", s.bulk(t, other, otherModel), job.Bulk{Total: 1, Going: 1})
	})

	t.Run("paused", func(t *testing.T) {
		s, who, _ := fresh(t)
		s.missing(t, testModel, false)
		want(t, "begun by itself", s.bulk(t, who, testModel), job.Bulk{Total: 2, Going: 2})
		held := s.claim(t, "p", 1, 1)[0]
		must(t, s.PauseBulk(t.Context(), held.Owner, testModel))
		want(t, "what was under way is ended", s.finish(t, held), true)
		must(t, s.PauseBulk(t.Context(), who, testModel))
		must(t, s.SortBulk(t.Context(), testModel, false))
		s.titled(t, who, "d")
		s.missing(t, testModel, false)
		want(t, "paused, and what is new", s.bulk(t, who, testModel).Going, 0)
		s.ask(t, who, at(0), 2)
		jobs := s.claim(t, "p", 1, 9)
		var own []int64
		for _, j := range jobs {
			if j.Owner == who {
				own = append(own, j.Subject)
			}
		}
		want(t, "what somebody waits for", own, []int64{2})
		must(t, s.ResumeBulk(t.Context(), who, testModel))
		want(t, "resumed", s.bulk(t, who, testModel).Paused, false)
		want(t, "held", s.bulk(t, who, testModel).Held, 0)
	})

	t.Run("an import waits, an edit of it does not", func(t *testing.T) {
		s, who, _ := fresh(t)
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error {
			if err := tx.Meaning.Await(ctx, 1, at(0)); err != nil {
				return err
			}
			return tx.Meaning.Await(ctx, 2, at(0))
		})
		want(t, "held", s.bulk(t, who, testModel), job.Bulk{Total: 2, Held: 2})
		s.ask(t, who, at(0), 2)
		want(t, "edited", subjects(s.claim(t, "p", 1, 9)), []int64{2})
	})

	t.Run("what waits does not keep vectors from serving", func(t *testing.T) {
		s, who, _ := fresh(t)
		s.put(t, who, testModel, 1, 0, 1)
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Meaning.Await(ctx, 3, at(0)) })
		s.put(t, who, otherModel, 1, 0, 1, 0)
		s.put(t, who, otherModel, 2, 0, 1, 0)
		serves, err := s.SwitchVectors(t.Context(), who, otherModel)
		must(t, err)
		want(t, "serves", serves, true)
	})

	t.Run("the texts that are left", func(t *testing.T) {
		s, who, _ := fresh(t)
		texts, last, err := s.TextsWithout(t.Context(), who, testModel, 0)
		must(t, err)
		want(t, "texts", texts, []embed.Text{embed.Idea("a", ""), embed.Idea("b", "")})
		want(t, "last", last, int64(2))
		s.put(t, who, testModel, 1, 0, 1)
		texts, _, err = s.TextsWithout(t.Context(), who, testModel, 0)
		must(t, err)
		want(t, "texts", texts, []embed.Text{embed.Idea("b", "")})
		texts, last, err = s.TextsWithout(t.Context(), who, testModel, 2)
		must(t, err)
		want(t, "no more", []any{len(texts), last}, []any{0, int64(2)})
	})
}

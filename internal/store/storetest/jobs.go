package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// ask asks for ideas to be understood at a moment.
func (s suite) ask(t *testing.T, who owner.ID, due time.Time, numbers ...int64) {
	t.Helper()
	s.write(t, who, func(ctx context.Context, tx idea.Tx) error {
		for _, n := range numbers {
			if err := tx.Meaning.Ask(ctx, n, due); err != nil {
				return err
			}
		}
		return nil
	})
}

// claim takes jobs and returns them by number.
func (s suite) claim(t *testing.T, holder string, now, n int) []job.Job {
	t.Helper()
	list, err := s.ClaimJobs(t.Context(), holder, at(now), at(now+100), n)
	must(t, err)
	slices.SortFunc(list, func(a, b job.Job) int { return int(a.Subject - b.Subject) })
	return list
}

// finish ends a job and reports whether it had to.
func (s suite) finish(t *testing.T, j job.Job) bool {
	t.Helper()
	ran := false
	ended, err := s.FinishJob(t.Context(), j, func(tx idea.Tx) error {
		ran = true
		return tx.Meaning.Processed(t.Context(), j.Subject)
	})
	must(t, err)
	want(t, "what is to be stored", ran, ended)
	return ended
}

// subjects are the numbers of what is to be done.
func subjects(list []job.Job) (numbers []int64) {
	for _, j := range list {
		numbers = append(numbers, j.Subject)
	}
	return numbers
}

// testJobs has a database of its own, as jobs are claimed for all owners.
func testJobs(t *testing.T, shared suite) {
	fresh := func(t *testing.T) (suite, owner.ID) {
		s := suite{open(t, shared.fresh(t)), shared.fresh}
		who := s.owner(t)
		s.titled(t, who, "a", "b", "c")
		return s, who
	}

	t.Run("with what they follow from", func(t *testing.T) {
		s, who := fresh(t)
		_, any, err := s.NextJob(t.Context())
		must(t, err)
		want(t, "a job before somebody asked", any, false)
		err = s.Write(t.Context(), who, func(tx idea.Tx) error {
			if err := tx.Meaning.Ask(t.Context(), 1, at(0)); err != nil {
				return err
			}
			return context.Canceled
		})
		if err == nil {
			t.Fatal("the transaction was not rolled back")
		}
		want(t, "after it was rolled back", len(s.claim(t, "p", 10, 9)), 0)
		s.ask(t, who, at(20), 1)
		next, any, err := s.NextJob(t.Context())
		must(t, err)
		want(t, "due", next, at(20))
		want(t, "any", any, true)
		want(t, "before it is due", len(s.claim(t, "p", 19, 9)), 0)
		list := s.claim(t, "p", 20, 9)
		want(t, "claimed", list, []job.Job{{Owner: who, Kind: job.Understand, Subject: 1, Round: 1, Holder: "p"}})
		want(t, "claimed by another", len(s.claim(t, "q", 20, 9)), 0)
		want(t, "ended", s.finish(t, list[0]), true)
		want(t, "ended twice", s.finish(t, list[0]), false)
		_, any, err = s.NextJob(t.Context())
		must(t, err)
		want(t, "a job after the end", any, false)
	})

	t.Run("many requests make one", func(t *testing.T) {
		s, who := fresh(t)
		for k := range 10 {
			s.ask(t, who, at(10+k), 1)
		}
		list := s.claim(t, "p", 10, 9)
		want(t, "rounds", list, []job.Job{{Owner: who, Kind: job.Understand, Subject: 1, Round: 10, Holder: "p"}})
		s.ask(t, who, at(11), 1)
		want(t, "while it is done", len(s.claim(t, "q", 50, 9)), 0)
		want(t, "ended though somebody asked again", s.finish(t, list[0]), false)
		must(t, s.ReleaseJob(t.Context(), list[0], at(12), at(12), false))
		again := s.claim(t, "q", 12, 9)
		want(t, "once more", len(again), 1)
		want(t, "ended", s.finish(t, again[0]), true)
	})

	t.Run("some at a time, who waits first", func(t *testing.T) {
		s, who := fresh(t)
		if _, _, more, err := s.AskMissing(t.Context(), testModel, false, 0, 0, at(0)); err != nil || !more {
			t.Fatal(more, err)
		}
		s.ask(t, who, at(5), 3)
		want(t, "first", subjects(s.claim(t, "p", 5, 1)), []int64{3})
		want(t, "second", subjects(s.claim(t, "p", 5, 1)), []int64{1})
		want(t, "third", subjects(s.claim(t, "q", 5, 2)), []int64{2})
	})

	t.Run("nobody there to do it", func(t *testing.T) {
		s, who := fresh(t)
		i := draft("processing")
		i.Processing = true
		i = s.insert(t, who, i)
		s.ask(t, who, at(0), i.Number)
		must(t, s.StopProcessing(t.Context()))
		want(t, "processing", s.get(t, who, i.Number).Processing, false)
		want(t, "what waits", subjects(s.claim(t, "p", 1, 9)), []int64{i.Number})
	})

	t.Run("failed", func(t *testing.T) {
		s, who := fresh(t)
		s.ask(t, who, at(0), 1)
		j := s.claim(t, "p", 1, 1)[0]
		must(t, s.ReleaseJob(t.Context(), j, at(1), at(30), true))
		want(t, "too early", len(s.claim(t, "p", 29, 1)), 0)
		j = s.claim(t, "p", 30, 1)[0]
		want(t, "tries", j.Tries, 1)
		must(t, s.ReleaseJob(t.Context(), j, at(31), at(90), true))
		s.ask(t, who, at(32), 1)
		j = s.claim(t, "p", 32, 1)[0]
		want(t, "tries after somebody asked again", j.Tries, 0)
	})

	t.Run("lost", func(t *testing.T) {
		s, who := fresh(t)
		s.ask(t, who, at(0), 1, 2)
		first := s.claim(t, "p", 0, 1)[0] // until 100
		must(t, s.HoldJobs(t.Context(), "p", at(150)))
		want(t, "held on", subjects(s.claim(t, "q", 120, 1)), []int64{3 - first.Subject})
		second := s.claim(t, "q", 150, 1)[0]
		want(t, "lost", second.Subject, first.Subject)
		want(t, "ended by who lost it", s.finish(t, first), false)
		must(t, s.ReleaseJob(t.Context(), first, at(151), at(151), true))
		want(t, "given back by who lost it", len(s.claim(t, "r", 152, 1)), 0)
		must(t, s.ReleaseAllJobs(t.Context()))
		want(t, "after a start", subjects(s.claim(t, "r", 152, 9)), []int64{1, 2})
	})
}

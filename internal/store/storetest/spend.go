package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

func testSpend(t *testing.T, s suite) {
	ctx := t.Context()
	reservation := func(id string, dollars llm.Cost) usage.Reservation {
		return usage.Reservation{ID: id, Provider: "openai", At: start, Amount: dollars * llm.Dollar}
	}
	reserve := func(t *testing.T, who owner.ID, r usage.Reservation, limit llm.Cost) (llm.Cost, bool) {
		t.Helper()
		spent, ok, err := s.ReserveSpend(ctx, who, r, limit*llm.Dollar)
		must(t, err)
		return spent / llm.Dollar, ok
	}
	spent := func(t *testing.T, who owner.ID, provider string, at time.Time) llm.Cost {
		t.Helper()
		c, err := s.Spent(ctx, who, provider, at)
		must(t, err)
		return c / llm.Dollar
	}
	record := func(who owner.ID, id string, dollars llm.Cost) usage.Request {
		r := bare(who, id, start)
		if dollars >= 0 {
			dollars *= llm.Dollar
			r.Cost = &dollars
		}
		return r
	}

	t.Run("reserved", func(t *testing.T) {
		who := s.owner(t)
		next := start.AddDate(0, 1, 0)
		for _, c := range []struct {
			what  string
			r     usage.Reservation
			limit llm.Cost
			spent llm.Cost
			ok    bool
		}{
			{"the first", reservation("a", 3), 10, 0, true},
			{"more than is left", reservation("b", 8), 10, 3, false},
			{"what is left", reservation("c", 7), 10, 3, true},
			{"nothing is left", reservation("d", 1), 10, 10, false},
			{"nothing is needed", reservation("e", 0), 10, 10, true},
			{"a limit below what was spent", reservation("f", 0), 9, 10, false},
			{"another provider", usage.Reservation{ID: "g", Provider: "anthropic", At: start, Amount: llm.Dollar}, 1, 0, true},
			{"another month", usage.Reservation{ID: "h", Provider: "openai", At: next, Amount: llm.Dollar}, 1, 0, true},
			{"no limit worth the name", reservation("i", 1), 1_000_000, 10, true},
		} {
			before, ok := reserve(t, who, c.r, c.limit)
			want(t, c.what, before, c.spent)
			want(t, c.what, ok, c.ok)
		}
		want(t, "spent", spent(t, who, "openai", start), 11)
		want(t, "spent in another month", spent(t, who, "openai", next), 1)
		want(t, "spent at another provider", spent(t, who, "anthropic", start), 1)
		want(t, "spent nowhere", spent(t, who, "openrouter", start), 0)
		want(t, "spent by another", spent(t, s.owner(t), "openai", start), 0)
		_, _, err := s.ReserveSpend(ctx, who, reservation("a", 1), 1_000*llm.Dollar)
		wantFault(t, "an ID that is there", err, fault.Conflict)
		want(t, "spent after it", spent(t, who, "openai", start), 11)
	})

	t.Run("released", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		reserve(t, who, reservation("a", 3), 10)
		reserve(t, who, reservation("b", 4), 10)
		reserve(t, other, reservation("a", 5), 10)
		for range 2 { // the second time nothing is there
			must(t, s.ReleaseSpend(ctx, who, "a"))
			want(t, "spent", spent(t, who, "openai", start), 4)
		}
		must(t, s.ReleaseSpend(ctx, other, "b"))
		want(t, "spent by another", spent(t, other, "openai", start), 5)
	})

	t.Run("settled", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		for _, id := range []string{"cheap", "dear", "unknown", "open"} {
			reserve(t, who, reservation(id, 10), 100)
		}
		reserve(t, other, reservation("cheap", 10), 100)
		batch := []usage.Request{record(who, "cheap", 1), record(who, "dear", 20), record(who, "unknown", -1), record(who, "free", 0)}
		for range 2 { // a batch that is written twice counts once
			must(t, s.AddRequests(ctx, batch))
			want(t, "spent", spent(t, who, "openai", start), 1+20+10+10)
		}
		must(t, s.ReleaseSpend(ctx, who, "cheap")) // too late to be of effect
		want(t, "spent", spent(t, who, "openai", start), 41)
		want(t, "spent by another", spent(t, other, "openai", start), 10)
	})

	t.Run("settled at the end of a month", func(t *testing.T) {
		who := s.owner(t)
		last := time.Date(2026, 1, 31, 23, 59, 59, 0, time.UTC)
		r := reservation("a", 3)
		r.At = last.In(time.FixedZone("east", 7200)) // where it is February
		reserve(t, who, r, 10)
		want(t, "reserved", spent(t, who, "openai", last), 3)
		late := record(who, "a", 2)
		late.At = last.Add(time.Second)
		must(t, s.AddRequests(ctx, []usage.Request{late}))
		want(t, "in the month of the reservation", spent(t, who, "openai", last), 0)
		want(t, "in the month of the record", spent(t, who, "openai", late.At), 2)
	})

	t.Run("at the edge of a cap at the same time", func(t *testing.T) {
		options := s.fresh(t)
		copies := []*store.Store{open(t, options), open(t, options)}
		who := newOwner(t, copies[0])
		const limit = 30
		var taken atomic.Int64
		var wg sync.WaitGroup
		for k := range 100 {
			wg.Go(func() {
				own := copies[k%2]
				id := fmt.Sprint("r", k)
				before, ok, err := own.ReserveSpend(ctx, who, reservation(id, 1), limit*llm.Dollar)
				if err != nil {
					t.Error(err)
					return
				}
				if ok != (before < limit*llm.Dollar) {
					t.Errorf("%s were spent, and the answer was %v", before, ok)
				}
				if !ok {
					return
				}
				taken.Add(1)
				switch { // half of them go on, to what they were reserved for
				case k%4 == 0:
					err = own.AddRequests(ctx, []usage.Request{record(who, id, 1)})
				case k%4 == 1:
					err = own.AddRequests(ctx, []usage.Request{record(who, id, -1)})
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		got, err := copies[1].Spent(ctx, who, "openai", start)
		must(t, err)
		want(t, "taken", taken.Load(), limit)
		want(t, "spent", got, limit*llm.Dollar)
	})

	t.Run("pruned", func(t *testing.T) {
		own := open(t, s.fresh(t))
		who := newOwner(t, own)
		old := reservation("old", 1)
		old.At = start.AddDate(0, -1, 0)
		for _, r := range []usage.Reservation{old, reservation("new", 2)} {
			_, _, err := own.ReserveSpend(ctx, who, r, 10*llm.Dollar)
			must(t, err)
		}
		_, err := own.PruneRequests(ctx, start)
		must(t, err)
		must(t, own.ReleaseSpend(ctx, who, "old"))
		must(t, own.ReleaseSpend(ctx, who, "new"))
		before, err := own.Spent(ctx, who, "openai", old.At)
		must(t, err)
		now, err := own.Spent(ctx, who, "openai", start)
		must(t, err)
		want(t, "spent", [2]llm.Cost{before, now}, [2]llm.Cost{llm.Dollar, 0})
	})

	_, _, err := s.ReserveSpend(ctx, 1<<30, reservation("a", 1), 10*llm.Dollar)
	wantFault(t, "of nobody", err, fault.NotFound)
	_, _, err = s.ReserveSpend(ctx, s.owner(t), reservation("a\x00", 1), 10*llm.Dollar)
	wantFault(t, "an ID that cannot be", err, fault.Invalid)
}

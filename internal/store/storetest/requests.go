package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// request returns a record with everything known.
func request(who owner.ID, id string, at time.Time) usage.Request {
	cost := 3 * llm.Dollar / 1000
	return usage.Request{
		ID: id, Owner: who, At: at, Provider: "anthropic", Model: "claude", Purpose: usage.Spec, Stream: true, Status: 200,
		Outcome: usage.Complete, Retries: 2, Hit: true, FirstByte: 5*time.Millisecond + 1, Duration: time.Second, Overhead: 123456,
		Tokens: &usage.Tokens{In: 100, Cached: 60, Out: 7}, Cost: &cost,
	}
}

// bare returns a record with nothing known.
func bare(who owner.ID, id string, at time.Time) usage.Request {
	return usage.Request{ID: id, Owner: who, At: at, Provider: "openai", Purpose: usage.Proxy, Outcome: usage.Unreachable}
}

// recorded is all that is stored about an owner's requests.
type recorded struct {
	Requests []usage.Request
	Sums     []usage.Sum
	Spent    llm.Cost // in the month of start at the first provider
}

func recordedOf(t *testing.T, s *store.Store, who owner.ID) (r recorded) {
	t.Helper()
	var err error
	r.Requests, err = s.Requests(t.Context(), who, usage.Query{Limit: 1000})
	must(t, err)
	r.Sums, err = s.Sums(t.Context(), who, start.AddDate(-1, 0, 0), start.AddDate(1, 0, 0))
	must(t, err)
	r.Spent, err = s.Spent(t.Context(), who, "anthropic", start)
	must(t, err)
	return r
}

// total returns what the sums of an owner add up to.
func (r recorded) total() (t usage.Total) {
	for _, sum := range r.Sums {
		t.Add(sum.Total)
	}
	return t
}

func testRequests(t *testing.T, s suite) {
	ctx := t.Context()

	t.Run("stored as they are", func(t *testing.T) {
		who := s.owner(t)
		full, none := request(who, "full", at(2)), bare(who, "none", at(1))
		zero := request(who, "zero", at(0))
		zero.Cost, zero.Tokens = new(llm.Cost), &usage.Tokens{}
		must(t, s.AddRequests(ctx, []usage.Request{none, full, zero}))
		want(t, "stored", recordedOf(t, s.Store, who).Requests, []usage.Request{full, none, zero})
		must(t, s.AddRequests(ctx, nil))
	})

	t.Run("listed", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		var batch []usage.Request
		for k := range 12 {
			r := request(who, fmt.Sprint("id ", k%5, k), at(k/4)) // several at the same time
			switch {
			case k%2 == 0:
				r.Provider, r.Model = "openai", "gpt"
			case k%3 == 0:
				r.Purpose, r.Outcome = usage.Digest, usage.Cut
			}
			batch = append(batch, r)
		}
		must(t, s.AddRequests(ctx, batch))
		must(t, s.AddRequests(ctx, []usage.Request{bare(other, "id 00", at(1))}))
		slices.SortFunc(batch, func(a, b usage.Request) int {
			if c := b.At.Compare(a.At); c != 0 {
				return c
			}
			return map[bool]int{true: -1, false: 1}[a.ID > b.ID]
		})
		for name, c := range map[string]struct {
			query usage.Query
			keep  func(usage.Request) bool
		}{
			"all":      {usage.Query{}, func(usage.Request) bool { return true }},
			"from":     {usage.Query{From: at(1)}, func(r usage.Request) bool { return !r.At.Before(at(1)) }},
			"to":       {usage.Query{To: at(2)}, func(r usage.Request) bool { return r.At.Before(at(2)) }},
			"provider": {usage.Query{Provider: "openai"}, func(r usage.Request) bool { return r.Provider == "openai" }},
			"model":    {usage.Query{Model: "claude"}, func(r usage.Request) bool { return r.Model == "claude" }},
			"purpose":  {usage.Query{Purpose: usage.Digest}, func(r usage.Request) bool { return r.Purpose == usage.Digest }},
			"outcome":  {usage.Query{Outcome: usage.Cut}, func(r usage.Request) bool { return r.Outcome == usage.Cut }},
			"no model": {usage.Query{Model: "none"}, func(usage.Request) bool { return false }},
			"all of it": {usage.Query{From: at(1), To: at(2), Provider: "anthropic", Purpose: usage.Spec, Outcome: usage.Complete}, func(r usage.Request) bool {
				return r.At.Equal(at(1)) && r.Provider == "anthropic" && r.Purpose == usage.Spec
			}},
		} {
			var expect, got []usage.Request
			for _, r := range batch {
				if c.keep(r) {
					expect = append(expect, r)
				}
			}
			q := c.query
			q.Limit = 2
			for {
				page, err := usage.List(ctx, s, who, q)
				must(t, err)
				got = append(got, page.Requests...)
				if page.Next == nil {
					break
				}
				q.After = page.Next
			}
			want(t, name, got, expect)
		}
	})

	t.Run("added up", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		midnight := start.Truncate(24 * time.Hour)
		batch := []usage.Request{
			request(who, "a", midnight), request(who, "b", midnight.Add(24*time.Hour-time.Microsecond)),
			request(who, "c", midnight.Add(-time.Microsecond)), request(other, "a", midnight),
			bare(who, "d", midnight), bare(who, "e", midnight.AddDate(0, 0, 1)),
		}
		must(t, s.AddRequests(ctx, batch[:3]))
		must(t, s.AddRequests(ctx, batch[3:]))
		sum := func(day time.Time, r usage.Request, n int) usage.Sum {
			u := usage.Sum{Day: day, Provider: r.Provider, Model: r.Model, Purpose: r.Purpose}
			for range n {
				u.Add(usage.Count(r))
			}
			return u
		}
		full, none := batch[0], batch[4]
		got, err := s.Sums(ctx, who, midnight.AddDate(0, 0, -1), midnight.AddDate(0, 0, 2))
		must(t, err)
		want(t, "three days", got, []usage.Sum{
			sum(midnight.AddDate(0, 0, -1), full, 1), sum(midnight, full, 2), sum(midnight, none, 1), sum(midnight.AddDate(0, 0, 1), none, 1),
		})
		got, err = s.Sums(ctx, who, midnight, midnight.AddDate(0, 0, 1))
		must(t, err)
		want(t, "one day", got, []usage.Sum{sum(midnight, full, 2), sum(midnight, none, 1)})
		want(t, "of another", recordedOf(t, s.Store, other).Sums, []usage.Sum{sum(midnight, full, 1)})
	})

	t.Run("passed over", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		first := request(who, "a", at(1))
		must(t, s.AddRequests(ctx, []usage.Request{first}))
		again, twice := request(who, "a", at(2)), request(who, "b", at(3))
		again.Model = "another"
		must(t, s.AddRequests(ctx, []usage.Request{again, bare(1<<30, "x", at(1)), twice, request(who, "b", at(4)), request(other, "a", at(1))}))
		must(t, s.AddRequests(ctx, []usage.Request{bare(1<<30, "x", at(1))}))
		got := recordedOf(t, s.Store, who)
		want(t, "stored", got.Requests, []usage.Request{twice, first})
		want(t, "counted", got.total().Requests, 2)
		want(t, "spent", got.Spent, 2**first.Cost)
		want(t, "of another", recordedOf(t, s.Store, other).Spent, *first.Cost)
	})

	t.Run("many at once", func(t *testing.T) {
		options := s.fresh(t)
		copies := []*store.Store{open(t, options), open(t, options)}
		owners := []owner.ID{newOwner(t, copies[0]), newOwner(t, copies[0]), newOwner(t, copies[0])}
		const n = 333
		var batch []usage.Request
		for k := range n {
			batch = append(batch, request(owners[k%3], fmt.Sprint(k), at(k*3600)))
		}
		// Four write the same, in different orders.
		var wg sync.WaitGroup
		for k := range 4 {
			wg.Go(func() {
				mine := slices.Clone(batch)
				if k >= 2 {
					slices.Reverse(mine)
				}
				if err := copies[k%2].AddRequests(ctx, mine); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, who := range owners {
			got := recordedOf(t, copies[0], who)
			want(t, "stored", len(got.Requests), n/3)
			want(t, "counted", got.total().Requests, n/3)
			want(t, "cost", got.total().Cost, n/3**batch[0].Cost)
		}
	})

	t.Run("an end at any step leaves all or nothing", func(t *testing.T) {
		who := s.owner(t)
		_, ok, err := s.ReserveSpend(ctx, who, usage.Reservation{ID: "a", Provider: "anthropic", At: start, Amount: llm.Dollar}, llm.Dollar)
		must(t, err)
		want(t, "room", ok, true)
		before := recordedOf(t, s.Store, who)
		for n := int64(1); ; n++ {
			fused, cancel := newFuse(ctx, n)
			err := s.AddRequests(fused, []usage.Request{request(who, "a", at(1)), bare(who, "b", at(1))})
			cancel()
			if err == nil {
				break
			}
			if after := recordedOf(t, s.Store, who); !errors.Is(err, context.Canceled) || !cmp.Equal(before, after) {
				t.Fatalf("step %d: error %v left something:\n%s", n, err, cmp.Diff(before, after))
			}
		}
		after := recordedOf(t, s.Store, who)
		want(t, "counted", after.total().Requests, 2)
		want(t, "spent", after.Spent, *request(who, "", start).Cost)
	})

	t.Run("texts that cannot be", func(t *testing.T) {
		who := s.owner(t)
		for _, text := range []string{"a\x00", "\xff"} {
			bad := request(who, "bad", at(1))
			bad.Model = text
			wantFault(t, text, s.AddRequests(ctx, []usage.Request{request(who, "good", at(1)), bad}), fault.Invalid)
			_, err := s.Requests(ctx, who, usage.Query{Model: text, Limit: 1})
			wantFault(t, text, err, fault.Invalid)
			_, err = s.Requests(ctx, who, usage.Query{After: &usage.Cursor{At: at(1), ID: text}, Limit: 1})
			wantFault(t, text, err, fault.Invalid)
		}
		want(t, "stored", recordedOf(t, s.Store, who), recorded{})
	})

	t.Run("pruned", func(t *testing.T) {
		own := open(t, s.fresh(t))
		who, other := newOwner(t, own), newOwner(t, own)
		const n = 2500 // more than are cleared in one transaction
		batch := []usage.Request{request(other, "old", at(5)), request(other, "new", at(n))}
		for k := range n + 2 {
			batch = append(batch, request(who, fmt.Sprint(k), at(k)))
		}
		must(t, own.AddRequests(ctx, batch))
		before, others := recordedOf(t, own, who), recordedOf(t, own, other)
		cleared, err := own.PruneRequests(ctx, at(n))
		must(t, err)
		want(t, "cleared", cleared, n+1)
		after := recordedOf(t, own, who)
		want(t, "left", len(after.Requests), 2)
		before.Requests, after.Requests = nil, nil
		want(t, "what they add up to", after, before)
		others.Requests = others.Requests[:1]
		want(t, "of another", recordedOf(t, own, other), others)
		cleared, err = own.PruneRequests(ctx, at(n))
		must(t, err)
		want(t, "cleared again", cleared, 0)
	})
}

package storetest

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

func testQuota(t *testing.T, s suite) {
	ctx := t.Context()

	t.Run("counted", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		for _, c := range []struct {
			what                string
			day, n, limit       int
			wantTaken, wantUsed int
		}{
			{"some", 1, 3, 10, 3, 3},
			{"as many as are left", 1, 9, 10, 7, 10},
			{"none are left", 1, 1, 10, 0, 10},
			{"given back", 1, -4, 10, -4, 6},
			{"a limit below what was used", 1, 1, 2, 0, 6},
			{"more given back than was taken", 1, -40, 10, -6, 0},
			{"another day", 2, 1, 10, 1, 1},
			{"a day before", 0, 1, 0, 0, 0},
			{"the first day again", 1, 2, 10, 2, 2},
		} {
			taken, used, err := s.TakeQuota(ctx, who, account.Day(c.day), c.n, c.limit)
			must(t, err)
			want(t, c.what, [2]int{taken, used}, [2]int{c.wantTaken, c.wantUsed})
		}
		_, used, err := s.TakeQuota(ctx, other, 1, 1, 10)
		must(t, err)
		want(t, "of another person", used, 1)
	})

	t.Run("at the same time", func(t *testing.T) {
		who := s.owner(t)
		var sum atomic.Int64
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				for range 5 {
					taken, _, err := s.TakeQuota(ctx, who, 1, 3, 100)
					if err != nil {
						t.Error(err)
					}
					sum.Add(int64(taken))
				}
			})
		}
		wg.Wait()
		want(t, "taken", sum.Load(), 100)
		_, used, err := s.TakeQuota(ctx, who, 1, 0, 100)
		must(t, err)
		want(t, "used", used, 100)
	})

	t.Run("of nobody", func(t *testing.T) {
		_, _, err := s.TakeQuota(ctx, 1<<30, 1, 1, 1)
		wantFault(t, "take", err, fault.NotFound)
	})
}

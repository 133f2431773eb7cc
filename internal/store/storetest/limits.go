package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

func testLimits(t *testing.T, s suite) {
	ctx := t.Context()

	t.Run("minutes", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		for _, c := range []struct {
			what                string
			minute              int64
			n, limit            int
			wantTaken, wantUsed int
		}{
			{"some", 100, 3, 10, 3, 3},
			{"as many as are left", 100, 9, 10, 7, 10},
			{"none are left", 100, 1, 10, 0, 10},
			{"a limit below what was used", 100, 1, 2, 0, 10},
			{"the next minute", 101, 2, 10, 2, 2},
			{"the one before, by a slow clock", 100, 1, 11, 1, 11},
			{"long after", 200, 1, 10, 1, 1},
			{"which clears the others", 100, 0, 10, 0, 0},
		} {
			taken, used, err := s.TakeMinute(ctx, who, c.minute, c.n, c.limit)
			must(t, err)
			want(t, c.what, [2]int{taken, used}, [2]int{c.wantTaken, c.wantUsed})
		}
		_, used, err := s.TakeMinute(ctx, other, 200, 1, 10)
		must(t, err)
		want(t, "of another person", used, 1)
		_, _, err = s.TakeMinute(ctx, 1<<30, 1, 1, 1)
		wantFault(t, "of nobody", err, fault.NotFound)
	})

	t.Run("minutes at the same time", func(t *testing.T) {
		options := s.fresh(t)
		copies := []*store.Store{open(t, options), open(t, options)}
		who := newOwner(t, copies[0])
		var sum atomic.Int64
		var wg sync.WaitGroup
		for k := range 16 {
			wg.Go(func() {
				for range 5 {
					taken, _, err := copies[k%2].TakeMinute(ctx, who, 7, 3, 100)
					if err != nil {
						t.Error(err)
					}
					sum.Add(int64(taken))
				}
			})
		}
		wg.Wait()
		want(t, "taken", sum.Load(), 100)
	})

	t.Run("streams", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		for _, c := range []struct {
			what       string
			who        owner.ID
			process    string
			n, limit   int
			now, until time.Time
			want       bool
		}{
			{"the first", who, "a", 2, 3, at(0), at(60), true},
			{"of another process", who, "b", 1, 3, at(1), at(61), true},
			{"one too many", who, "b", 2, 3, at(2), at(62), false},
			{"of another person", other, "b", 3, 3, at(2), at(62), true},
			{"one less", who, "a", 1, 3, at(3), at(63), true},
			{"now there is room", who, "b", 2, 3, at(4), at(64), true},
			{"the same, under a lower limit", who, "b", 2, 1, at(5), at(65), true},
			{"less, under a lower limit", who, "b", 1, 0, at(6), at(66), true},
			{"more, after the others have lapsed", who, "b", 3, 3, at(63), at(123), true},
			{"again by the one that has lapsed", who, "a", 1, 3, at(64), at(124), true},
			{"more by it", who, "a", 2, 3, at(65), at(125), false},
			{"none", who, "a", 0, 3, at(66), at(126), true},
			{"none again", who, "a", 0, 0, at(67), at(127), true},
			{"one after none", who, "a", 1, 3, at(68), at(128), false},
			{"none of the other", who, "b", 0, 3, at(69), at(129), true},
			{"now there is room again", who, "a", 3, 3, at(70), at(130), true},
			{"long after", who, "c", 3, 3, at(9000), at(9060), true},
			{"what is long over is forgotten", who, "a", 1, 3, at(9001), at(9061), false},
		} {
			ok, err := s.HoldStreams(ctx, c.who, c.process, c.n, c.limit, c.now, c.until)
			must(t, err)
			want(t, c.what, ok, c.want)
		}
		_, err := s.HoldStreams(ctx, 1<<30, "a", 1, 1, at(0), at(1))
		wantFault(t, "of nobody", err, fault.NotFound)
		_, err = s.HoldStreams(ctx, who, "a\x00", 1, 1, at(0), at(1))
		wantFault(t, "a name that cannot be", err, fault.Invalid)
	})

	t.Run("streams at the same time", func(t *testing.T) {
		options := s.fresh(t)
		copies := []*store.Store{open(t, options), open(t, options)}
		who := newOwner(t, copies[0])
		var held atomic.Int64
		var wg sync.WaitGroup
		for k := range 20 {
			wg.Go(func() {
				ok, err := copies[k%2].HoldStreams(ctx, who, string(rune('a'+k)), 2, 7, at(0), at(60))
				if err != nil {
					t.Error(err)
				}
				if ok {
					held.Add(2)
				}
			})
		}
		wg.Wait()
		want(t, "held", held.Load(), 6)
	})
}

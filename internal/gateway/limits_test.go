package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

func testLimits(store usage.LimitStore, process string, clk *testClock, minute, streams int) *limits {
	return newLimits(Options{Limits: store, Process: process, RequestsPerMinute: minute, Streams: streams}, clk.now, slog.New(slog.DiscardHandler))
}

func TestLimits(t *testing.T) {
	for _, shared := range []bool{false, true} {
		clk := newClock()
		clk.add(15 * time.Second)
		var store usage.LimitStore
		if shared {
			store = newMemory()
		}
		l := testLimits(store, "a", clk, 4, 2)
		enter := func(who owner.ID) *allowance {
			t.Helper()
			a, err := l.enter(t.Context(), who)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		refused := func(after time.Duration) {
			t.Helper()
			_, err := l.enter(t.Context(), 1)
			f, ok := errors.AsType[*fault.Error](err)
			if !ok || f.Kind != fault.Limited || f.RetryAfter != after {
				t.Errorf("shared %t: %+v, want a limit for %v", shared, err, after)
			}
		}
		first, second := enter(1), enter(1)
		refused(2 * time.Second) // two under way
		enter(2)                 // another owner
		l.leave(first)
		l.leave(enter(1))
		l.leave(second)
		refused(45 * time.Second) // four of this minute, one of them in vain
		clk.add(45 * time.Second)
		l.leave(enter(1))
		clk.add(2 * time.Minute)
		l.tidy(t.Context()) // says that nothing is under way
		l.tidy(t.Context())
		if len(l.of) != 1 {
			t.Errorf("shared %t: %d owners are remembered, want the one who has a stream", shared, len(l.of))
		}
		if err := l.close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestLimitsWithoutStore(t *testing.T) {
	m, clk := newMemory(), newClock()
	m.fails = errDisk
	l := testLimits(m, "a", clk, 10, 10)
	if _, err := l.enter(t.Context(), 1); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a store that fails: %v", err)
	}
	m.fails = nil
	// A client that hangs up takes nothing along that is for others.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.enter(ctx, 1); err != nil {
		t.Error(err)
	}
}

// However many copies share an owner, together they stay within the limits,
// and most requests cost no write.
func TestLimitsAreShared(t *testing.T) {
	const minute, streams, copies = 1000, 20, 3
	m, clk := newMemory(), newClock()
	var all []*limits
	for _, name := range []string{"a", "b", "c"} {
		all = append(all, testLimits(m, name, clk, minute, streams))
	}
	var let, open, most atomic.Int64
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			l := all[i%copies]
			for range 200 {
				a, err := l.enter(context.Background(), 1)
				if err != nil {
					if !fault.Is(err, fault.Limited) {
						t.Error(err)
					}
					continue
				}
				let.Add(1)
				n := open.Add(1)
				for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
				}
				open.Add(-1)
				l.leave(a)
			}
		})
	}
	wg.Wait()
	for _, l := range all {
		if err := l.close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if let.Load() > minute || most.Load() > streams {
		t.Errorf("%d requests in a minute of %d, %d at once of %d", let.Load(), minute, most.Load(), streams)
	}
	if m.takes > 400 {
		t.Errorf("%d writes for 6,000 requests", m.takes)
	}
}

// While a block lasts, the next one is on its way: a store that takes its time
// keeps nobody waiting.
func TestNextBlockIsTakenAhead(t *testing.T) {
	clk := newClock()
	slow := &slowStore{LimitStore: newMemory(), asked: make(chan struct{}, 1), given: make(chan struct{})}
	l := testLimits(slow, "a", clk, 200, 10)
	enter := func() {
		t.Helper()
		a, err := l.enter(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		l.leave(a)
	}
	go func() { slow.given <- struct{}{} }()
	enter() // waits for the first block, of ten
	<-slow.asked
	for range 5 {
		enter()
	}
	<-slow.asked // the second one is being taken
	for range 4 {
		enter() // and meanwhile the first one lasts
	}
	slow.given <- struct{}{}
	l.refills.Wait()
	enter()
	if a := l.of[1]; a.left != 8 || a.used != 19 {
		t.Errorf("%d are left after a second block, and %d used, want 8 and 19", a.left, a.used)
	}
	if err := l.close(t.Context()); err != nil {
		t.Error(err)
	}
}

// slowStore tells when a block is asked for, and waits until it may be given.
type slowStore struct {
	usage.LimitStore
	asked chan struct{}
	given chan struct{}
}

func (s *slowStore) TakeMinute(ctx context.Context, who owner.ID, minute int64, n, limit int) (taken, used int, err error) {
	s.asked <- struct{}{}
	<-s.given
	return s.LimitStore.TakeMinute(ctx, who, minute, n, limit)
}

func TestLimitInTheGateway(t *testing.T) {
	block, arrived := make(chan struct{}), make(chan struct{}, 2)
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-block
		answerJSON(chatAnswer)(rw, r)
	}, func(o *Options) { o.RequestsPerMinute, o.Streams = 4, 1 })
	var wg sync.WaitGroup
	wg.Go(func() {
		if s, _, err := w.ask(Call{Provider: llm.OpenAI}, "/chat/completions", chatQuestion); s != 200 {
			t.Error(s, err)
		}
	})
	<-arrived
	resp := w.come(http.MethodPost, "/gateway/openai/v1/chat/completions", adaKey, chatQuestion)
	if b := readAll(t, resp); resp.StatusCode != 429 || resp.Header.Get("Retry-After") != "2" {
		t.Errorf("%d, %q: %s", resp.StatusCode, resp.Header.Get("Retry-After"), b)
	}
	close(block)
	wg.Wait()
	if s, _, err := w.ask(Call{Provider: llm.OpenAI}, "/chat/completions", chatQuestion); s != 200 {
		t.Error("the place was not given back:", s, err)
	}
}

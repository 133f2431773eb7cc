package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

const (
	blockShare = 20 // the part of what is left of a minute that is taken from the store at once
	maxBlock   = 50
	askAgain   = time.Second      // before the store is asked again for a minute that is used up
	holdFor    = time.Minute      // how long the store believes a process that says no more
	sayAgain   = 20 * time.Second // how often it says so
	limitTime  = 3 * time.Second  // that the store may take
)

// limits bounds what one owner asks: requests in a minute and answers at the
// same time. With a store it does so for all copies of the program, and takes
// from it in blocks, so that most requests cost no write.
type limits struct {
	store   usage.LimitStore
	process string
	minute  int
	streams int
	now     func() time.Time
	log     *slog.Logger

	mu sync.Mutex
	of map[owner.ID]*allowance

	refills sync.WaitGroup // blocks that are taken ahead
}

// allowance is what one owner uses. Its lock is held while the store is
// asked, so that requests that come together ask once.
type allowance struct {
	mu      sync.Mutex
	gone    bool  // no longer in the map
	minute  int64 // counted from 1970
	left    int   // of the block, or of the minute if there is no store
	low     int   // of left, when the next block is taken ahead; 0 for never
	filling bool  // it is being taken
	used    int   // of the minute, as the store said
	emptyAt time.Time
	open    int // answers that are under way
	held    int // that the store believes
}

func newLimits(o Options, now func() time.Time, log *slog.Logger) *limits {
	l := &limits{store: o.Limits, process: o.Process, minute: o.RequestsPerMinute, streams: o.Streams, now: now, log: log, of: map[owner.ID]*allowance{}}
	if l.minute == 0 {
		l.minute = DefaultRequestsPerMinute
	}
	if l.streams == 0 {
		l.streams = DefaultStreams
	}
	return l
}

// enter lets one request in, or says when to try again. What it returns must
// be given to leave.
func (l *limits) enter(ctx context.Context, who owner.ID) (*allowance, error) {
	a := l.lock(who)
	defer a.mu.Unlock()
	now := l.now()
	if err := l.takeMinute(ctx, who, a, now); err != nil {
		return nil, err
	}
	if err := l.takeStream(ctx, who, a, now); err != nil {
		return nil, err
	}
	return a, nil
}

func (l *limits) leave(a *allowance) {
	a.mu.Lock()
	a.open--
	a.mu.Unlock()
}

// lock returns an owner's allowance, locked.
func (l *limits) lock(who owner.ID) *allowance {
	for {
		l.mu.Lock()
		a := l.of[who]
		if a == nil {
			a = &allowance{}
			l.of[who] = a
		}
		l.mu.Unlock()
		a.mu.Lock()
		if !a.gone {
			return a
		}
		a.mu.Unlock()
	}
}

func (l *limits) takeMinute(ctx context.Context, who owner.ID, a *allowance, now time.Time) error {
	minute := now.Unix() / 60
	if minute != a.minute {
		a.minute, a.used, a.emptyAt, a.left, a.low = minute, 0, time.Time{}, 0, 0
		if l.store == nil {
			a.left = l.minute
		}
	}
	if a.left == 0 && l.store != nil && (a.emptyAt.IsZero() || now.Sub(a.emptyAt) >= askAgain) {
		taken, used, err := l.takeBlock(ctx, who, minute, a.used)
		if err != nil {
			return fault.Wrap(fault.Unavailable, err, "The server cannot count requests just now. Try again in a moment.")
		}
		a.fill(taken, used)
		a.emptyAt = time.Time{}
		if taken == 0 {
			a.emptyAt = now
		}
	}
	if a.left == 0 {
		f := fault.New(fault.Limited, "These are more than %d AI requests in a minute: wait for the next one", l.minute)
		f.RetryAfter = time.Unix((minute+1)*60, 0).Sub(now)
		return f
	}
	a.left--
	if a.left > 0 && a.left <= a.low && !a.filling {
		a.filling = true
		used := a.used
		l.refills.Go(func() { l.refill(ctx, who, a, minute, used) })
	}
	return nil
}

// fill adds a block.
func (a *allowance) fill(taken, used int) {
	a.left += taken
	a.used, a.low = used, taken/2
}

// takeBlock takes a part of what is left of the minute.
func (l *limits) takeBlock(ctx context.Context, who owner.ID, minute int64, used int) (taken, usedNow int, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limitTime)
	defer cancel()
	block := min(max((l.minute-used)/blockShare, 1), maxBlock)
	return l.store.TakeMinute(ctx, who, minute, block, l.minute)
}

// refill takes a block before the last one is used up, so that no request has
// to wait for the write. If it fails, the request that finds nothing left asks
// again, and is told why.
func (l *limits) refill(ctx context.Context, who owner.ID, a *allowance, minute int64, used int) {
	taken, used, err := l.takeBlock(ctx, who, minute, used)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.filling = false
	if err == nil && a.minute == minute {
		a.fill(taken, used)
	} else if a.minute == minute {
		a.low = 0
	}
}

func (l *limits) takeStream(ctx context.Context, who owner.ID, a *allowance, now time.Time) error {
	ok := a.open < l.streams
	if ok && l.store != nil && a.open >= a.held {
		// A few more than are needed now, so that not every one is a write.
		for _, n := range []int{min(a.open+1+l.streams/blockShare, l.streams), a.open + 1} {
			var err error
			if ok, err = l.hold(ctx, who, a, n, now); err != nil {
				return fault.Wrap(fault.Unavailable, err, "The server cannot count requests just now. Try again in a moment.")
			}
			if ok {
				break
			}
		}
	}
	if !ok {
		f := fault.New(fault.Limited, "%d AI requests are under way already: wait until one is done", l.streams)
		f.RetryAfter = 2 * time.Second
		return f
	}
	a.open++
	return nil
}

// hold tells the store how many answers are under way.
func (l *limits) hold(ctx context.Context, who owner.ID, a *allowance, n int, now time.Time) (bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limitTime)
	defer cancel()
	ok, err := l.store.HoldStreams(ctx, who, l.process, n, l.streams, now, now.Add(holdFor))
	if ok && err == nil {
		a.held = n
	}
	return ok, err
}

// run says again and again what is under way, and forgets who is idle.
func (l *limits) run(ctx context.Context) {
	tick := time.NewTicker(sayAgain)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			l.tidy(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// tidy renews what the store believes, and drops the allowances of owners who
// have nothing under way.
func (l *limits) tidy(ctx context.Context) {
	l.mu.Lock()
	all := maps.Clone(l.of)
	l.mu.Unlock()
	for who, a := range all {
		a.mu.Lock()
		now := l.now()
		if a.held > 0 {
			if _, err := l.hold(ctx, who, a, a.open, now); err != nil {
				l.log.WarnContext(ctx, "cannot say how many AI requests are under way", "error", err)
			}
		}
		if a.open == 0 && a.held == 0 && a.minute != now.Unix()/60 {
			a.gone = true
			l.mu.Lock()
			delete(l.of, who)
			l.mu.Unlock()
		}
		a.mu.Unlock()
	}
}

// close takes back what the store believes of this process.
func (l *limits) close(ctx context.Context) error {
	l.refills.Wait()
	l.mu.Lock()
	all := maps.Clone(l.of)
	l.mu.Unlock()
	for who, a := range all {
		a.mu.Lock()
		var err error
		if a.held > 0 {
			_, err = l.hold(ctx, who, a, 0, l.now())
		}
		a.mu.Unlock()
		if err != nil {
			return fmt.Errorf("give streams back: %w", err)
		}
	}
	return nil
}

package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Allowance is what a caller has left of the day.
type Allowance struct {
	Limit     int           // requests in a day
	Remaining int           // as far as this process knows
	Reset     time.Duration // until midnight UTC, when the day begins anew
}

// Take takes one request from the caller's day. All of a person's keys and
// tokens share it; a cookie session has no limit, and gets the zero Allowance.
// With the day used up, the error is a fault.Limited and the Allowance holds.
func (a *Accounts) Take(ctx context.Context, c Caller) (Allowance, error) {
	if c.Via == Cookie {
		return Allowance{}, nil
	}
	now := a.now()
	allowance := Allowance{Limit: a.limits[c.User.Plan], Reset: untilMidnight(now)}
	var err error
	allowance.Remaining, err = a.leases.take(ctx, c.User.Owner, allowance.Limit, now)
	if errors.Is(err, errUsedUp) {
		e := fault.Wrap(fault.Limited, err, "Rate limit exceeded")
		e.RetryAfter = allowance.Reset
		return allowance, e
	}
	return allowance, err
}

func dayOf(t time.Time) Day {
	return Day(t.Unix() / 86_400)
}

func untilMidnight(t time.Time) time.Duration {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, time.UTC).Sub(t)
}

var errUsedUp = errors.New("the requests of the day are used up")

const (
	// A block is what a process takes from the store at once, so that most
	// requests cost no write. It is a small part of what is left, so that the
	// last requests of a day are shared fairly between processes, and bounded,
	// as a process that is killed takes its block along.
	blockShare = 50
	maxBlock   = 100

	// askAgain is how long a day counts as used up before the store is asked
	// again: another process may have given some requests back.
	askAgain = 2 * time.Second

	maxLeases  = 10_000 // people with a block at once
	storeLimit = 5 * time.Second
)

// leases holds blocks of requests that were taken from the store and not yet
// used. The store never gives out more than the limit, so whatever processes
// take blocks, together they do not exceed it; close gives back the rest.
type leases struct {
	store Quota
	log   *slog.Logger

	mu     sync.Mutex
	of     map[owner.ID]*lease
	closed bool
}

// lease is one person's block. Its lock is held while the store is asked, so
// that requests that come together take one block, not one each.
type lease struct {
	mu      sync.Mutex
	gone    bool // no longer in the map
	day     Day
	left    int       // requests in the block
	used    int       // of the day, by all processes, when the block was taken
	emptyAt time.Time // when the store had nothing left; zero if it had
}

func (l *leases) init(store Quota, log *slog.Logger) {
	l.store, l.log = store, log
	l.of = map[owner.ID]*lease{}
}

// take takes one request and returns how many are left.
func (l *leases) take(ctx context.Context, who owner.ID, limit int, now time.Time) (remaining int, err error) {
	e, err := l.lock(ctx, who, now)
	if err != nil {
		return 0, err
	}
	defer e.mu.Unlock()
	if day := dayOf(now); day != e.day {
		e.day, e.left, e.used, e.emptyAt = day, 0, 0, time.Time{}
	}
	if e.left == 0 {
		if !e.emptyAt.IsZero() && now.Sub(e.emptyAt) < askAgain {
			return 0, errUsedUp
		}
		// The block serves later requests too, so it must not get lost when
		// this one is hung up on.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeLimit)
		defer cancel()
		block := min(max((limit-e.used)/blockShare, 1), maxBlock)
		taken, used, err := l.store.TakeQuota(ctx, who, e.day, block, limit)
		if err != nil {
			return 0, fmt.Errorf("take requests from the day: %w", err)
		}
		e.left, e.used, e.emptyAt = taken, used, time.Time{}
		if taken == 0 {
			e.emptyAt = now
			return 0, errUsedUp
		}
	}
	e.left--
	return max(limit-e.used+e.left, 0), nil
}

// lock returns the person's lease, locked.
func (l *leases) lock(ctx context.Context, who owner.ID, now time.Time) (*lease, error) {
	for {
		l.mu.Lock()
		if l.closed {
			l.mu.Unlock()
			return nil, fault.New(fault.Unavailable, "The server is stopping. Try again in a moment.")
		}
		e := l.of[who]
		giveBack := func() {}
		if e == nil {
			if len(l.of) >= maxLeases {
				giveBack = l.evict(ctx, dayOf(now))
			}
			e = &lease{}
			l.of[who] = e
		}
		l.mu.Unlock()
		giveBack()

		e.mu.Lock()
		if !e.gone {
			return e, nil
		}
		e.mu.Unlock()
	}
}

// evict drops any one lease that is not in use and returns what gives its
// block back, to be called without l.mu, which is held now. In the rare case
// that all are in use the map grows by one.
func (l *leases) evict(ctx context.Context, today Day) func() {
	for who, e := range l.of {
		if !e.mu.TryLock() {
			continue
		}
		e.gone = true
		e.mu.Unlock()
		delete(l.of, who)
		return func() {
			if err := l.giveBack(ctx, who, e, today); err != nil {
				l.log.WarnContext(ctx, "cannot give requests of the day back", "error", err)
			}
		}
	}
	return func() {}
}

// giveBack returns the block of a lease that is gone, if its day is not over.
func (l *leases) giveBack(ctx context.Context, who owner.ID, e *lease, today Day) error {
	if e.left == 0 || e.day != today {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeLimit)
	defer cancel()
	_, _, err := l.store.TakeQuota(ctx, who, e.day, -e.left, 0)
	return err
}

// close gives back what is left of the day and hands out no more. It stops
// early when ctx ends.
func (l *leases) close(ctx context.Context, today Day) error {
	l.mu.Lock()
	l.closed = true
	of := l.of
	l.of = nil
	l.mu.Unlock()

	for who, e := range of {
		e.mu.Lock()
		e.gone = true
		e.mu.Unlock()
		err := ctx.Err()
		if err == nil {
			err = l.giveBack(ctx, who, e, today)
		}
		if err != nil {
			return fmt.Errorf("give requests of the day back: %w", err)
		}
	}
	return nil
}

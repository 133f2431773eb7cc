package account

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

func TestTake(t *testing.T) {
	w := newWorld(t, Options{DailyLimits: map[Plan]int{Pro: 3}})
	c := Caller{User: User{Owner: 1, Plan: Pro}, Via: Key}
	reset := 12 * time.Hour
	for i := range 3 {
		c.Via = []Credential{Key, Bearer}[i%2]
		got, err := w.Take(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Allowance{Limit: 3, Remaining: 2 - i, Reset: reset}, got); diff != "" {
			t.Errorf("request %d (-want +got):\n%s", i+1, diff)
		}
	}
	got, err := w.Take(t.Context(), c)
	wantKind(t, err, fault.Limited)
	var limited *fault.Error
	if errors.As(err, &limited); limited.Message != "Rate limit exceeded" || limited.RetryAfter != reset {
		t.Errorf("message %q, again after %v", limited.Message, limited.RetryAfter)
	}
	if diff := cmp.Diff(Allowance{Limit: 3, Reset: reset}, got); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}

	c.Via = Cookie
	for range 5 {
		if got, err := w.Take(t.Context(), c); err != nil || got != (Allowance{}) {
			t.Errorf("cookie: %+v, %v, want no limit", got, err)
		}
	}
	free := Caller{User: User{Owner: 2, Plan: Free}, Via: Key}
	if got, err := w.Take(t.Context(), free); err != nil || got.Limit != 100 || got.Remaining != 99 {
		t.Errorf("another person with the free plan: %+v, %v", got, err)
	}

	w.clock.add(reset - time.Second)
	c.Via = Key
	_, err = w.Take(t.Context(), c)
	wantKind(t, err, fault.Limited)
	w.clock.add(time.Second)
	if got, err := w.Take(t.Context(), c); err != nil || got.Remaining != 2 || got.Reset != 24*time.Hour {
		t.Errorf("a new day: %+v, %v", got, err)
	}
}

// The limit survives a restart, and a process that stops wastes nothing.
func TestTakeAfterRestart(t *testing.T) {
	store, clk := newMemory(), newClock()
	c := Caller{User: User{Owner: 1, Plan: Pro}, Via: Key}
	for i := range 25 {
		a := New(store, Options{Now: clk.now, DailyLimits: map[Plan]int{Pro: 1000}})
		for j := range 4 {
			got, err := a.Take(t.Context(), c)
			if want := 1000 - 4*i - j - 1; err != nil || got.Remaining != want {
				t.Fatalf("life %d, request %d: %+v, %v, want %d remaining", i, j, got, err, want)
			}
		}
		if err := a.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err := a.Take(t.Context(), c)
		wantKind(t, err, fault.Unavailable)
	}
	if got := store.counts[count{1, dayOf(clk.now())}]; got != 100 {
		t.Errorf("the store counts %d requests, want 100", got)
	}
}

func TestTakeWritesLittle(t *testing.T) {
	w := newWorld(t, Options{})
	c := Caller{User: User{Owner: 1, Plan: Pro}, Via: Key}
	for range 5000 {
		if _, err := w.Take(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if w.store.takes > 50 {
		t.Errorf("5000 requests of 10,000 cost %d writes, want 50", w.store.takes)
	}
	// A day that is used up does not ask the store for every refusal.
	for w.store.counts[count{1, dayOf(w.clock.now())}] < 10_000 {
		if _, err := w.Take(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	for {
		if _, err := w.Take(t.Context(), c); err != nil {
			break
		}
	}
	before := w.store.takes
	for range 100 {
		_, err := w.Take(t.Context(), c)
		wantKind(t, err, fault.Limited)
	}
	if w.store.takes != before {
		t.Errorf("100 refusals asked the store %d times", w.store.takes-before)
	}
}

func TestTakeWithoutStore(t *testing.T) {
	w := newWorld(t, Options{})
	c := Caller{User: User{Owner: 1, Plan: Pro}, Via: Key}
	w.store.broken = errors.New("disk on fire")
	_, err := w.Take(t.Context(), c)
	wantKind(t, err, fault.Internal)
	w.store.broken = nil
	if got, err := w.Take(t.Context(), c); err != nil || got.Remaining != 9_999 {
		t.Errorf("once it is back: %+v, %v", got, err)
	}
	// A client that hangs up does not lose the block for the others.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c.User.Owner = 2
	if _, err := w.Take(ctx, c); err != nil {
		t.Errorf("with a request that was hung up on: %v", err)
	}
}

func TestLeasesAreBounded(t *testing.T) {
	w := newWorld(t, Options{})
	today := dayOf(w.clock.now())
	for i := range maxLeases + 500 {
		c := Caller{User: User{Owner: owner.ID(i + 1), Plan: Pro}, Via: Key}
		if _, err := w.Take(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(w.leases.of); n != maxLeases {
		t.Errorf("%d people have a block, want %d", n, maxLeases)
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range maxLeases + 500 {
		if got := w.store.counts[count{owner.ID(i + 1), today}]; got != 1 {
			t.Fatalf("the store counts %d requests of person %d, want 1: blocks got lost", got, i+1)
		}
	}
}

// However replicas come, go and take turns, together they never pass the
// limit. If none is killed they use all of it, else at most a block each is
// wasted.
func TestReplicasShareADay(t *testing.T) {
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 1))
		limit := 1 + rng.IntN(700)
		kills := seed%2 == 1
		store, clk := newMemory(), newClock()
		c := Caller{User: User{Owner: 1, Plan: Pro}, Via: Key}
		start := func() *Accounts {
			return New(store, Options{Now: clk.now, DailyLimits: map[Plan]int{Pro: limit}})
		}
		replicas := make([]*Accounts, 1+rng.IntN(6))
		for i := range replicas {
			replicas[i] = start()
		}
		granted, killed := 0, 0
		take := func(a *Accounts) bool {
			_, err := a.Take(t.Context(), c)
			if err != nil {
				wantKind(t, err, fault.Limited)
				return false
			}
			if granted++; granted > limit {
				t.Fatalf("seed %d: %d requests were let through, the limit is %d", seed, granted, limit)
			}
			return true
		}
		for range 2 * limit {
			i := rng.IntN(len(replicas))
			switch p := rng.IntN(100); {
			case p < 2:
				if err := replicas[i].Close(t.Context()); err != nil {
					t.Fatal(err)
				}
				replicas[i] = start()
			case p < 3 && kills:
				killed++
				replicas[i] = start()
			case p < 10:
				clk.add(time.Duration(rng.IntN(3000)) * time.Millisecond)
			default:
				take(replicas[i])
			}
		}
		for _, a := range replicas[1:] {
			if err := a.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		clk.add(askAgain)
		for take(replicas[0]) {
		}
		if wasted := limit - granted; wasted > killed*maxBlock {
			t.Errorf("seed %d: %d of %d requests were let through, %d replicas were killed", seed, granted, limit, killed)
		}
	}
}

// The same with real concurrency, for the race detector.
func TestReplicasShareADayAtOnce(t *testing.T) {
	const limit = 2000
	store, clk := newMemory(), newClock()
	replicas := make([]*Accounts, 3)
	for i := range replicas {
		replicas[i] = New(store, Options{Now: clk.now, DailyLimits: map[Plan]int{Pro: limit}})
	}
	var granted atomic.Int64
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			for range limit {
				_, err := replicas[i%3].Take(t.Context(), Caller{User: User{Owner: 1, Plan: Pro}, Via: Key})
				if err == nil {
					granted.Add(1)
				} else if !fault.Is(err, fault.Limited) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if granted.Load() != limit {
		t.Errorf("%d requests were let through, want %d", granted.Load(), limit)
	}
}

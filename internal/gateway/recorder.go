package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/usage"
)

const (
	maxWaiting = 20_000                 // records that wait to be written, some 6 MB
	maxBatch   = 500                    // records that are written at once
	writeEvery = 500 * time.Millisecond // and how long one waits at most
	writeTime  = 10 * time.Second       // that a write may take
	retryAfter = 5 * time.Second        // when the store is tried again
	complain   = time.Minute            // how often a failing store is told of
)

// recorder writes records of requests down, off their way. While the store
// takes none it keeps a bounded number, and counts those that it drops: then
// what was reserved for them stays spent.
type recorder struct {
	store usage.Store
	log   *slog.Logger

	mu      sync.Mutex
	waiting []usage.Request
	dropped int

	more    chan struct{} // something waits
	writing chan struct{} // holds a token while nobody writes
	told    time.Time     // when the log last told that the store fails; zero if it works
}

func newRecorder(store usage.Store, log *slog.Logger) *recorder {
	r := &recorder{store: store, log: log, more: make(chan struct{}, 1), writing: make(chan struct{}, 1)}
	r.writing <- struct{}{}
	return r
}

// add takes a record, and never waits.
func (r *recorder) add(q usage.Request) {
	r.mu.Lock()
	if len(r.waiting) < maxWaiting {
		r.waiting = append(r.waiting, q)
	} else {
		r.dropped++
	}
	r.mu.Unlock()
	select {
	case r.more <- struct{}{}:
	default:
	}
}

// run writes until ctx ends.
func (r *recorder) run(ctx context.Context) {
	for {
		select {
		case <-r.more:
		case <-ctx.Done():
			return
		}
		pause := writeEvery
		if r.flush(ctx) != nil {
			pause = retryAfter
			select { // what is left must not wait for the next record
			case r.more <- struct{}{}:
			default:
			}
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
}

// flush writes all that waits.
func (r *recorder) flush(ctx context.Context) error {
	select {
	case <-r.writing:
		defer func() { r.writing <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		r.mu.Lock()
		batch := r.waiting[:min(len(r.waiting), maxBatch)]
		r.mu.Unlock()
		if len(batch) == 0 {
			return nil
		}
		// Only this function removes records, and they are removed from the
		// front, so the batch stays as it is meanwhile.
		write, cancel := context.WithTimeout(ctx, writeTime)
		err := r.store.AddRequests(write, batch)
		cancel()
		if err != nil {
			r.failed(ctx, err)
			return fmt.Errorf("write records of requests: %w", err)
		}
		r.mu.Lock()
		r.waiting = r.waiting[len(batch):]
		if len(r.waiting) == 0 {
			r.waiting = nil // lets go of what an outage has grown
		}
		dropped := r.dropped
		r.dropped = 0
		r.mu.Unlock()
		r.restored(ctx, dropped)
	}
}

func (r *recorder) failed(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return // broken off to close, which writes once more and tells itself
	}
	if now := time.Now(); r.told.IsZero() || now.Sub(r.told) >= complain {
		r.told = now
		r.mu.Lock()
		waiting, dropped := len(r.waiting), r.dropped
		r.mu.Unlock()
		r.log.ErrorContext(ctx, "cannot write records of AI requests; they wait", "error", err, "waiting", waiting, "dropped", dropped)
	}
}

func (r *recorder) restored(ctx context.Context, dropped int) {
	if dropped > 0 {
		r.log.ErrorContext(ctx, "records of AI requests were lost while the database did not take them", "dropped", dropped)
	}
	if !r.told.IsZero() {
		r.told = time.Time{}
		r.log.InfoContext(ctx, "records of AI requests are written again")
	}
}

// close writes what is left, as long as ctx lasts.
func (r *recorder) close(ctx context.Context) error {
	err := r.flush(ctx)
	r.mu.Lock()
	lost := len(r.waiting) + r.dropped
	r.mu.Unlock()
	if lost > 0 {
		err = errors.Join(err, fmt.Errorf("%d records of AI requests are lost", lost))
	}
	return err
}

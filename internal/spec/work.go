package spec

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// errStopping is why the writing ends when the server does.
var errStopping = fault.New(fault.Unavailable, "The server is stopping. What was written is kept: go on with it in a moment.")

// settleTime is how long whoever wants to go on with a version waits for who
// is writing it: a person who stops and goes on at once is faster than the
// last save.
const settleTime = 5 * time.Second

// place names a version of an idea's specification.
type place struct {
	who     owner.ID
	idea    int64
	version int64
}

// work is what this process is writing.
type work struct {
	stopping context.Context // ends when all of it must
	stop     context.CancelCauseFunc

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
	claimed map[place]chan struct{} // closed when the claim ends
}

func newWork() *work {
	w := &work{claimed: map[place]chan struct{}{}}
	w.stopping, w.stop = context.WithCancelCause(context.Background())
	return w
}

// begin counts one more that writes, within a context that ends when all of
// it must. end must be called.
func (w *work) begin(ctx context.Context) (_ context.Context, end func(), err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil, nil, errStopping
	}
	w.running.Add(1)
	ctx, cancel := context.WithCancelCause(ctx)
	off := context.AfterFunc(w.stopping, func() { cancel(errStopping) })
	return ctx, func() {
		off()
		cancel(nil)
		w.running.Done()
	}, nil
}

// close ends everything and waits for it.
func (w *work) close(ctx context.Context) error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.stop(errStopping)
	done := make(chan struct{})
	go func() {
		w.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return errors.New("what was being written could not be kept in time")
	}
}

// claim takes a version for writing, so that no two go on with it at once.
// Another copy of the program may: then the one that ends last is kept.
func (w *work) claim(ctx context.Context, p place) (release func(), err error) {
	late := time.NewTimer(settleTime)
	defer late.Stop()
	for {
		w.mu.Lock()
		other, taken := w.claimed[p]
		if !taken {
			mine := make(chan struct{})
			w.claimed[p] = mine
			w.mu.Unlock()
			return func() {
				w.mu.Lock()
				delete(w.claimed, p)
				w.mu.Unlock()
				close(mine)
			}, nil
		}
		w.mu.Unlock()
		select {
		case <-other:
		case <-late.C:
			return nil, fault.New(fault.Conflict, "Version %d is being written just now: wait until that ends", p.version)
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

package spec

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/underway"
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
	*underway.Group

	mu      sync.Mutex
	claimed map[place]chan struct{} // closed when the claim ends
}

func newWork() *work {
	return &work{Group: underway.New(errStopping), claimed: map[place]chan struct{}{}}
}

// close ends everything and waits for it.
func (w *work) close(ctx context.Context) error {
	if !w.Close(ctx) {
		return errors.New("what was being written could not be kept in time")
	}
	return nil
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

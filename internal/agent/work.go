package agent

import (
	"context"
	"errors"
	"sync"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Why an answer ends before its time.
var (
	errStopping = fault.New(fault.Unavailable, "The server is stopping. What arrived is kept: ask again in a moment.")
	errStopped  = errors.New("agent: the person stopped the answer")
	errTaken    = errors.New("agent: somebody else goes on with the conversation")
)

// place names a conversation.
type place struct {
	who owner.ID
	id  string
}

// work is what this process is answering.
type work struct {
	stopping context.Context // ends when all of it must
	stop     context.CancelCauseFunc

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
	runs    map[place]*run
}

func newWork() *work {
	w := &work{runs: map[place]*run{}}
	w.stopping, w.stop = context.WithCancelCause(context.Background())
	return w
}

// begin counts one more, unless the end has begun. end must be called.
func (w *work) begin() (end func(), err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil, errStopping
	}
	w.running.Add(1)
	return w.running.Done, nil
}

// add makes an answer known, and remove forgets it.
func (w *work) add(r *run) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.runs[r.place()] = r
}

func (w *work) remove(r *run) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.runs[r.place()] == r {
		delete(w.runs, r.place())
	}
}

// at returns the answer of a conversation that is under way here, nil if
// there is none.
func (w *work) at(p place) *run {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.runs[p]
}

// of returns all answers of an owner.
func (w *work) of(who owner.ID) []*run {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []*run
	for p, r := range w.runs {
		if p.who == who {
			all = append(all, r)
		}
	}
	return all
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
		return errors.New("answers under way could not be kept in time")
	}
}

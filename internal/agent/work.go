package agent

import (
	"context"
	"errors"
	"sync"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/underway"
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
	*underway.Group

	mu   sync.Mutex
	runs map[place]*run
}

func newWork() *work { return &work{Group: underway.New(errStopping), runs: map[place]*run{}} }

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
	if !w.Close(ctx) {
		return errors.New("answers under way could not be kept in time")
	}
	return nil
}

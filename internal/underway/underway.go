// Package underway counts what a process has begun and must not break off, so
// that the end of the process can ask it to end and wait until it has.
package underway

import (
	"context"
	"sync"
)

// Group is work of one kind. Make it with New.
type Group struct {
	cause    error
	stopping context.Context // ends when all of it must
	stop     context.CancelCauseFunc

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
}

// New makes a Group. cause is why its work ends when the group is closed, and
// what whoever begins something after that is told.
func New(cause error) *Group {
	g := &Group{cause: cause}
	g.stopping, g.stop = context.WithCancelCause(context.Background())
	return g
}

// Begin counts one more, within a context that ends, with the group's cause,
// when the group is closed. end must be called. After Close it returns the
// cause.
func (g *Group) Begin(ctx context.Context) (_ context.Context, end func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, nil, g.cause
	}
	g.running.Add(1)
	ctx, cancel := context.WithCancelCause(ctx)
	off := context.AfterFunc(g.stopping, func() { cancel(g.cause) })
	return ctx, func() {
		off()
		cancel(nil)
		g.running.Done()
	}, nil
}

// Stopping is closed when the group is.
func (g *Group) Stopping() <-chan struct{} { return g.stopping.Done() }

// Close asks everything to end and reports whether it did while ctx lasted.
func (g *Group) Close(ctx context.Context) bool {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.stop(g.cause)
	done := make(chan struct{})
	go func() {
		g.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}

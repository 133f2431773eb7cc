package gateway

import (
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

const (
	tripAfter   = 5                // failures in a row
	openFor     = 5 * time.Second  // and then nobody asks for so long,
	openForMost = 60 * time.Second // twice as long each time, up to this
	maxBreakers = 10_000
)

// breakers keep requests from a provider that does not answer. A connection
// that fails counts against the provider for everybody. An answer that says
// that something is wrong counts only for the owner who got it: a person's
// own broken model or prompt must not lock others out.
//
// An entry is there only while there are failures.
type breakers struct {
	now func() time.Time
	mu  sync.Mutex
	of  map[breakerKey]*breaker
}

type breakerKey struct {
	upstream *upstream
	who      owner.ID // 0 for everybody
}

type breaker struct {
	failures int
	wait     time.Duration // of the last time it opened
	until    time.Time     // nobody asks before
	probing  bool          // somebody asks, to see whether it is well again
}

func newBreakers(now func() time.Time) *breakers {
	return &breakers{now: now, of: map[breakerKey]*breaker{}}
}

// verdict is what a request says about its provider.
type verdict int

const (
	nothing  verdict = iota // the request was cancelled
	healthy                 // it answered
	ailing                  // it answered that something is wrong
	deafened                // it did not answer
)

// allow reports whether a request may be sent, or after how long to try
// again. If it may, note must follow.
func (b *breakers) allow(u *upstream, who owner.ID) (wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	keys := [2]breakerKey{{u, 0}, {u, who}}
	now := b.now()
	for _, k := range keys {
		if e := b.of[k]; e != nil && e.failures >= tripAfter {
			if d := e.until.Sub(now); d > 0 {
				return d, false
			}
			if e.probing {
				return openFor, false
			}
		}
	}
	for _, k := range keys {
		if e := b.of[k]; e != nil && e.failures >= tripAfter {
			e.probing = true
		}
	}
	return 0, true
}

// note tells how a request went.
func (b *breakers) note(u *upstream, who owner.ID, v verdict) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all, own := breakerKey{u, 0}, breakerKey{u, who}
	switch v {
	case healthy:
		delete(b.of, all)
		delete(b.of, own)
	case ailing:
		delete(b.of, all) // it can be reached
		b.fail(own)
	case deafened:
		b.fail(all)
		b.rest(own)
	case nothing:
		b.rest(all)
		b.rest(own)
	}
}

// rest lets the next one ask.
func (b *breakers) rest(k breakerKey) {
	if e := b.of[k]; e != nil {
		e.probing = false
	}
}

func (b *breakers) fail(k breakerKey) {
	e := b.of[k]
	if e == nil {
		if len(b.of) >= maxBreakers {
			return
		}
		e = &breaker{}
		b.of[k] = e
	}
	e.probing = false
	if e.failures++; e.failures >= tripAfter {
		e.wait = min(max(2*e.wait, openFor), openForMost)
		e.until = b.now().Add(e.wait)
	}
}

package account

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// How often somebody may try to sign in. An e-mail address and a client
// address each have an allowance of their own: the first stops many machines
// from guessing one password, the second one machine from trying one password
// with many addresses. A person who mistypes never meets either.
const (
	emailBurst  = 10
	emailRate   = rate.Limit(1.0 / 15) // a second
	clientBurst = 30
	clientRate  = rate.Limit(1.0 / 2)

	// maxAttempts bounds how many addresses are remembered.
	maxAttempts = 10_000
)

// attempts counts attempts by some key.
type attempts struct {
	rate  rate.Limit
	burst int

	mu    sync.Mutex
	byKey map[string]*rate.Limiter
}

func (a *attempts) init(r rate.Limit, burst int) {
	a.rate, a.burst = r, burst
	a.byKey = map[string]*rate.Limiter{}
}

// try takes one attempt, or says when the next one may be made.
func (a *attempts) try(key string, now time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	l, ok := a.byKey[key]
	if !ok {
		if len(a.byKey) >= maxAttempts {
			a.forget(now)
		}
		l = rate.NewLimiter(a.rate, a.burst)
		a.byKey[key] = l
	}
	if l.AllowN(now, 1) {
		return nil
	}
	wait := time.Duration((1 - l.TokensAt(now)) / float64(a.rate) * float64(time.Second))
	e := fault.New(fault.Limited, "Too many attempts to sign in. Wait a moment, then try again.")
	e.RetryAfter = max(wait, time.Second)
	return e
}

// forgive forgets the attempts of a key.
func (a *attempts) forgive(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.byKey, key)
}

// forget makes room: by dropping those whose allowance is full again, which
// changes nothing, and if there are none, by dropping any one.
func (a *attempts) forget(now time.Time) {
	for key, l := range a.byKey {
		if l.TokensAt(now) >= float64(a.burst) {
			delete(a.byKey, key)
		}
	}
	if len(a.byKey) < maxAttempts {
		return
	}
	for key := range a.byKey {
		delete(a.byKey, key)
		return
	}
}

// clientKey is what a client address counts as. Whoever has one IPv6 address
// has the 2⁶⁴ around it.
func clientKey(from netip.Addr) string {
	from = from.Unmap().WithZone("")
	if from.Is6() {
		if p, err := from.Prefix(64); err == nil {
			return p.String()
		}
	}
	return from.String()
}

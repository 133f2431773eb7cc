package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// passage is how requests did on a way.
type passage struct {
	result
	first  []time.Duration // until the first bytes of the answer; sorted
	delay  []time.Duration // of each event on its way; sorted, empty if not measured
	failed int
}

// runner has clients ask on a way, for a while and again.
type runner struct {
	way    way
	body   string
	delays bool
	http   *http.Client
	of     []asked // of each client
	took   time.Duration
	cpu    time.Duration
}

// asked is what one client saw.
type asked struct {
	all, first, delay []time.Duration
	failed            int
}

// newRunner opens the connections of clients, and fills all caches.
func newRunner(ctx context.Context, w way, body string, clients int, delays bool) (*runner, error) {
	r := &runner{way: w, body: body, delays: delays, http: newHTTP(clients), of: make([]asked, clients)}
	errs := make([]error, clients)
	var wg sync.WaitGroup
	for n := range clients {
		wg.Go(func() {
			if _, err := w.ask(ctx, r.http, body, nil); !isCut(err) {
				errs[n] = err
			}
		})
	}
	wg.Wait()
	return r, errors.Join(errs...)
}

func newHTTP(clients int) *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, DisableCompression: true}}
}

func (r *runner) close() { r.http.CloseIdleConnections() }

// round has the clients ask for as long as it says. Answers that break off
// are counted; any other failure ends the run.
func (r *runner) round(ctx context.Context, long time.Duration) error {
	errs := make([]error, len(r.of))
	begin, before := time.Now(), r.way.server.cpu()
	var wg sync.WaitGroup
	for n := range r.of {
		wg.Go(func() { errs[n] = r.client(ctx, &r.of[n], begin.Add(long)) })
	}
	wg.Wait()
	r.took += time.Since(begin)
	r.cpu += r.way.server.cpu() - before
	return errors.Join(errs...)
}

func (r *runner) client(ctx context.Context, a *asked, until time.Time) error {
	var delay *[]time.Duration
	if r.delays {
		delay = &a.delay
	}
	for sent := time.Now(); ; sent = time.Now() {
		first, err := r.way.ask(ctx, r.http, r.body, delay)
		switch {
		case err == nil:
			a.all = append(a.all, time.Since(sent))
			a.first = append(a.first, first.Sub(sent))
		case isCut(err):
			a.failed++
		default:
			return err
		}
		if time.Now().After(until) {
			return nil
		}
	}
}

// passage sums the rounds up.
func (r *runner) passage() (passage, error) {
	var p passage
	var all []time.Duration
	for _, a := range r.of {
		all, p.first, p.delay = append(all, a.all...), append(p.first, a.first...), append(p.delay, a.delay...)
		p.failed += a.failed
	}
	if len(all) == 0 {
		return p, fmt.Errorf("%s: not one answer", r.way.name)
	}
	slices.Sort(all)
	slices.Sort(p.first)
	slices.Sort(p.delay)
	p.perSecond, p.p50, p.p99 = float64(len(all))/r.took.Seconds(), quantile(all, 0.50), quantile(all, 0.99)
	p.cpu = r.cpu / time.Duration(len(all))
	return p, nil
}

// rounds is into how many a measurement is divided. The ways take turns, so
// that whatever else the machine does slows all of them down.
const rounds = 6

// compare measures all ways, each for as long as it says.
func compare(ctx context.Context, ways []way, model string, stream bool, clients int, delays bool, long time.Duration) ([]passage, error) {
	runners := make([]*runner, len(ways))
	for i, w := range ways {
		r, err := newRunner(ctx, w, w.asks(model, stream), clients, delays)
		defer r.close()
		if err != nil {
			return nil, err
		}
		runners[i] = r
	}
	for n := range rounds {
		for i := range runners {
			if err := runners[(n+i)%len(runners)].round(ctx, long/rounds); err != nil {
				return nil, err
			}
		}
	}
	all := make([]passage, len(ways))
	for i, r := range runners {
		var err error
		if all[i], err = r.passage(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// cuts sends a number of short streams and returns how many did not arrive
// whole, and how long they took.
func cuts(ctx context.Context, w way, streams, clients int) (cut int, took time.Duration, err error) {
	c := newHTTP(clients)
	defer c.CloseIdleConnections()
	begin := time.Now()
	body := w.asks(inMany, true)
	var left, bad atomic.Int64
	left.Store(int64(streams))
	errs := make([]error, clients)
	var wg sync.WaitGroup
	for n := range clients {
		wg.Go(func() {
			for errs[n] == nil && left.Add(-1) >= 0 {
				_, err := w.ask(ctx, c, body, nil)
				if isCut(err) {
					bad.Add(1)
				} else {
					errs[n] = err
				}
			}
		})
	}
	wg.Wait()
	return int(bad.Load()), time.Since(begin), errors.Join(errs...)
}

// isCut reports whether an answer broke off.
func isCut(err error) bool {
	return errors.Is(err, errCut) || errors.Is(err, io.ErrUnexpectedEOF)
}

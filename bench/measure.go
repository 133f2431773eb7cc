package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// call is a kind of request, of which each client sends one after the other.
type call struct {
	name string
	key  string
	// next makes the next request. Each client has its own source of chance.
	next func(rng *rand.Rand) request
	// check looks at one answer before the clock runs, so that it is not
	// failures or empty lists that are measured.
	check func(answer []byte) error
}

type request struct {
	method, path, body string
}

// result is how a call did.
type result struct {
	perSecond float64
	p50, p99  time.Duration
	cpu       time.Duration // of the server, for each request; 0 if not known
}

// client sends requests to a server.
type client struct {
	url  string
	http *http.Client
}

func newClient(url string, connections int) *client {
	t := &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}
	return &client{url, &http.Client{Transport: t}}
}

// send sends one request and returns the answer.
func (c *client) send(ctx context.Context, key string, r request, into io.Writer) error {
	req, err := http.NewRequestWithContext(ctx, r.method, c.url+"/api/v1"+r.path, strings.NewReader(r.body))
	if err != nil {
		return err
	}
	req.Header.Set("X-API-Key", key)
	if r.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 500))
		return fmt.Errorf("%s %s: %s: %s", r.method, r.path, resp.Status, text)
	}
	_, err = io.Copy(into, resp.Body)
	return err
}

// get reads the JSON at a path into v.
func (c *client) get(ctx context.Context, key, path string, v any) error {
	var b strings.Builder
	if err := c.send(ctx, key, request{http.MethodGet, path, ""}, &b); err != nil {
		return err
	}
	return json.Unmarshal([]byte(b.String()), v)
}

// measure has clients send a call for as long as it says, after one that is
// checked. Every answer is read to its end.
func measure(ctx context.Context, s *server, what call, clients int, long time.Duration) (result, error) {
	c := newClient(s.url, clients)
	defer c.http.CloseIdleConnections()
	var first strings.Builder
	if err := c.send(ctx, what.key, what.next(rand.New(rand.NewPCG(0, 1))), &first); err != nil {
		return result{}, err
	}
	if err := what.check([]byte(first.String())); err != nil {
		return result{}, fmt.Errorf("%s: %w", what.name, err)
	}
	times := make([][]time.Duration, clients)
	errs := make([]error, clients)
	begin, before := time.Now(), s.cpu()
	var wg sync.WaitGroup
	for n := range clients {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(n), 2))
			for time.Since(begin) < long {
				r := what.next(rng)
				sent := time.Now()
				if errs[n] = c.send(ctx, what.key, r, io.Discard); errs[n] != nil {
					return
				}
				times[n] = append(times[n], time.Since(sent))
			}
		})
	}
	wg.Wait()
	took, used := time.Since(begin), s.cpu()-before
	if err := errors.Join(errs...); err != nil {
		return result{}, err
	}
	all := slices.Concat(times...)
	slices.Sort(all)
	return result{
		perSecond: float64(len(all)) / took.Seconds(),
		p50:       quantile(all, 0.50),
		p99:       quantile(all, 0.99),
		cpu:       used / time.Duration(len(all)),
	}, nil
}

// quantile returns the time that a share q of the sorted times do not exceed.
func quantile(sorted []time.Duration, q float64) time.Duration {
	i := int(q*float64(len(sorted))+0.999999) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}

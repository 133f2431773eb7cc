package gateway

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

const (
	maxTries  = 3
	firstWait = 400 * time.Millisecond // doubled with each try, more or less
	longest   = 15 * time.Second       // that a provider is waited for; a client knows better beyond
	tryWithin = 30 * time.Second       // after which nothing is tried again
)

var (
	errFirstByte = errors.New("no answer in time")
	errBetween   = errors.New("the answer paused for too long")
	errNotHTTP   = errors.New("the answer is no HTTP")

	errRedirect   = errors.New("answered with a redirect, which is not followed")
	errCompressed = errors.New("answered in a compression that nobody asked for")
)

// tries sends a request until there is an answer that will not get better.
func (g *Gateway) tries(x *exchange, header http.Header, secrets [][]byte) (*http.Response, verdict, error) {
	unsent := true // as far as is known, no try reached the provider
	for {
		if x.record.Retries == 0 {
			x.record.Overhead = g.now().Sub(x.begin) - x.waited
		}
		resp, t, err := g.try(x, header)
		if err != nil {
			again, mayBeSent := g.againAfter(x, err)
			unsent = unsent && !mayBeSent
			if x.ctx.Err() != nil {
				x.record.Outcome = usage.Cancelled
				g.finish(x, llm.Usage{}, false, unsent)
				return nil, nothing, x.cancelled()
			}
			if again && x.wait(g, 0) {
				continue
			}
			x.record.Outcome = usage.Unreachable
			g.finish(x, llm.Usage{}, false, unsent)
			return nil, deafened, &llm.Error{Kind: llm.Network, Provider: x.call.Provider, Model: x.record.Model, Cause: cause(err, secrets)}
		}
		x.record.Status = resp.StatusCode
		if d, again := g.againWith(x, resp); again && x.wait(g, d) {
			_, _ = io.CopyN(io.Discard, resp.Body, llm.MaxErrorBody) // so that the connection can be used again
			resp.Body.Close()
			t.stop()
			unsent = true // it was refused, so it cost nothing
			continue
		}
		return g.take(x, resp, t, secrets)
	}
}

// cause makes an error of the transport fit for a log: a time that is up is
// one, whatever the transport calls it, and nothing that the provider wrote is
// in it. The transport quotes what is no HTTP, and that may be the key.
func cause(err error, secrets [][]byte) error {
	if errors.Is(err, errFirstByte) {
		return context.DeadlineExceeded
	}
	if text := err.Error(); strings.Contains(text, `"`) || holds(text, secrets) {
		return errNotHTTP
	}
	return err
}

// attempt is one try. Its context ends with the answer, or when the provider
// is silent for too long.
type attempt struct {
	cancel context.CancelCauseFunc
	timer  *time.Timer
}

func (t attempt) stop() {
	t.timer.Stop()
	t.cancel(nil)
}

// try sends a request once.
func (g *Gateway) try(x *exchange, header http.Header) (*http.Response, attempt, error) {
	ctx, cancel := context.WithCancelCause(x.ctx)
	t := attempt{cancel, time.AfterFunc(g.firstByte, func() { cancel(errFirstByte) })}
	req := (&http.Request{
		Method: x.end.method,
		URL:    x.upstream.url(x.path, x.query),
		Host:   x.upstream.base.Host,
		Header: header.Clone(),
		Proto:  "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	if text := x.body; len(text) > 0 {
		// The transport knows this reader, and sends headers and body at once.
		req.Body = io.NopCloser(bytes.NewReader(text))
		req.ContentLength = int64(len(text))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	}
	resp, err := g.transport.RoundTrip(req)
	if err != nil {
		if why := context.Cause(ctx); why != nil {
			err = why
		}
		t.stop()
	}
	return resp, t, err
}

// againAfter reports whether a request may be tried again after the transport
// failed, and whether the provider may have got it.
func (g *Gateway) againAfter(x *exchange, err error) (again, mayBeSent bool) {
	op, ok := errors.AsType[*net.OpError](err)
	dialled := ok && op.Op == "dial"
	if errors.Is(err, errFirstByte) {
		return false, true // it took long enough
	}
	// Under a cap a request that may have been carried out is not sent again:
	// the money for two was not held back.
	return dialled || !x.capped, !dialled
}

// againWith reports whether a request may be tried again after this answer,
// and how long the provider wants to be left alone.
func (g *Gateway) againWith(x *exchange, resp *http.Response) (time.Duration, bool) {
	switch s := resp.StatusCode; {
	case s == http.StatusConflict, s == http.StatusTooManyRequests, s == http.StatusServiceUnavailable, s == 529:
	case s == http.StatusRequestTimeout, s >= 500:
		if x.capped {
			return 0, false
		}
	default:
		return 0, false
	}
	if resp.Header.Get("X-Should-Retry") == "false" {
		return 0, false
	}
	d := llm.RetryAfter(resp.Header, time.Now())
	return d, d <= longest
}

// wait waits before the next try, and reports whether there is to be one.
func (x *exchange) wait(g *Gateway, asked time.Duration) bool {
	if x.call.Purpose == usage.Test || x.record.Retries+1 >= maxTries {
		return false
	}
	d := g.firstWait << x.record.Retries
	d = d/2 + rand.N(d) // so that those who failed together do not come back together
	d = max(d, asked)
	if g.now().Sub(x.begin)+d > tryWithin {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		x.record.Retries++
		return true
	case <-x.ctx.Done():
		return false
	}
}

// take makes an answer of ours from the provider's.
func (g *Gateway) take(x *exchange, resp *http.Response, t attempt, secrets [][]byte) (*http.Response, verdict, error) {
	fail := func(why error, advice string) (*http.Response, verdict, error) {
		resp.Body.Close()
		t.stop()
		x.record.Outcome = usage.Failed
		g.finish(x, llm.Usage{}, false, false)
		err := &llm.Error{Kind: llm.Malformed, Provider: x.call.Provider, Model: x.record.Model, Status: resp.StatusCode, Cause: why}
		return nil, ailing, fault.Wrap(fault.Unavailable, err, "%s %v: %s", llm.Title(x.call.Provider), why, advice)
	}
	if s := resp.StatusCode; s < 200 || s >= 300 && s < 400 {
		return fail(errRedirect, "the server's operator should check its address")
	}
	if e := resp.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return fail(errCompressed, "try again")
	}
	v := healthy
	if resp.StatusCode >= 500 {
		v = ailing
	}
	h := incoming(resp.Header, secrets)
	if x.record.Retries > 0 && resp.StatusCode >= 400 {
		h.Set("X-Should-Retry", "false") // it was tried often enough
	}
	x.record.Stream = x.record.Stream || isStream(resp.Header)
	x.body = nil // the transport has what it still sends
	b := &body{g: g, x: x, attempt: t, secrets: secrets, from: resp.Body, text: scrub(resp.Body, secrets), failed: resp.StatusCode >= 400}
	b.meter.shape, b.meter.stream = x.end.shape, isStream(resp.Header)
	b.arm()
	return &http.Response{
		Status: statusLine(resp.StatusCode), StatusCode: resp.StatusCode,
		Proto: resp.Proto, ProtoMajor: resp.ProtoMajor, ProtoMinor: resp.ProtoMinor,
		Header: h, Body: b, ContentLength: resp.ContentLength,
	}, v, nil
}

// statusLine is the status in the words of the standard: the provider's own
// could be anything.
func statusLine(code int) string { return strconv.Itoa(code) + " " + http.StatusText(code) }

package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// MaxBody is the size of a request to a model, in bytes.
const MaxBody = 32 << 20

// exchange is one request to a provider, however often it is tried.
type exchange struct {
	ctx      context.Context
	call     Call
	upstream *upstream
	end      endpoint
	path     string // below the provider's address
	query    string
	header   http.Header // as the client sent it
	body     []byte
	question question

	begin  time.Time
	waited time.Duration // for the client's body
	record usage.Request
	last4  string
	capped bool
}

// RoundTrip implements http.RoundTripper: every request to a provider passes
// here.
func (g *Gateway) RoundTrip(req *http.Request) (*http.Response, error) {
	x, err := g.exchange(req)
	var place *allowance
	if err == nil {
		place, err = g.limits.enter(x.ctx, x.call.Who.Owner)
	}
	if err != nil {
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, err
	}
	resp, err := g.answer(x, req)
	if err != nil {
		g.limits.leave(place)
		return nil, err
	}
	x.body = nil // a stream may be open for long
	resp.Request = req
	resp.Body = &held{resp.Body, g.limits, place}
	return resp, nil
}

// held gives the place of an answer back when it is closed.
type held struct {
	io.ReadCloser
	limits *limits
	place  *allowance
}

func (h *held) Close() error {
	if h.place != nil {
		h.limits.leave(h.place)
		h.place = nil
	}
	return h.ReadCloser.Close()
}

// exchange checks where a request wants to go, and for whom.
func (g *Gateway) exchange(req *http.Request) (*exchange, error) {
	call := callOf(req.Context())
	if call == nil {
		return nil, fault.New(fault.Internal, "a request to a provider was made without a call")
	}
	provider, path, ok := split(req.URL.EscapedPath())
	if !ok || req.URL.Host != innerHost || provider != call.Provider {
		return nil, fault.New(fault.Internal, "a request to %s was made by another address", call.Provider)
	}
	up := g.upstreams[provider]
	if up == nil {
		return nil, noUpstream(provider)
	}
	end, ok := find(provider, req.Method, path)
	if !ok {
		return nil, fault.New(fault.NotFound, "%s %s of %s is not to be had here: only asking models and listing them is", req.Method, path, llm.Title(provider))
	}
	x := &exchange{ctx: req.Context(), call: *call, upstream: up, end: end, path: path, query: query(req.URL.RawQuery), header: req.Header, begin: g.now()}
	x.record = usage.Request{
		ID: rand.Text(), Owner: call.Who.Owner, At: x.begin.UTC().Truncate(time.Microsecond), Provider: provider, Purpose: call.Purpose,
	}
	if x.call.Who.Request == "" {
		x.call.Who.Request = x.record.ID // by which the audit and the record find each other
	}
	return x, nil
}

// answer reads the request and gets its answer, from wherever it comes.
func (g *Gateway) answer(x *exchange, req *http.Request) (*http.Response, error) {
	began := g.now()
	if err := x.readBody(req); err != nil {
		return nil, err
	}
	x.waited += g.now().Sub(began)
	x.question = read(x.body)
	x.record.Model = usage.CleanModel(x.question.model)
	x.record.Stream = x.question.stream
	if x.call.CacheFor > 0 && g.answers.keeps(x) {
		return g.cached(x)
	}
	return g.ask(x)
}

// readBody reads the whole body. It is sent from memory, which is what makes
// it possible to try again. It also keeps the transport from reading a body
// that belongs to a server's connection: the server closes that body when the
// answer begins, while the transport may still look whether anything follows
// the last byte, and takes the failure for a reason to close the connection in
// the middle of the answer.
func (x *exchange) readBody(req *http.Request) (err error) {
	if req.Body == nil {
		return nil
	}
	defer req.Body.Close() // at once: the rest may take long
	if e := req.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return fault.New(fault.Unsupported, "Send the request without compression")
	}
	const atOnce = 1 << 20 // trusted; more must come before there is room for it
	if n := req.ContentLength; n > MaxBody {
		return tooLarge()
	} else if n >= 0 && n <= atOnce {
		x.body = make([]byte, n)
		_, err = io.ReadFull(req.Body, x.body)
	} else {
		x.body, err = io.ReadAll(io.LimitReader(req.Body, MaxBody+1))
		if err == nil && len(x.body) > MaxBody {
			return tooLarge()
		}
	}
	if err != nil {
		if x.ctx.Err() != nil {
			return x.cancelled()
		}
		if _, ok := errors.AsType[*fault.Error](err); ok {
			return err
		}
		return fault.Wrap(fault.Invalid, err, "The request broke off, or is shorter than it says")
	}
	return nil
}

func tooLarge() error {
	return fault.New(fault.TooLarge, "A request to a model has at most %d MiB", MaxBody>>20)
}

// cancelled is the failure of a request that nobody waits for any more.
func (x *exchange) cancelled() error {
	return &llm.Error{Kind: llm.Cancelled, Provider: x.call.Provider, Model: x.record.Model, Cause: context.Cause(x.ctx)}
}

// ask asks the provider.
func (g *Gateway) ask(x *exchange) (*http.Response, error) {
	if d, ok := g.breakers.allow(x.upstream, x.call.Who.Owner); !ok && x.call.Purpose != usage.Test {
		f := fault.New(fault.Unavailable, "%s has not answered several times, and is left alone for a moment: try again in %d seconds, or choose another provider",
			llm.Title(x.call.Provider), seconds(d))
		f.RetryAfter = d
		x.record.Outcome = usage.Unreachable
		g.finish(x, llm.Usage{}, false, true)
		return nil, f
	}
	resp, v, err := g.open(x)
	g.breakers.note(x.upstream, x.call.Who.Owner, v)
	return resp, err
}

// open opens the key, holds the money back, and sends.
func (g *Gateway) open(x *exchange) (*http.Response, verdict, error) {
	key := x.upstream.token
	if x.call.Provider != llm.WorkersAI {
		opened, err := g.keys.Open(x.ctx, x.call.Who, byok.Provider(x.call.Provider), string(x.call.Purpose))
		if err != nil {
			return nil, nothing, err
		}
		key, x.last4 = opened.Text, opened.Last4
		if opened.Cap != nil {
			x.capped = true
			if err := g.reserve(x, *opened.Cap); err != nil {
				return nil, nothing, err
			}
		}
	}
	secrets := slices.Concat(forms(key), forms(x.upstream.through))
	header := outgoing(x.header, x.call.Provider)
	x.upstream.authorise(header, key)
	return g.tries(x, header, secrets)
}

// seconds rounds a wait up to whole seconds, at least one.
func seconds(d time.Duration) int64 {
	return max(int64((d+time.Second-1)/time.Second), 1)
}

// finish writes the record of an exchange, once.
func (g *Gateway) finish(x *exchange, u llm.Usage, metered, unsent bool) {
	r := &x.record
	if metered {
		r.Tokens = &usage.Tokens{In: u.TotalInput(), Cached: u.CacheRead, Out: u.Output}
	}
	var nothing llm.Cost
	switch {
	case x.end.free, unsent, r.Hit, r.Outcome == usage.Failed && r.Status >= http.StatusMultipleChoices:
		r.Cost = &nothing // providers do not bill for errors
	case metered && r.Outcome == usage.Complete:
		r.Cost = g.prices.Cost(r.Provider, x.question.model, u)
	}
	r.Duration = g.now().Sub(x.begin)
	g.log.add(*r)
	if x.call.Done != nil {
		x.call.Done(Report{Request: *r, KeyLast4: x.last4})
	}
}

// hold reserves the worst case of a request.
func (g *Gateway) hold(x *exchange, amount, limit llm.Cost) (llm.Cost, bool, error) {
	// Whoever hangs up now must not leave money reserved that is never spent.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.ctx), writeTime)
	defer cancel()
	return g.spend.ReserveSpend(ctx, x.call.Who.Owner, usage.Reservation{
		ID: x.record.ID, Provider: x.call.Provider, At: x.record.At, Amount: amount,
	}, limit)
}

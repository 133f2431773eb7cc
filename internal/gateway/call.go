package gateway

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// Call says for whom, at which provider and what for a request is made. It
// travels in the request's context: a request without one is not sent.
type Call struct {
	Who      byok.Person
	Provider string // one of package llm's names
	Purpose  usage.Purpose
	// CacheFor lets the answer be kept, and an answer that was kept be given,
	// for this long. 0 neither looks for one nor keeps one.
	CacheFor time.Duration
	// Fresh asks the provider even if an answer is kept, and keeps the new one.
	Fresh bool
	// Done, if set, is called once, when the answer was read to its end, was
	// closed or failed.
	Done func(Report)
}

// Report is what became of a request.
type Report struct {
	usage.Request
	// KeyLast4 are the last four characters of the provider key that was
	// used, "" if none was.
	KeyLast4 string
}

type callKey struct{}

// With returns a context whose requests are made for a call.
func With(ctx context.Context, c Call) context.Context {
	return context.WithValue(ctx, callKey{}, &c)
}

// callOf returns the call of a context, nil if it has none.
func callOf(ctx context.Context) *Call {
	c, _ := ctx.Value(callKey{}).(*Call)
	return c
}

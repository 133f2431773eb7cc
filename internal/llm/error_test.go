package llm_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// Every kind has a fault, a sentence that says whose it is, and an answer to
// whether trying again helps.
func TestError(t *testing.T) {
	for _, test := range []struct {
		kind      llm.Kind
		name      string
		fault     fault.Kind
		retryable bool
		sentence  string
	}{
		{llm.BadRequest, "bad_request", fault.Internal, false, "Anthropic did not accept the request; the server's log says why."},
		{llm.BadKey, "bad_key", fault.Forbidden, false, "Anthropic refused the stored key: paste a new one in Settings > AI Providers."},
		{llm.NoScope, "no_scope", fault.Forbidden, false, "Anthropic says that the stored key may not do this: give it the right to use models, or paste another in Settings > AI Providers."},
		{llm.NoCredit, "no_credit", fault.Forbidden, false, "The Anthropic account is out of credit or over its limit: add credit there, or choose another provider."},
		{llm.RateLimited, "rate_limited", fault.Limited, true, "Anthropic takes no more requests with this key for now: wait a moment and try again."},
		{llm.Overloaded, "overloaded", fault.Unavailable, true, "Anthropic is overloaded or down: try again in a moment, or choose another model."},
		{llm.TooLong, "too_long", fault.Invalid, false, "This is more text than the model can read at once: shorten it, or choose a model with a larger context."},
		{llm.Refused, "refused", fault.Invalid, false, "Anthropic's usage policy does not allow this request or its answer: put it in other words."},
		{llm.NoModel, "no_model", fault.Invalid, false, "Anthropic does not offer the model claude-1 to this key: choose another model."},
		{llm.Network, "network", fault.Unavailable, true, "The connection to Anthropic failed or broke off: try again."},
		{llm.Cancelled, "cancelled", fault.Unavailable, false, "The request was cancelled."},
		{llm.Malformed, "malformed", fault.Unavailable, true, "Anthropic sent an answer that cannot be read: try again."},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := &llm.Error{Kind: test.kind, Provider: llm.Anthropic, Model: "claude-1", RetryAfter: 3 * time.Second}
			if e.Kind.String() != test.name || e.Retryable() != test.retryable || e.Sentence() != test.sentence {
				t.Errorf("%v, retryable %t: %s", e.Kind, e.Retryable(), e.Sentence())
			}
			// The doors see it through any wrapping, without knowing it.
			err := fmt.Errorf("write the spec: %w", e)
			if !fault.Is(err, test.fault) {
				t.Errorf("fault of kind %v, want %v", fault.KindOf(err), test.fault)
			}
			if test.fault != fault.Internal && fault.Message(err) != test.sentence {
				t.Errorf("the person reads %q", fault.Message(err))
			}
			var f *fault.Error
			if !errors.As(err, &f) || f.RetryAfter != 3*time.Second {
				t.Errorf("fault %v does not say when to try again", f)
			}
			if kind, ok := llm.KindOf(err); !ok || kind != test.kind {
				t.Errorf("KindOf: %v, %t", kind, ok)
			}
		})
	}
	if _, ok := llm.KindOf(io.EOF); ok {
		t.Error("io.EOF has a kind")
	}
}

// Workers AI has the server's key: a person cannot mend it, and is not told to.
func TestErrorOfServerKey(t *testing.T) {
	for _, kind := range []llm.Kind{llm.BadKey, llm.NoScope, llm.NoCredit} {
		e := &llm.Error{Kind: kind, Provider: llm.WorkersAI}
		if f := e.Fault(); f.Kind != fault.Unavailable || strings.Contains(f.Message, "Settings") || !strings.Contains(f.Message, "server") {
			t.Errorf("%v: %v: %s", kind, f.Kind, f.Message)
		}
	}
}

func TestErrorText(t *testing.T) {
	for want, e := range map[string]*llm.Error{
		"anthropic: rate limited: model m: status 429: rate_limit_error: request req_1": {
			Kind: llm.RateLimited, Provider: llm.Anthropic, Model: "m", Status: 429, Code: "rate_limit_error", RequestID: "req_1"},
		"openai: network: unexpected EOF": {Kind: llm.Network, Provider: llm.OpenAI, Cause: io.ErrUnexpectedEOF},
		"workers-ai: malformed":           {Kind: llm.Malformed, Provider: llm.WorkersAI},
	} {
		if got := e.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	late := &llm.Error{Kind: llm.Network, Provider: llm.OpenAI, Cause: context.DeadlineExceeded}
	if got := late.Sentence(); got != "OpenAI did not answer in time: try again." {
		t.Errorf("a deadline reads %q", got)
	}
	if !errors.Is(late, context.DeadlineExceeded) {
		t.Error("the cause is lost")
	}
}

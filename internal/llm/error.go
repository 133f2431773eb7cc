package llm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// Kind is the sort of a model's failure.
type Kind int

// The kinds. BadRequest is the zero value: a failure that nobody recognised is
// not blamed on the person.
const (
	BadRequest  Kind = iota // the provider does not take the request; a mistake of this program
	BadKey                  // the key opens nothing: wrong, revoked, expired
	NoScope                 // the key is good and may not do this
	NoCredit                // the account behind the key is out of credit or over its spending limit
	RateLimited             // too many requests or tokens for now
	Overloaded              // the provider, or the model, is down or busy
	TooLong                 // the request does not fit in the model's window
	Refused                 // the provider's policy forbids the question or the answer
	NoModel                 // no such model, or not for this key
	Network                 // no connection, a broken one, or no answer in time
	Cancelled               // whoever asked does not wait any more
	Malformed               // an answer that cannot be read
)

var kindNames = [...]string{
	"bad_request", "bad_key", "no_scope", "no_credit", "rate_limited", "overloaded",
	"too_long", "refused", "no_model", "network", "cancelled", "malformed",
}

// String returns the kind as logs and receipts write it: "rate_limited".
func (k Kind) String() string { return kindNames[k] }

// Error is a failure of a model or its provider.
//
// It never holds text that the provider wrote: providers have been seen to
// repeat a key, or the prompt, in an error. Code and RequestID pass a narrow
// filter first.
type Error struct {
	Kind       Kind
	Provider   string
	Model      string        // the id on the wire; "" if the failure has none
	Status     int           // of the HTTP answer; 0 if there was none
	Code       string        // the provider's own name of the failure
	RequestID  string        // the provider's; its support asks for it
	RetryAfter time.Duration // when to try again, if the provider said
	Cause      error         // of a Network or Malformed failure
}

// Error returns the text for the operator's log.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Provider, strings.ReplaceAll(e.Kind.String(), "_", " "))
	if e.Model != "" {
		fmt.Fprintf(&b, ": model %s", e.Model)
	}
	if e.Status != 0 {
		fmt.Fprintf(&b, ": status %d", e.Status)
	}
	if e.Code != "" {
		fmt.Fprintf(&b, ": %s", e.Code)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, ": request %s", e.RequestID)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Retryable reports whether the same request may succeed later.
func (e *Error) Retryable() bool {
	switch e.Kind {
	case RateLimited, Overloaded, Network, Malformed:
		return true
	}
	return false
}

// Sentence returns what a person may read about the failure, and can do.
func (e *Error) Sentence() string {
	p := Title(e.Provider)
	if e.Provider == WorkersAI {
		// This key is the server's: there is nothing that the person can fix.
		switch e.Kind {
		case BadKey, NoScope:
			return "The server's own access to Workers AI was refused: ask its operator, or choose a model of your own provider."
		case NoCredit:
			return "The server has used up its Workers AI allowance for now: try again tomorrow, or choose a model of your own provider."
		}
	}
	switch e.Kind {
	case BadKey:
		return p + " refused the stored key: paste a new one in Settings > AI Providers."
	case NoScope:
		return p + " says that the stored key may not do this: give it the right to use models, or paste another in Settings > AI Providers."
	case NoCredit:
		return "The " + p + " account is out of credit or over its limit: add credit there, or choose another provider."
	case RateLimited:
		return p + " takes no more requests with this key for now: wait a moment and try again."
	case Overloaded:
		return p + " is overloaded or down: try again in a moment, or choose another model."
	case TooLong:
		return "This is more text than the model can read at once: shorten it, or choose a model with a larger context."
	case Refused:
		return p + "'s usage policy does not allow this request or its answer: put it in other words."
	case NoModel:
		return p + " does not offer the model " + quote(e.Model) + "to this key: choose another model."
	case Network:
		if errors.Is(e.Cause, context.DeadlineExceeded) {
			return p + " did not answer in time: try again."
		}
		return "The connection to " + p + " failed or broke off: try again."
	case Cancelled:
		return "The request was cancelled."
	case Malformed:
		return p + " sent an answer that cannot be read: try again."
	}
	return p + " did not accept the request; the server's log says why."
}

func quote(model string) string {
	if model == "" {
		return ""
	}
	return model + " "
}

// faultKinds is the one table from a model's failure to ours. A refused
// provider key is Forbidden, never Unauthenticated: the person is signed in.
var faultKinds = map[Kind]fault.Kind{
	BadRequest:  fault.Internal,
	BadKey:      fault.Forbidden,
	NoScope:     fault.Forbidden,
	NoCredit:    fault.Forbidden,
	RateLimited: fault.Limited,
	Overloaded:  fault.Unavailable,
	TooLong:     fault.Invalid,
	Refused:     fault.Invalid,
	NoModel:     fault.Invalid,
	Network:     fault.Unavailable,
	Cancelled:   fault.Unavailable,
	Malformed:   fault.Unavailable,
}

// Fault returns the failure as the doors answer it.
func (e *Error) Fault() *fault.Error {
	kind := faultKinds[e.Kind]
	if e.Provider == WorkersAI && kind == fault.Forbidden {
		kind = fault.Unavailable // the server's key, so not the person's doing
	}
	return &fault.Error{Kind: kind, Message: e.Sentence(), Cause: e, RetryAfter: e.RetryAfter}
}

// As lets errors.As find the fault in an Error, so that fault.KindOf and
// fault.Message tell a model's failure without knowing this package.
func (e *Error) As(target any) bool {
	f, ok := target.(**fault.Error)
	if ok {
		*f = e.Fault()
	}
	return ok
}

// KindOf returns the kind of err, if it is a model's failure.
func KindOf(err error) (Kind, bool) {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind, true
	}
	return 0, false
}

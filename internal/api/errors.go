package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// Error is the body of every answer that is not a success.
type Error struct {
	Message string `json:"error" doc:"One sentence that says what is wrong and what to do." example:"title must not be empty: give it 1 to 200 characters"`

	status int
	header http.Header
}

// Error returns the sentence.
func (e *Error) Error() string { return e.Message }

// GetStatus returns the HTTP status.
func (e *Error) GetStatus() int { return e.status }

// asError is the one place where a failure becomes an answer.
func asError(err error) *Error {
	e := &Error{Message: fault.Message(err), status: fault.KindOf(err).Status(), header: http.Header{}}
	var f *fault.Error
	if errors.As(err, &f) && f.RetryAfter > 0 {
		// Rounded up, so that a client which waits exactly that long is not
		// refused again.
		seconds := (f.RetryAfter + time.Second - 1) / time.Second
		e.header.Set("Retry-After", strconv.FormatInt(int64(seconds), 10))
	}
	if e.status == http.StatusUnauthorized {
		e.header.Set("WWW-Authenticate", `Bearer realm="neuralrepo"`)
	}
	return e
}

// newError is how huma makes its errors: those it found itself, and those
// that handlers returned.
func newError(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
	if ctx == nil { // only to see the type
		return &Error{}
	}
	err := complaint(ctx.Operation(), status, msg, errs)
	noteFailure(ctx.Context(), err)
	e := asError(err)
	for name := range e.header {
		ctx.SetHeader(name, e.header.Get(name))
	}
	return e
}

// complaint returns the fault that huma's finding amounts to. Of several
// findings the first is told: one sentence is acted on, a list is not read.
func complaint(op *huma.Operation, status int, msg string, errs []error) error {
	if len(errs) == 0 {
		if status == http.StatusInternalServerError {
			return errors.New(msg)
		}
		if msg == "request body is required" {
			msg = "The request needs a JSON object as its body"
		}
		return fault.New(fault.KindOfStatus(status), "%s", msg)
	}
	var detail *huma.ErrorDetail
	if !errors.As(errs[0], &detail) {
		return errs[0]
	}
	text := detail.Message
	if better, ok := literals[text]; ok {
		text = better
	}
	if detail.Message == notInteger && isList(op, detail.Location) {
		text = "must be whole numbers with commas between them"
	}
	return &fault.Error{
		Kind:    fault.Invalid,
		Field:   fieldOf(detail.Location),
		Message: subject(detail.Location) + " " + text,
	}
}

// isList reports whether a location is a parameter that is a list.
func isList(op *huma.Operation, location string) bool {
	return slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool {
		return p.In+"."+p.Name == location && p.Schema.Type == huma.TypeArray
	})
}

// fieldOf returns the name of a field without where it was: "query.limit" is
// limit, "body.links[0].note" is links[0].note, "body" is nothing.
func fieldOf(location string) string {
	_, field, _ := strings.Cut(location, ".")
	if in, ok := strings.CutPrefix(location, "body["); ok {
		return "[" + in
	}
	return field
}

// subject is what a sentence about a location begins with.
func subject(location string) string {
	if field := fieldOf(location); field != "" {
		return field
	}
	return "The body"
}

// fail answers a request with a failure, from within huma.
func (r *router) fail(ctx huma.Context, err error) {
	huma.WriteErr(r.api, ctx, fault.KindOf(err).Status(), "", err)
}

// answerError answers a request with a failure, from outside of huma.
func answerError(w http.ResponseWriter, r *http.Request, err error) {
	noteFailure(r.Context(), err)
	e := asError(err)
	for name := range e.header {
		w.Header().Set(name, e.header.Get(name))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.status)
	_ = encode(w, e) // always nil
}

// noteFailure keeps the failure of a request for the log.
func noteFailure(ctx context.Context, err error) {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		v.failure = err
	}
}

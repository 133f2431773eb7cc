// Package fault says what kinds of failure there are, which HTTP status each
// becomes, and which words a person may read about it.
//
// An error made here has two texts: Message, one sentence that tells the
// person what to do and is safe to send, and the cause, which is for the
// operator's log and is never sent. Any error that was not made here is
// Internal: the person reads that something went wrong, the log has the rest.
package fault

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Kind is the sort of a failure.
type Kind int

// The kinds. Internal is the zero value, so that a forgotten kind is never
// mistaken for the fault of the person.
const (
	Internal        Kind = iota
	Invalid              // the request says something it must not say
	Unauthenticated      // no credentials, or ones that open nothing
	Forbidden            // the plan or the key's scopes do not allow it
	NotFound             // not there, or somebody else's
	NotAllowed           // the path is right, the method is not
	Conflict             // it contradicts what is stored
	Stale                // the If-Match version is not the stored one
	TooLarge             // the body is longer than any request may be
	Unsupported          // the body is of a media type nobody reads
	Limited              // too many requests for now
	Unavailable          // a part that the request needs does not answer
)

// statuses is the one table from kind to HTTP status.
var statuses = map[Kind]int{
	Internal:        http.StatusInternalServerError,
	Invalid:         http.StatusBadRequest,
	Unauthenticated: http.StatusUnauthorized,
	Forbidden:       http.StatusForbidden,
	NotFound:        http.StatusNotFound,
	NotAllowed:      http.StatusMethodNotAllowed,
	Conflict:        http.StatusConflict,
	Stale:           http.StatusPreconditionFailed,
	TooLarge:        http.StatusRequestEntityTooLarge,
	Unsupported:     http.StatusUnsupportedMediaType,
	Limited:         http.StatusTooManyRequests,
	Unavailable:     http.StatusServiceUnavailable,
}

// Status returns the HTTP status of the kind.
func (k Kind) Status() int { return statuses[k] }

// KindOfStatus returns the kind that a status stands for. Statuses of 4xx
// without a kind of their own are Invalid, all others Internal.
func KindOfStatus(status int) Kind {
	for k, s := range statuses {
		if s == status {
			return k
		}
	}
	if status >= 400 && status < 500 {
		return Invalid
	}
	return Internal
}

// Error is a failure of a known kind.
type Error struct {
	Kind       Kind
	Field      string        // the field or parameter at fault, "" if none
	Message    string        // one sentence for the person
	Cause      error         // for the log; may be nil
	RetryAfter time.Duration // for Limited and Unavailable: when to try again
}

// Error returns the text for the operator: the message and its cause.
func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New makes a failure with a message for the person. Arguments become part
// of that message, so they must not hold secrets or internals.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// OfField makes an Invalid failure that names the field at fault. The format
// goes on after the name: OfField("title", "must not be empty").
func OfField(field, format string, args ...any) *Error {
	return &Error{Kind: Invalid, Field: field, Message: field + " " + fmt.Sprintf(format, args...)}
}

// Wrap makes a failure whose cause is for the log alone.
func Wrap(kind Kind, cause error, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...), Cause: cause}
}

// KindOf returns the kind of err: that of the outermost Error in its chain,
// or Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is a failure of the kind.
func Is(err error, kind Kind) bool {
	return err != nil && KindOf(err) == kind
}

// Message returns the sentence a person may read about err.
func Message(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Kind != Internal {
		return e.Message
	}
	return "Something went wrong on the server. Try again; if it stays, the server's log says why."
}

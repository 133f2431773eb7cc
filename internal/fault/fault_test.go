package fault_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

func TestStatus(t *testing.T) {
	want := map[fault.Kind]int{
		fault.Internal:        500,
		fault.Invalid:         400,
		fault.Unauthenticated: 401,
		fault.Forbidden:       403,
		fault.NotFound:        404,
		fault.NotAllowed:      405,
		fault.Conflict:        409,
		fault.Stale:           412,
		fault.TooLarge:        413,
		fault.Unsupported:     415,
		fault.Limited:         429,
		fault.Unavailable:     503,
	}
	for k, status := range want {
		if got := k.Status(); got != status {
			t.Errorf("kind %d has status %d, want %d", k, got, status)
		}
		if got := fault.KindOfStatus(status); got != k {
			t.Errorf("status %d is kind %d, want %d", status, got, k)
		}
	}
	// The kinds are counted through: no one is without a status.
	for k := fault.Internal; k <= fault.Unavailable; k++ {
		if _, ok := want[k]; !ok || k.Status() == 0 {
			t.Errorf("kind %d has status %d", k, k.Status())
		}
	}
	for status, k := range map[int]fault.Kind{402: fault.Invalid, 418: fault.Invalid, 422: fault.Invalid, 499: fault.Invalid, 200: fault.Internal, 302: fault.Internal, 501: fault.Internal, 0: fault.Internal} {
		if got := fault.KindOfStatus(status); got != k {
			t.Errorf("status %d is kind %d, want %d", status, got, k)
		}
	}
}

func TestKindOf(t *testing.T) {
	missing := fault.New(fault.NotFound, "Idea not found")
	for _, tt := range []struct {
		name string
		err  error
		want fault.Kind
	}{
		{"made here", missing, fault.NotFound},
		{"wrapped", fmt.Errorf("merge 1 into 2: %w", missing), fault.NotFound},
		{"joined", errors.Join(io.EOF, missing), fault.NotFound},
		{"the outermost counts", fault.Wrap(fault.Conflict, missing, "Gone."), fault.Conflict},
		{"of a field", fault.OfField("title", "must not be empty"), fault.Invalid},
		{"made elsewhere", io.EOF, fault.Internal},
		{"cancelled", context.Canceled, fault.Internal},
	} {
		if got := fault.KindOf(tt.err); got != tt.want {
			t.Errorf("%s: kind %d, want %d", tt.name, got, tt.want)
		}
		if !fault.Is(tt.err, tt.want) {
			t.Errorf("%s: Is(%d) is false", tt.name, tt.want)
		}
		if fault.Is(tt.err, fault.Unsupported) {
			t.Errorf("%s: Is is true of another kind", tt.name)
		}
	}
	for k := fault.Internal; k <= fault.Unavailable; k++ {
		if fault.Is(nil, k) {
			t.Errorf("no error is of kind %d", k)
		}
	}
}

// The cause is for the log and never for the person.
func TestMessage(t *testing.T) {
	cause := errors.New("pq: connection refused to 10.0.0.7")
	for _, tt := range []struct {
		name string
		err  error
		want string // "" for the general text
	}{
		{"plain", fault.New(fault.Conflict, "A tag named %q is there already.", "go"), `A tag named "go" is there already.`},
		{"with a cause", fault.Wrap(fault.Unavailable, cause, "Search does not answer."), "Search does not answer."},
		{"below context", fmt.Errorf("list: %w", fault.Wrap(fault.Conflict, cause, "Taken.")), "Taken."},
		{"of a field", fault.OfField("limit", "must be from 1 to %d", 100), "limit must be from 1 to 100"},
		{"internal, made here", fault.Wrap(fault.Internal, cause, "secret plans"), ""},
		{"made elsewhere", cause, ""},
		{"the outermost is internal", fault.Wrap(fault.Internal, fault.New(fault.NotFound, "Idea not found"), "x"), ""},
	} {
		got := fault.Message(tt.err)
		if tt.want != "" && got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if tt.want == "" && !strings.HasPrefix(got, "Something went wrong on the server.") {
			t.Errorf("%s: %q, want the general text", tt.name, got)
		}
		if strings.Contains(got, "10.0.0.7") {
			t.Errorf("%s: the person reads the cause: %q", tt.name, got)
		}
	}
}

func TestErrorHasTheCause(t *testing.T) {
	cause := errors.New("disk full")
	err := fault.Wrap(fault.Unavailable, cause, "Nothing can be stored now.")
	if !errors.Is(err, cause) {
		t.Error("the cause is not in the chain")
	}
	if want := "Nothing can be stored now.: disk full"; err.Error() != want {
		t.Errorf("Error() = %q, want %q", err.Error(), want)
	}
	if got := fault.New(fault.NotFound, "Not here.").Error(); got != "Not here." {
		t.Errorf("without a cause Error() = %q", got)
	}
	if got := fault.OfField("title", "is odd").Field; got != "title" {
		t.Errorf("field is %q", got)
	}
}

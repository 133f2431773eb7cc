package underway_test

import (
	"context"
	"errors"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/underway"
)

func TestGroup(t *testing.T) {
	cause := errors.New("the end")
	g := underway.New(cause)
	_, done, err := g.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	done()
	ctx, end, err := g.Begin(t.Context())
	if err != nil || ctx.Err() != nil {
		t.Fatal(err, ctx.Err())
	}
	select {
	case <-g.Stopping():
		t.Error("it is stopping before it is closed")
	default:
	}

	late, cancel := context.WithCancel(t.Context())
	cancel()
	if g.Close(late) {
		t.Error("closed although something is under way")
	}
	<-g.Stopping()
	<-ctx.Done()
	if got := context.Cause(ctx); got != cause {
		t.Errorf("ended because of %v", got)
	}
	if _, _, err := g.Begin(t.Context()); err != cause {
		t.Errorf("begun after the end: %v", err)
	}
	end()
	if !g.Close(t.Context()) {
		t.Error("not closed although nothing is under way")
	}
}

package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// How a stream of events is kept.
const (
	pingEvery    = 15 * time.Second // so that proxies do not take it for dead
	recheckEvery = time.Minute      // whether the credentials still open it
	eventTime    = 10 * time.Second // in which a client must take an event
	maxStreams   = 64               // of one owner at a time
)

// Hello is the first event of a stream.
type Hello struct {
	Seq int64 `json:"seq" doc:"The owner's change counter. A client that knows a smaller one reads everything again."`
}

// streams counts the open streams of every owner.
type streams struct {
	mu   sync.Mutex
	open map[owner.ID]int
}

func newStreams() streams { return streams{open: map[owner.ID]int{}} }

// take counts one more stream, unless there are too many.
func (s *streams) take(who owner.ID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[who] >= maxStreams {
		f := fault.New(fault.Limited, "There are %d open event streams already: close one of them", maxStreams)
		f.RetryAfter = pingEvery
		return f
	}
	s.open[who]++
	return nil
}

func (s *streams) give(who owner.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[who]--; s.open[who] == 0 {
		delete(s.open, who)
	}
}

// streamEvents tells a client of changes as they happen. The stream ends when
// the client hangs up or is too slow, when its credentials no longer open
// anything, and when the server stops.
func (s *server) streamEvents(_ context.Context, who account.Caller, _ *none) (*huma.StreamResponse, error) {
	if err := s.streams.take(who.User.Owner); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer s.streams.give(who.User.Owner)
		req, w := humago.Unwrap(ctx)
		if err := s.stream(req, w, who.User.Owner); err != nil && !errors.Is(err, errHungUp) {
			noteFailure(req.Context(), err)
		}
	}}, nil
}

func (s *server) stream(req *http.Request, w http.ResponseWriter, who owner.ID) error {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	// Subscribed before the counter is read: a change in between is told
	// twice rather than not at all.
	sub := s.Hub.Subscribe(who)
	defer sub.Close()
	seq, err := s.ChangeSeq(ctx, who)
	if err != nil {
		answerError(w, req, err)
		return err
	}

	setStream(w.Header())
	out := eventWriter{w, http.NewResponseController(w)}
	// The connection may serve further requests, which have their own time.
	defer out.ctrl.SetWriteDeadline(time.Time{})
	if err := out.event("hello", seq, Hello{seq}); err != nil || req.Method == http.MethodHead {
		return err
	}

	changes := make(chan live.Change)
	go func() {
		defer close(changes)
		for {
			c, err := sub.Next(ctx)
			if err != nil {
				return
			}
			select {
			case changes <- c:
			case <-ctx.Done():
				return
			}
		}
	}()
	ping, recheck := time.NewTicker(pingEvery), time.NewTicker(recheckEvery)
	defer ping.Stop()
	defer recheck.Stop()
	for {
		select {
		case c, more := <-changes:
			if !more {
				return nil
			}
			err = out.event("change", c.Seq, c)
		case <-ping.C:
			err = out.comment("ping")
		case <-recheck.C:
			_, err = s.Accounts.Authenticate(ctx, s.credentials(req))
		}
		if err != nil {
			return err
		}
	}
}

// setStream sets the headers of a stream of events.
func setStream(h http.Header) {
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // for nginx
}

// errHungUp is why a stream ends whose client takes nothing more.
var errHungUp = errors.New("the client hung up or is too slow")

// eventWriter writes server-sent events, each of them out at once. Its errors
// are errHungUp.
type eventWriter struct {
	w    http.ResponseWriter
	ctrl *http.ResponseController
}

func (e eventWriter) event(name string, id int64, data any) error {
	b, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("encode an event: %w", err)
	}
	return e.send("event: %s\nid: %d\ndata: %s\n\n", name, id, b)
}

// bare is an event without an id.
func (e eventWriter) bare(name string, data any) error {
	b, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("encode an event: %w", err)
	}
	return e.send("event: %s\ndata: %s\n\n", name, b)
}

func (e eventWriter) comment(text string) error { return e.send(": %s\n\n", text) }

func (e eventWriter) send(format string, args ...any) error {
	if err := e.ctrl.SetWriteDeadline(time.Now().Add(eventTime)); err != nil {
		return fmt.Errorf("%w: %w", errHungUp, err)
	}
	_, err := fmt.Fprintf(e.w, format, args...)
	if err == nil {
		err = e.ctrl.Flush()
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errHungUp, err)
	}
	return nil
}

// eventStream documents the events, which are not JSON as a whole.
func eventStream(r *router) option {
	return func(op *huma.Operation) {
		op.Description = "The first event is `hello`, with the owner's change counter; then comes a `change` for every change, " +
			"several in one while the client is slow. The id of an event is the counter. A comment comes every 15 seconds."
		op.Responses["200"] = &huma.Response{
			Description: "Server-sent events; the data of each is one of these",
			Content: map[string]*huma.MediaType{
				"text/event-stream": {Schema: oneOf(schemaOf[Hello](r), schemaOf[live.Change](r))},
			},
		}
	}
}

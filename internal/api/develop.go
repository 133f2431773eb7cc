package api

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/spec"
)

type developIdea struct {
	ID   int64 `path:"id" minimum:"1"`
	Body *Development
}

// options returns what the rules take.
func (d *Development) options() spec.Options {
	if d == nil {
		return spec.Options{}
	}
	return spec.Options{
		Provider:     byok.Provider(d.Provider),
		Model:        d.Model,
		Instructions: d.Instructions,
		Regenerate:   d.Regenerate,
		Resume:       d.Resume,
	}
}

// developIdea has a specification written, and answers with the whole of it or
// with events while it is written.
func (s *server) developIdea(_ context.Context, who account.Caller, in *developIdea) (*huma.StreamResponse, error) {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		req, w := humago.Unwrap(ctx)
		person := personOf(req.Context(), who.User)
		if wantsEvents(req.Header) {
			s.developAsEvents(w, req, person, in)
			return
		}
		version, err := s.Specs.Write(req.Context(), person, in.ID, in.Body.options(), nil)
		if err != nil {
			answerError(w, req, withKept(err, version))
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = encode(w, wireSpec(version)) // always nil
	}}, nil
}

// wantsEvents reports whether a client asks for events.
func wantsEvents(h http.Header) bool {
	for _, list := range h.Values("Accept") {
		for entry := range strings.SplitSeq(list, ",") {
			media, params, err := mime.ParseMediaType(entry)
			if err != nil || media != "text/event-stream" {
				continue
			}
			q, err := strconv.ParseFloat(params["q"], 64)
			return err != nil || q > 0
		}
	}
	return false
}

// withKept adds to a failure that something was written and kept.
func withKept(err error, kept artifact.Artifact) error {
	var f *fault.Error
	if kept.Version == 0 || !errors.As(err, &f) {
		return err
	}
	more := *f
	more.Message = f.Message + " What had arrived is kept as version " + strconv.FormatInt(kept.Version, 10) + ", which can be resumed."
	return &more
}

// developAsEvents tells of a specification as it is written. A failure before
// the first event is answered as always.
func (s *server) developAsEvents(w http.ResponseWriter, req *http.Request, who byok.Person, in *developIdea) {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	out := &specEvents{out: eventWriter{w, http.NewResponseController(w)}}
	// The connection may serve further requests, which have their own time.
	defer out.out.ctrl.SetWriteDeadline(time.Time{})

	var pinging sync.WaitGroup
	pinging.Go(func() {
		tick := time.NewTicker(pingEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if err := out.ping(); err != nil {
					cancel() // nobody listens any more
					return
				}
			case <-ctx.Done():
				return
			}
		}
	})
	version, err := s.Specs.Write(ctx, who, in.ID, in.Body.options(), out)
	cancel()
	pinging.Wait()

	switch {
	case err == nil:
		_ = out.event("done", wireSpec(version)) // whoever is not there reads it later
	case !out.begun:
		answerError(w, req, err)
	default:
		if !errors.Is(err, errHungUp) {
			noteFailure(req.Context(), err)
		}
		_ = out.event("error", SpecFailed{Error: fault.Message(err), Version: orNone(version.Version)})
	}
}

// specEvents is a spec.Sink that writes events. It is silent until something
// was written, so that a failure can still be answered with its status; but
// not for longer than a proxy waits.
type specEvents struct {
	mu    sync.Mutex
	out   eventWriter
	begun bool
}

func (e *specEvents) Start(version int64, provider, model string) error {
	return e.event("start", SpecBegun{version, Provider(provider), model})
}

func (e *specEvents) Text(piece string) error { return e.event("text", SpecText{piece}) }

func (e *specEvents) event(name string, data any) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.begin()
	return e.out.bare(name, data)
}

func (e *specEvents) ping() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.begin()
	return e.out.comment("ping")
}

// begin sets the headers of a stream. They are sent with what comes next.
func (e *specEvents) begin() {
	if e.begun {
		return
	}
	e.begun = true
	setStream(e.out.w.Header())
}

// specStream documents the two ways in which a specification is answered.
func specStream(r *router) option {
	return func(op *huma.Operation) {
		op.Description = "The specification is written with the caller's own provider key and stored as a new version, which is the answer. " +
			"With `Accept: text/event-stream` it is told while it is written: the event `start` once, `text` for each piece, which is put behind what there was, and at last " +
			"`done` with the stored version or `error`. A comment comes every 15 seconds. Until the first event, a failure is an ordinary answer with its status. " +
			"Whatever ends the writing, also a client that hangs up, what had arrived is kept as a version that is not complete; with `resume` it is gone on with. " +
			"The same question within a day costs nothing and gives the same version again, unless `regenerate` is set."
		op.Responses["200"] = &huma.Response{
			Description: "The version, or server-sent events; the data of each is one of these",
			Content: map[string]*huma.MediaType{
				"application/json":  {Schema: schemaOf[Spec](r)},
				"text/event-stream": {Schema: oneOf(schemaOf[SpecBegun](r), schemaOf[SpecText](r), schemaOf[Spec](r), schemaOf[SpecFailed](r))},
			},
		}
	}
}

package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/neuralrepo/neuralrepo/internal/agent"
	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/conversation"
)

// streamed answers with the events of an answer while it is written; from is
// what the client has of it. The answer does not end with the client.
func streamed(reading *agent.Reading, from conversation.Message) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		req, w := humago.Unwrap(ctx)
		t := &teller{id: reading.Conversation(), seen: from}
		if err := t.stream(req.Context(), w, reading); err != nil && !errors.Is(err, errHungUp) && req.Context().Err() == nil {
			noteFailure(req.Context(), err)
		}
	}}
}

func (t *teller) stream(ctx context.Context, w http.ResponseWriter, reading *agent.Reading) error {
	setStream(w.Header())
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("X-Vercel-Ai-Ui-Message-Stream", "v1")
	out := eventWriter{w, http.NewResponseController(w)}
	// The connection may serve further requests, which have their own time.
	defer out.ctrl.SetWriteDeadline(time.Time{})
	for {
		patience, cancel := context.WithTimeout(ctx, pingEvery)
		m, over, err := reading.Next(patience)
		cancel()
		switch {
		case err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
			if err := out.comment("ping"); err != nil {
				return err
			}
			continue
		case err != nil:
			return err
		}
		for _, e := range t.tell(m, over) {
			b, err := json.Marshal(e)
			if err != nil {
				return err
			}
			if err := out.send("data: %s\n\n", b); err != nil {
				return err
			}
		}
		if over {
			return out.send("data: [DONE]\n\n")
		}
	}
}

// answerStream documents the events of an answer, and the cards in them.
func answerStream(r *router) option {
	return func(op *huma.Operation) {
		op.Description += "\n\nThe answer is the AI SDK's UI message stream, version 1: server-sent events, the data of each a JSON object, the last `[DONE]`. " +
			"A comment comes every 15 seconds. Until the first event, a failure is an ordinary answer with its status. " +
			"The answer is written to its end whether or not the client stays; it can be heard from its beginning at `/agent/conversations/{id}/stream`."
		cards := []*huma.Schema{
			schemaOf[artifact.IdeaGridData](r), schemaOf[artifact.IdeaCardData](r), schemaOf[artifact.MiniGraphData](r),
			schemaOf[artifact.MermaidData](r), schemaOf[artifact.BrainstormClusterData](r), schemaOf[artifact.ComparisonData](r),
			schemaOf[artifact.TagCloudData](r), schemaOf[artifact.SummaryData](r), schemaOf[artifact.InsightsData](r),
			schemaOf[artifact.ConnectionLineData](r), schemaOf[artifact.ScoreCardsData](r), schemaOf[artifact.DocumentData](r),
		}
		schemaOf[ArtifactCard](r)
		r.api.OpenAPI().Components.Schemas.Map()["ArtifactCard"].Properties["data"] = &huma.Schema{
			Description: "What it shows, in the shape that belongs to its type.", AnyOf: cards,
		}
		op.Responses["200"] = &huma.Response{
			Description: "Server-sent events; the data of each but the last is one of these. A data-artifact has an ArtifactCard, a data-notice an AgentNotice",
			Content: map[string]*huma.MediaType{
				"text/event-stream": {Schema: &huma.Schema{AnyOf: []*huma.Schema{
					schemaOf[AgentEvent](r), schemaOf[ArtifactCard](r), schemaOf[AgentNotice](r),
				}}},
			},
		}
	}
}

// nothingUnderWay documents that there may be no answer to hear.
func nothingUnderWay(op *huma.Operation) {
	op.Responses["204"] = &huma.Response{Description: "No answer is under way"}
}

// orConversation documents the answer while other approvals are open.
func orConversation(r *router) option {
	return func(op *huma.Operation) {
		op.Responses["200"].Content["application/json"] = &huma.MediaType{Schema: schemaOf[Conversation](r)}
	}
}

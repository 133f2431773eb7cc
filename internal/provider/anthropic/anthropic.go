// Package anthropic speaks Anthropic's Messages API as an llm.Model, with the
// provider's own SDK for the wire.
package anthropic

import (
	"context"
	"errors"
	"iter"
	"net/http"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// Model asks Claude models. It implements llm.Model.
type Model struct {
	exchange *llm.Exchange
	messages sdk.MessageService
}

// New makes a Model that sends its requests with client, below baseURL:
// "https://api.anthropic.com" or whatever stands in for it. The client's
// transport puts in the key, retries, and bounds the time to the first byte.
//
// Nothing is read from the environment.
func New(client *http.Client, baseURL string) *Model {
	x := &llm.Exchange{Client: client, Provider: llm.Anthropic, Explain: Explain}
	return &Model{
		exchange: x,
		// The service, unlike the SDK's client, takes no settings from
		// environment variables.
		messages: sdk.NewMessageService(
			option.WithBaseURL(baseURL),
			option.WithAPIKey(llm.Placeholder),
			option.WithHTTPClient(x),
			option.WithMaxRetries(0),
			option.WithoutOpenTelemetry(),
		),
	}
}

// Stream implements llm.Model.
func (m *Model) Stream(ctx context.Context, r llm.Request) iter.Seq2[llm.Part, error] {
	return func(yield func(llm.Part, error) bool) {
		fail := func(err error) {
			if e, ok := errors.AsType[*llm.Error](err); ok && e.Model == "" {
				e.Model = r.Model
			}
			yield(nil, err)
		}
		params, err := params(r)
		if err != nil {
			fail(&llm.Error{Kind: llm.BadRequest, Provider: llm.Anthropic, Cause: err})
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		stream := m.messages.NewStreaming(ctx, params)
		defer stream.Close()

		a := answer{structured: r.Schema != nil, stop: llm.Stop{Model: r.Model}}
		for stream.Next() {
			for _, p := range a.parts(stream.Current()) {
				if !yield(p, nil) {
					return
				}
			}
		}
		err = a.failure(m.exchange, stream.Err())
		if a.metered() && !yield(a.usage(), nil) {
			return
		}
		if err != nil {
			fail(err)
			return
		}
		yield(a.stop, nil)
	}
}

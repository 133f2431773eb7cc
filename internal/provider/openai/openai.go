// Package openai speaks the chat completions API as an llm.Model, with
// OpenAI's SDK for the wire: to OpenAI, to OpenRouter, to Workers AI, and to
// any server that is compatible with it, such as Ollama, llama.cpp or vLLM.
// Every such server has this API; few have OpenAI's newer one.
package openai

import (
	"context"
	"errors"
	"iter"
	"net/http"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// Model asks the models of one provider. It implements llm.Model.
type Model struct {
	provider    string
	exchange    *llm.Exchange
	completions sdk.ChatCompletionService
}

// New makes a Model for provider that sends its requests with client, below
// baseURL: "https://api.openai.com/v1", "https://openrouter.ai/api/v1",
// "http://localhost:11434/v1". The client's transport puts in the key, retries,
// and bounds the time to the first byte.
//
// Nothing is read from the environment.
func New(client *http.Client, baseURL, provider string) *Model {
	x := &llm.Exchange{Client: client, Provider: provider,
		Explain: func(status int, h http.Header, body []byte) *llm.Error {
			return Explain(provider, status, h, body)
		}}
	return &Model{
		provider: provider,
		exchange: x,
		// The service, unlike the SDK's client, takes no settings from
		// environment variables.
		completions: sdk.NewChatCompletionService(
			option.WithBaseURL(baseURL),
			option.WithAPIKey(llm.Placeholder),
			option.WithHTTPClient(x),
			option.WithMaxRetries(0),
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
		params, err := params(m.provider, r)
		if err != nil {
			fail(&llm.Error{Kind: llm.BadRequest, Provider: m.provider, Cause: err})
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		stream := m.completions.NewStreaming(ctx, params)
		defer stream.Close()

		a := answer{provider: m.provider, stop: llm.Stop{Model: r.Model}}
		for stream.Next() {
			for _, p := range a.parts(stream.Current()) {
				if !yield(p, nil) {
					return
				}
			}
		}
		err = a.failure(m.exchange, stream.Err())
		if err == nil {
			for _, c := range a.finished() {
				if !yield(c, nil) {
					return
				}
			}
		}
		if a.usage != "" && !yield(ParseUsage(a.usage), nil) {
			return
		}
		if err != nil {
			fail(err)
			return
		}
		yield(a.stop, nil)
	}
}

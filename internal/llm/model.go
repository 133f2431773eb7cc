// Package llm is the port to language models: what is asked of one, the parts
// in which it answers, how it fails, what it costs, and which models there
// are. It knows no provider's wire; package provider has an adapter for each.
//
// An answer is a stream. Whoever wants it in one piece collects it:
//
//	answer, err := llm.Collect(model.Stream(ctx, request))
package llm

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
)

// The providers, by the names that paths, settings and tables use.
const (
	Anthropic  = "anthropic"
	OpenAI     = "openai"
	OpenRouter = "openrouter"
	WorkersAI  = "workers-ai"
)

// Title returns the name of a provider as people write it.
func Title(provider string) string {
	switch provider {
	case Anthropic:
		return "Anthropic"
	case OpenAI:
		return "OpenAI"
	case OpenRouter:
		return "OpenRouter"
	case WorkersAI:
		return "Workers AI"
	}
	return provider
}

// Placeholder is what an adapter sends where a provider key belongs. The
// gateway puts the real key in its place at the last moment, so no adapter and
// no SDK ever holds one.
const Placeholder = "the-gateway-puts-the-key-here"

// Model answers requests. Adapters are in package provider, fakes in llmtest.
// A Model is safe for use by many goroutines.
type Model interface {
	// Stream asks for one answer and yields its parts as they arrive.
	//
	// A good answer ends with exactly one Usage and one Stop, in this order. A
	// failed one ends with an error: an *Error, or the transport's own fault
	// (the gateway refuses a request over a limit, for example). What came
	// before the error stands, and a Usage may come right before it. Nothing
	// follows an error.
	//
	// The request is sent when the sequence is ranged over, once for each
	// time. Leaving the loop, or ending ctx, cancels the request upstream.
	Stream(ctx context.Context, r Request) iter.Seq2[Part, error]
}

// DefaultMaxTokens bounds an answer whose request does not.
const DefaultMaxTokens = 4096

// Request is one question to a model, with all its settings.
type Request struct {
	// Model is the model's id on the provider's wire.
	Model string
	// System is the system prompt; may be empty.
	System string
	// Messages are the conversation so far, the person's turn last.
	Messages []Message
	// Tools are what the model may call.
	Tools []Tool
	// Choice says whether it may, must or must not call one.
	Choice Choice
	// Schema, if set, makes the answer's text a JSON value of this shape. It
	// cannot be combined with Tools.
	Schema *Schema
	// MaxTokens bounds the answer, reasoning included. 0 is DefaultMaxTokens.
	MaxTokens int
	// Temperature is left to the model if nil. Recent models take no other, so
	// set it only where the model is known.
	Temperature *float64
	// Cache says how much of the request is worth caching at the provider.
	// Those that cache by themselves ignore it.
	Cache Cache
}

// Limit returns the number of tokens that the answer may have.
func (r Request) Limit() int {
	if r.MaxTokens > 0 {
		return r.MaxTokens
	}
	return DefaultMaxTokens
}

// Validate tells a request that no provider can take from one that some can.
func (r Request) Validate() error {
	switch {
	case r.Model == "":
		return errors.New("llm: request without a model")
	case len(r.Messages) == 0:
		return errors.New("llm: request without messages")
	case r.MaxTokens < 0:
		return errors.New("llm: negative MaxTokens")
	case r.Schema != nil && len(r.Tools) > 0:
		return errors.New("llm: request with both a schema and tools")
	case r.Choice == MustCall && len(r.Tools) == 0:
		return errors.New("llm: request must call a tool and has none")
	}
	return nil
}

// Role is whose turn a message is.
type Role string

// The roles. Results of tools are part of the person's turn; the system
// prompt is a field of the request.
const (
	User      Role = "user"
	Assistant Role = "assistant"
)

// Message is one turn of a conversation. A person's turn has Results, then
// Text; a model's has Reasoning, Text, Calls.
type Message struct {
	Role      Role         `json:"role"`
	Text      string       `json:"text,omitempty"`
	Reasoning []Reasoning  `json:"reasoning,omitempty"`
	Calls     []ToolCall   `json:"calls,omitempty"`
	Results   []ToolResult `json:"results,omitempty"`
}

// ToolResult is what came of a ToolCall.
type ToolResult struct {
	ID     string `json:"id"` // that of the call
	Text   string `json:"text"`
	Failed bool   `json:"failed,omitempty"`
}

// Tool is something a model may call.
type Tool struct {
	Name        string // letters, digits, "_" and "-"; at most 64
	Description string
	Input       json.RawMessage // the JSON schema of an object
}

// Choice says what a model may do with its tools.
type Choice int

// The choices.
const (
	MayCall  Choice = iota // the model decides
	MustCall               // at least one call
	NoCall                 // tools are there to read old calls by, not to call
)

// Schema is the shape of a structured answer.
type Schema struct {
	Name string // letters, digits, "_" and "-"; at most 64
	// JSON is the schema of an object. To pass everywhere, each object in it
	// requires all its properties and sets additionalProperties to false.
	JSON json.RawMessage
}

// Cache says which beginning of a request will be sent again soon.
type Cache int

// What is worth caching.
const (
	CacheNothing      Cache = iota
	CachePrompt             // tools and system prompt
	CacheConversation       // all of it
)

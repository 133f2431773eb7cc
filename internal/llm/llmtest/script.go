// Package llmtest has models that need no provider: scripted and echoing ones
// for tests of whatever asks a model, and Run, the suite that every adapter
// passes.
package llmtest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// Turn is one answer of a Script.
type Turn struct {
	Parts []llm.Part
	Err   error // after the parts, if set
	// Hang makes the answer stop after its parts until the request's context
	// ends.
	Hang bool
}

// Say makes an answer of a text, in pieces of a word. A word counts as a
// token, and the request as one.
func Say(text string) Turn {
	var t Turn
	words := strings.SplitAfter(text, " ")
	for _, w := range words {
		t.Parts = append(t.Parts, llm.Text(w))
	}
	t.Parts = append(t.Parts, llm.Usage{Input: 1, Output: int64(len(words))}, llm.Stop{Reason: llm.StopEnd})
	return t
}

// Call makes an answer that calls a tool with a JSON object as its input.
func Call(id, name, input string) Turn { return Calls(llm.NewToolCall(id, name, input)) }

// Calls makes an answer that calls tools.
func Calls(calls ...llm.ToolCall) Turn {
	var t Turn
	for i, c := range calls {
		t.Parts = append(t.Parts, llm.ToolDelta{Index: i, ID: c.ID, Name: c.Name}, llm.ToolDelta{Index: i, JSON: string(c.Input)})
	}
	for _, c := range calls {
		t.Parts = append(t.Parts, c)
	}
	t.Parts = append(t.Parts, llm.Usage{Input: 1, Output: int64(len(calls))}, llm.Stop{Reason: llm.StopTools})
	return t
}

// Fail makes an answer that fails after a piece of text, which may be empty.
func Fail(text string, err error) Turn {
	var t Turn
	if text != "" {
		t.Parts = append(t.Parts, llm.Text(text))
	}
	t.Err = err
	return t
}

// Hang makes an answer that stops after a piece of text.
func Hang(text string) Turn { return Turn{Parts: []llm.Part{llm.Text(text)}, Hang: true} }

// Script is a model that gives the answers it was told, in turn, and keeps
// the requests. Asked once more, it fails.
type Script struct {
	mu       sync.Mutex
	turns    []Turn
	requests []llm.Request
}

// NewScript makes a model with these answers.
func NewScript(turns ...Turn) *Script { return &Script{turns: turns} }

// Requests returns what the model was asked so far.
func (s *Script) Requests() []llm.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Stream implements llm.Model.
func (s *Script) Stream(ctx context.Context, r llm.Request) iter.Seq2[llm.Part, error] {
	return func(yield func(llm.Part, error) bool) {
		turn := s.next(r)
		for _, p := range turn.Parts {
			if ctx.Err() != nil {
				yield(nil, cancelled(ctx))
				return
			}
			if stop, ok := p.(llm.Stop); ok && stop.Model == "" {
				stop.Model = r.Model
				p = stop
			}
			if !yield(p, nil) {
				return
			}
		}
		if turn.Hang {
			<-ctx.Done()
			turn.Err = cancelled(ctx)
		}
		if turn.Err != nil {
			yield(nil, turn.Err)
		}
	}
}

func (s *Script) next(r llm.Request) Turn {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r)
	if err := r.Validate(); err != nil {
		return Turn{Err: &llm.Error{Kind: llm.BadRequest, Provider: "script", Cause: err}}
	}
	if len(s.requests) > len(s.turns) {
		return Turn{Err: fmt.Errorf("llmtest: the script has %d answers, and was asked for one more", len(s.turns))}
	}
	return s.turns[len(s.requests)-1]
}

func cancelled(ctx context.Context) error {
	return &llm.Error{Kind: llm.Cancelled, Provider: "script", Cause: context.Cause(ctx)}
}

// Echo is a model that answers with the text of the last message.
type Echo struct{}

// Stream implements llm.Model.
func (Echo) Stream(ctx context.Context, r llm.Request) iter.Seq2[llm.Part, error] {
	var text string
	if n := len(r.Messages); n > 0 {
		text = r.Messages[n-1].Text
	}
	return NewScript(Say(text)).Stream(ctx, r)
}

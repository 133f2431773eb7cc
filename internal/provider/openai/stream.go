package openai

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/respjson"
	"github.com/openai/openai-go/v3/packages/ssestream"
)

// answer makes parts of the stream's chunks.
type answer struct {
	provider string
	calls    []*call
	usage    string   // as JSON; "" until the provider says it
	stop     llm.Stop // its reason is empty until the answer has one
	refused  bool
	failed   bool // the provider ended the answer with its own error
}

// call is a call being formed. Several can be, side by side.
type call struct {
	index    int64 // on the wire
	id, name string
	input    strings.Builder
}

// parts returns what a chunk adds to the answer.
func (a *answer) parts(c sdk.ChatCompletionChunk) []llm.Part {
	if c.Model != "" {
		a.stop.Model = c.Model
	}
	// Some servers send a running total with every chunk: the last one counts.
	if c.JSON.Usage.Valid() {
		a.usage = c.Usage.RawJSON()
	}
	var all []llm.Part
	for _, choice := range c.Choices {
		d := choice.Delta
		if t := reasoning(d.JSON.ExtraFields); t != "" {
			all = append(all, llm.Reasoning{Text: t})
		}
		if d.Content != "" {
			all = append(all, llm.Text(d.Content))
		}
		if d.Refusal != "" {
			a.refused = true
			all = append(all, llm.Text(d.Refusal))
		}
		for _, t := range d.ToolCalls {
			all = append(all, a.form(t))
		}
		a.reason(choice.FinishReason)
	}
	return all
}

// reasoning returns what a compatible server says that the model thought.
// OpenAI itself does not say it, so it is no field of the SDK's.
func reasoning(extra map[string]respjson.Field) string {
	for _, name := range []string{"reasoning_content", "reasoning"} {
		var text string
		if f, ok := extra[name]; ok && json.Unmarshal([]byte(f.Raw()), &text) == nil && text != "" {
			return text
		}
	}
	return ""
}

// form adds to a call. The first piece of a call has its id and name; the
// index tells calls apart, except where a server says 0 for each.
func (a *answer) form(t sdk.ChatCompletionChunkChoiceDeltaToolCall) llm.Part {
	at := -1
	for i, c := range a.calls {
		if c.index == t.Index && (t.ID == "" || t.ID == c.id) {
			at = i
		}
	}
	// Workers AI has been seen to send an object in place of its text; the SDK
	// makes a text of it.
	delta := llm.ToolDelta{JSON: t.Function.Arguments}
	if at < 0 {
		at = len(a.calls)
		id := t.ID
		if id == "" {
			// Nine letters and digits: Mistral's models take no other form.
			id = rand.Text()[:9]
		}
		a.calls = append(a.calls, &call{index: t.Index, id: id, name: t.Function.Name})
		delta.ID, delta.Name = id, t.Function.Name
	}
	delta.Index = at
	a.calls[at].input.WriteString(t.Function.Arguments)
	return delta
}

func (a *answer) reason(r string) {
	switch r {
	case "":
	case "stop":
		a.stop.Reason = llm.StopEnd
	case "length":
		a.stop.Reason = llm.StopLength
	case "tool_calls":
		a.stop.Reason = llm.StopTools
	case "content_filter":
		a.refused = true
	case "error": // OpenRouter's, and the error itself follows or is lost
		a.failed = true
	default:
		a.stop.Reason = llm.StopOther
	}
	if a.stop.Reason == llm.StopEnd && len(a.calls) > 0 {
		a.stop.Reason = llm.StopTools // several servers say "stop" after calls
	}
}

// finished returns the calls, which are known to be whole once the answer is.
func (a *answer) finished() []llm.ToolCall {
	var all []llm.ToolCall
	for _, c := range a.calls {
		all = append(all, llm.NewToolCall(c.id, c.name, c.input.String()))
	}
	return all
}

// failure returns what went wrong with an answer whose stream ended with err.
func (a *answer) failure(x *llm.Exchange, err error) error {
	if said, ok := errors.AsType[*ssestream.StreamError](err); ok {
		return Explain(a.provider, 0, nil, said.Event.Data)
	}
	switch {
	case err != nil:
		return x.Failure(err)
	case a.refused:
		return &llm.Error{Kind: llm.Refused, Provider: a.provider, Code: "content_filter"}
	case a.failed:
		return &llm.Error{Kind: llm.Overloaded, Provider: a.provider, Code: "error"}
	case a.stop.Reason == "":
		return x.Cut()
	}
	return nil
}

package anthropic

import (
	"errors"
	"strings"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// answer makes parts of the stream's events.
type answer struct {
	structured bool // the only call is the answer: its input is the text
	calls      int  // begun so far
	call       *call
	usages     []string // as JSON, in order of arrival
	stop       llm.Stop // its reason is empty until the answer has one
	refused    bool
	done       bool
}

// call is the call being formed. Blocks come one after the other, so there is
// never more than one.
type call struct {
	index    int
	id, name string
	input    strings.Builder
}

// parts returns what an event adds to the answer. Events and blocks of kinds
// that this program does not know add nothing.
func (a *answer) parts(e sdk.MessageStreamEventUnion) []llm.Part {
	switch e.Type {
	case "message_start":
		a.usages = append(a.usages, e.Message.Usage.RawJSON())
		if e.Message.Model != "" {
			a.stop.Model = string(e.Message.Model)
		}
	case "content_block_start":
		return a.begin(e)
	case "content_block_delta":
		return a.add(e)
	case "content_block_stop":
		return a.end()
	case "message_delta":
		a.usages = append(a.usages, e.Usage.RawJSON())
		a.reason(e.Delta.StopReason)
	case "message_stop":
		a.done = true
	}
	return nil
}

func (a *answer) begin(e sdk.MessageStreamEventUnion) []llm.Part {
	b := e.ContentBlock
	switch b.Type {
	case "text":
		if b.Text != "" && !a.structured {
			return []llm.Part{llm.Text(b.Text)}
		}
	case "thinking":
		if b.Thinking != "" {
			return []llm.Part{llm.Reasoning{Text: b.Thinking}}
		}
	case "redacted_thinking":
		return []llm.Part{llm.Reasoning{Sealed: b.Data}}
	case "tool_use":
		a.call = &call{index: a.calls, id: b.ID, name: b.Name}
		a.calls++
		if !a.structured {
			return []llm.Part{llm.ToolDelta{Index: a.call.index, ID: b.ID, Name: b.Name}}
		}
	}
	return nil
}

func (a *answer) add(e sdk.MessageStreamEventUnion) []llm.Part {
	d := e.Delta
	switch d.Type {
	case "text_delta":
		if d.Text != "" && !a.structured {
			return []llm.Part{llm.Text(d.Text)}
		}
	case "thinking_delta":
		if d.Thinking != "" {
			return []llm.Part{llm.Reasoning{Text: d.Thinking}}
		}
	case "signature_delta":
		return []llm.Part{llm.Reasoning{Signature: d.Signature}}
	case "input_json_delta":
		if a.call == nil || d.PartialJSON == "" {
			return nil
		}
		if a.structured {
			return []llm.Part{llm.Text(d.PartialJSON)}
		}
		a.call.input.WriteString(d.PartialJSON)
		return []llm.Part{llm.ToolDelta{Index: a.call.index, JSON: d.PartialJSON}}
	}
	return nil
}

func (a *answer) end() []llm.Part {
	c := a.call
	a.call = nil
	if c == nil || a.structured {
		return nil
	}
	return []llm.Part{llm.NewToolCall(c.id, c.name, c.input.String())}
}

func (a *answer) reason(r sdk.StopReason) {
	switch r {
	case "":
	case sdk.StopReasonEndTurn, sdk.StopReasonStopSequence:
		a.stop.Reason = llm.StopEnd
	case sdk.StopReasonMaxTokens, sdk.StopReasonModelContextWindowExceeded:
		a.stop.Reason = llm.StopLength
	case sdk.StopReasonToolUse:
		a.stop.Reason = llm.StopTools
		if a.structured {
			a.stop.Reason = llm.StopEnd
		}
	case sdk.StopReasonRefusal:
		a.refused = true
	default:
		a.stop.Reason = llm.StopOther
	}
}

// failure returns what went wrong with an answer whose stream ended with err.
func (a *answer) failure(x *llm.Exchange, err error) error {
	switch {
	case a.refused:
		return &llm.Error{Kind: llm.Refused, Provider: llm.Anthropic, Code: "refusal"}
	case a.done && a.stop.Reason != "":
		return nil // what happens to the connection afterwards does not matter
	case err == nil:
		return x.Cut()
	}
	if said, ok := errors.AsType[*sdk.Error](err); ok {
		// An error event in the stream; those instead of it never get here.
		return Explain(0, said.Response.Header, []byte(said.RawJSON()))
	}
	return x.Failure(err)
}

func (a *answer) metered() bool { return len(a.usages) > 0 }

func (a *answer) usage() llm.Usage { return ParseUsage(a.usages...) }

package llm

import (
	"bytes"
	"encoding/json"
)

// Part is a piece of an answer: Text, Reasoning, ToolDelta, ToolCall, Usage or
// Stop.
type Part interface{ part() }

func (Text) part()      {}
func (Reasoning) part() {}
func (ToolDelta) part() {}
func (ToolCall) part()  {}
func (Usage) part()     {}
func (Stop) part()      {}

// Text is the next piece of the answer's text.
type Text string

// Reasoning is the next piece of what the model thought before it answered.
// Text arrives in pieces; a Signature or Sealed ends a block of it. Blocks
// that have one go back to the provider unchanged in the next request.
type Reasoning struct {
	Text      string `json:"text,omitempty"`
	Signature string `json:"signature,omitempty"` // the provider's seal under Text
	Sealed    string `json:"sealed,omitempty"`    // a block that only the provider can read
}

// ToolDelta is a call being formed: for a page that wants to show it early.
// The first of a call has its ID and Name.
type ToolDelta struct {
	Index int // 0 for the first call of the answer
	ID    string
	Name  string
	JSON  string // the next piece of the input
}

// ToolCall is a finished call.
type ToolCall struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Input is always a JSON object.
	Input json.RawMessage `json:"input"`
	// Broken is what the model wrote where that was not a JSON object; Input
	// is then {}. Tell the model so, and do not run the tool.
	Broken string `json:"broken,omitempty"`
}

// NewToolCall makes a call of what a model wrote as its input, which may be
// nothing, or nonsense.
func NewToolCall(id, name, input string) ToolCall {
	c := ToolCall{ID: id, Name: name, Input: json.RawMessage("{}")}
	b := bytes.TrimSpace([]byte(input))
	switch {
	case len(b) == 0:
	case b[0] == '{' && json.Valid(b):
		c.Input = b
	default:
		c.Broken = input
	}
	return c
}

// Usage is the number of tokens that an answer took. What the provider did
// not say is 0.
type Usage struct {
	Input        int64 `json:"input"`          // read anew: from no cache, to no cache
	CacheRead    int64 `json:"cache_read"`     // read from the provider's cache
	CacheWrite   int64 `json:"cache_write"`    // read and cached for minutes
	CacheWrite1h int64 `json:"cache_write_1h"` // read and cached for an hour
	Output       int64 `json:"output"`         // written, reasoning included
	Reasoning    int64 `json:"reasoning"`      // those of Output that were reasoning
	// Billed is what the provider says that it charged, nil if it says
	// nothing. OpenRouter says it.
	Billed *Cost `json:"billed,omitempty"`
}

// TotalInput returns all tokens that the model read, cached or not.
func (u Usage) TotalInput() int64 { return u.Input + u.CacheRead + u.CacheWrite + u.CacheWrite1h }

// maxTokens is more than any request has. A count above it is a provider's
// mistake, and within it no cost overflows.
const maxTokens = 1_000_000_000

// Sane returns u with every count between 0 and a thousand million: a
// provider's mistake must not become a refund or an overflow.
func (u Usage) Sane() Usage {
	for _, n := range []*int64{&u.Input, &u.CacheRead, &u.CacheWrite, &u.CacheWrite1h, &u.Output, &u.Reasoning} {
		*n = min(max(*n, 0), maxTokens)
	}
	return u
}

// Stop says why the answer ended, and which model gave it.
type Stop struct {
	Reason StopReason
	Model  string // as the provider names it; "" if it does not
}

// StopReason is why an answer ended. One that the provider's policy ended is
// a Refused error instead.
type StopReason string

// The reasons.
const (
	StopEnd    StopReason = "end"    // the model was done
	StopLength StopReason = "length" // MaxTokens, or the model's window, was full
	StopTools  StopReason = "tools"  // it waits for the results of its calls
	StopOther  StopReason = "other"  // a reason that this program does not know
)

package api

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/conversation"
)

// teller tells of an answer by the events of the AI SDK's UI message stream.
// It looks at the answer now and then and says what is new since: a client
// that is slow hears more at a time, and nothing has to wait for it.
type teller struct {
	id    string // of the conversation
	seen  conversation.Message
	begun bool
	step  bool // one is open
}

// tell returns the events that lead from what was told to what there is.
func (t *teller) tell(m conversation.Message, over bool) []AgentEvent {
	var all []AgentEvent
	say := func(e AgentEvent) { all = append(all, e) }
	if !t.begun {
		t.begun = true
		created := Time(m.CreatedAt)
		say(AgentEvent{Type: "start", MessageID: m.ID, MessageMetadata: &AgentMetadata{
			ConversationID: t.id, CreatedAt: &created, Model: m.Model, Provider: m.Provider,
		}})
	} else if m.Usage != t.seen.Usage || m.Context != t.seen.Context || m.Model != t.seen.Model {
		say(AgentEvent{Type: "message-metadata", MessageMetadata: &AgentMetadata{
			Model: m.Model, Provider: m.Provider,
			Usage: wireAgentUsage(m.Usage), Context: &AgentContext{m.Context.Used, m.Context.Room},
		}})
	}
	for i, p := range m.Parts {
		var before conversation.Part
		if i < len(t.seen.Parts) && t.seen.Parts[i].Kind == p.Kind {
			before = t.seen.Parts[i]
		}
		t.part(i, before, p, say)
	}
	t.seen = m
	if over {
		t.end(m, say)
	}
	return all
}

// part tells what is new of a part.
func (t *teller) part(i int, before, p conversation.Part, say func(AgentEvent)) {
	switch p.Kind {
	case conversation.Step:
		if before.Kind == "" {
			t.endStep(say)
			t.step = true
			say(AgentEvent{Type: "start-step"})
		}
	case conversation.Text, conversation.Reasoning:
		id := fmt.Sprintf("%s-%d", p.Kind, i)
		if before.Kind == "" {
			say(AgentEvent{Type: string(p.Kind) + "-start", ID: id})
		}
		if more, ok := strings.CutPrefix(p.Text, before.Text); ok && more != "" {
			say(AgentEvent{Type: string(p.Kind) + "-delta", ID: id, Delta: more})
		}
		if p.Over && !before.Over {
			say(AgentEvent{Type: string(p.Kind) + "-end", ID: id})
		}
	case conversation.Tool:
		tellCall(before.Call, p.Call, say)
	case conversation.Card:
		if before.Kind == "" {
			say(AgentEvent{Type: "data-artifact", ID: p.Card.ID, Data: ArtifactCard(*p.Card)})
		}
	case conversation.Told:
		if before.Kind == "" {
			say(AgentEvent{Type: "data-notice", ID: p.Notice.ID, Data: wireNotice(p.Notice)})
		}
	}
}

// tellCall tells what is new of a call.
func tellCall(before, c *conversation.Call, say func(AgentEvent)) {
	if before == nil {
		say(AgentEvent{Type: "tool-input-start", ToolCallID: c.ID, ToolName: c.Tool, Title: c.Title})
		before = &conversation.Call{State: conversation.Forming}
	}
	if c.State == conversation.Forming {
		if more, ok := strings.CutPrefix(c.Raw, before.Raw); ok && more != "" {
			say(AgentEvent{Type: "tool-input-delta", ToolCallID: c.ID, InputTextDelta: more})
		}
		return
	}
	if c.State == before.State {
		return
	}
	if before.State == conversation.Forming {
		input := c.Input
		if len(input) == 0 {
			input = json.RawMessage("{}")
		}
		say(AgentEvent{Type: "tool-input-available", ToolCallID: c.ID, ToolName: c.Tool, Title: c.Title, Input: input})
	}
	if c.Approval != "" && before.Approval == "" {
		say(AgentEvent{Type: "tool-approval-request", ToolCallID: c.ID, ApprovalID: c.Approval})
	}
	switch c.State {
	case conversation.Answered:
		say(AgentEvent{Type: "tool-output-available", ToolCallID: c.ID, Output: output(c)})
	case conversation.Broken:
		say(AgentEvent{Type: "tool-output-error", ToolCallID: c.ID, ErrorText: c.Error})
	case conversation.Forbidden:
		say(AgentEvent{Type: "tool-output-denied", ToolCallID: c.ID})
	}
}

func (t *teller) endStep(say func(AgentEvent)) {
	if t.step {
		say(AgentEvent{Type: "finish-step"})
	}
	t.step = false
}

// end tells how the answer ended.
func (t *teller) end(m conversation.Message, say func(AgentEvent)) {
	t.endStep(say)
	switch m.State {
	case conversation.Failed:
		say(AgentEvent{Type: "error", ErrorText: m.Error})
	case conversation.Stopped:
		say(AgentEvent{Type: "abort"})
	}
	say(AgentEvent{Type: "finish", MessageMetadata: metadata(t.id, m)})
}

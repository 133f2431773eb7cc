package api

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/conversation"
)

// ChatRequest is a message to the agent. It has two forms: that of this API,
// with message and conversation_id, and that which the AI SDK's
// DefaultChatTransport sends, with id, messages, trigger and messageId. Of the
// messages, only the last is read: what was said before is stored here.
type ChatRequest struct {
	ConversationID string        `json:"conversation_id,omitempty" maxLength:"64" doc:"Made by the client; a new one if not given." example:"c_01"`
	Message        string        `json:"message,omitempty" doc:"What the person says." example:"Which ideas are about bees?"`
	Model          string        `json:"model,omitempty" maxLength:"128" doc:"The id of a model; the conversation's own, or the default, if not given." example:"sonnet"`
	Mode           ChatMode      `json:"mode,omitempty"`
	IdeaID         int64         `json:"idea_id,omitempty" minimum:"0" doc:"The idea that the conversation is about."`
	ID             string        `json:"id,omitempty" maxLength:"64" doc:"The conversation, in the AI SDK's form."`
	Messages       []ChatMessage `json:"messages,omitempty" doc:"In the AI SDK's form; only the last is read."`
	Trigger        string        `json:"trigger,omitempty" doc:"submit-message, which is also what nothing means, or regenerate-message."`
	MessageID      string        `json:"messageId,omitempty" maxLength:"64" doc:"The answer that is written again, or the message that is replaced with all that followed it."`
}

// ChatMessage is a message in the AI SDK's form.
type ChatMessage struct {
	ID    string     `json:"id,omitempty"`
	Role  string     `json:"role"`
	Parts []ChatPart `json:"parts,omitempty"`
}

// ChatPart is a part of a message that a client sends.
type ChatPart struct {
	Type     string        `json:"type"`
	Text     string        `json:"text,omitempty"`
	State    string        `json:"state,omitempty"`
	Approval *ChatApproval `json:"approval,omitempty"`
}

// ChatApproval is whether the person allows a call.
type ChatApproval struct {
	ID       string `json:"id"`
	Approved *bool  `json:"approved,omitempty"`
}

// ChatMode is where a conversation is held.
type ChatMode string

// Schema lists the modes.
func (ChatMode) Schema(r huma.Registry) *huma.Schema {
	return enum(r, "ChatMode", []conversation.Mode{conversation.Canvas, conversation.Map})
}

// ApprovalAnswer is what the person says about a call that waits for them.
type ApprovalAnswer struct {
	Approved bool   `json:"approved"`
	Remember string `json:"remember,omitempty" enum:",conversation" doc:"conversation lets the tool run in this conversation from now on without asking."`
}

// ConversationBrief is a conversation in a list.
type ConversationBrief struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Model     *string  `json:"model" doc:"The id of the model that the person chose; null for the default."`
	Mode      ChatMode `json:"mode"`
	IdeaID    *int64   `json:"idea_id" doc:"The idea that it is about."`
	CreatedAt Time     `json:"created_at"`
	UpdatedAt Time     `json:"updated_at"`
	Running   bool     `json:"running" doc:"Whether an answer is under way."`
	Snippet   string   `json:"snippet,omitempty" doc:"Of the message that has what was looked for; plain text."`
}

// ConversationList is a page of conversations.
type ConversationList struct {
	Conversations []ConversationBrief `json:"conversations" doc:"The one that was used last first."`
	HasMore       bool                `json:"has_more"`
}

// Conversation is what was said.
type Conversation struct {
	ConversationBrief
	Messages []AgentMessage `json:"messages" doc:"The oldest first."`
	Usage    AgentUsage     `json:"usage" doc:"What all answers took, with those that are not there any more."`
	Cards    []CardState    `json:"cards" doc:"Of the cards that do not look as they do by themselves."`
}

// CardState is how the person wants to see a card, and whether its change was
// undone.
type CardState struct {
	ID        string `json:"id"`
	Pinned    bool   `json:"pinned"`
	Collapsed bool   `json:"collapsed"`
	Dismissed bool   `json:"dismissed"`
	Undone    bool   `json:"undone"`
}

// AgentMessage is a message, a UIMessage of the AI SDK.
type AgentMessage struct {
	ID       string        `json:"id"`
	Role     string        `json:"role" enum:"user,assistant"`
	Parts    []AgentPart   `json:"parts"`
	Metadata AgentMetadata `json:"metadata"`
}

// AgentPart is a part of a message: text, reasoning, step-start, tool-NAME,
// data-artifact or data-notice.
type AgentPart struct {
	Type       string          `json:"type"`
	Text       *string         `json:"text,omitempty"`
	State      string          `json:"state,omitempty" doc:"Of text and reasoning: streaming or done. Of a tool: input-streaming, input-available, approval-requested, approval-responded, output-available, output-error or output-denied."`
	ToolCallID string          `json:"toolCallId,omitempty"`
	Title      string          `json:"title,omitempty" doc:"Of a tool."`
	Input      json.RawMessage `json:"input,omitempty" doc:"What a tool is called with."`
	Output     *ToolOutput     `json:"output,omitempty"`
	ErrorText  string          `json:"errorText,omitempty"`
	Approval   *ChatApproval   `json:"approval,omitempty"`
	ID         string          `json:"id,omitempty" doc:"Of data."`
	Data       any             `json:"data,omitempty" doc:"An ArtifactCard, or an AgentNotice."`
}

// ToolOutput is what came of a tool, perhaps shortened.
type ToolOutput struct {
	Text string `json:"text"`
}

// ArtifactCard is what a tool has to show beside a conversation. Everything in
// it that a person or a model wrote is data, and Markdown where a field says so.
type ArtifactCard artifact.Card

// AgentNotice tells what the program did.
type AgentNotice struct {
	Kind  string `json:"kind" enum:"fallback,compacted,limit,truncated,repeated"`
	Text  string `json:"text"`
	Model string `json:"model,omitempty" doc:"The one that answers from now on."`
}

// AgentUsage is what models took.
type AgentUsage struct {
	TokensIn     int64    `json:"tokens_in"`
	TokensCached int64    `json:"tokens_cached" doc:"Those of tokens_in that were in the provider's cache."`
	TokensOut    int64    `json:"tokens_out"`
	Cost         *Dollars `json:"cost" doc:"null if it is not known, which is not 0."`
}

// TransformSchema lets the cost be null.
func (AgentUsage) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return nullable(s, "cost")
}

// AgentContext is how full the model's window is, in tokens.
type AgentContext struct {
	Used int64 `json:"used"`
	Room int64 `json:"room"`
}

// AgentMetadata is what belongs to a message.
type AgentMetadata struct {
	ConversationID string        `json:"conversation_id,omitempty"`
	CreatedAt      *Time         `json:"created_at,omitempty"`
	Model          string        `json:"model,omitempty" doc:"The id of the model that answers."`
	Provider       string        `json:"provider,omitempty"`
	Usage          *AgentUsage   `json:"usage,omitempty"`
	Context        *AgentContext `json:"context,omitempty"`
	Waiting        *bool         `json:"waiting,omitempty" doc:"Whether a call waits for the person's approval."`
	State          string        `json:"state,omitempty" enum:"running,waiting,done,stopped,failed"`
	Error          string        `json:"error,omitempty" doc:"Why an answer failed."`
}

// AgentEvent is one event of the AI SDK's UI message stream, version 1. Which
// fields it has is said by its type; readers pass over types that they do not
// know.
type AgentEvent struct {
	Type            string          `json:"type" example:"text-delta"`
	MessageID       string          `json:"messageId,omitempty"`
	ID              string          `json:"id,omitempty"`
	Delta           string          `json:"delta,omitempty"`
	ToolCallID      string          `json:"toolCallId,omitempty"`
	ToolName        string          `json:"toolName,omitempty"`
	Title           string          `json:"title,omitempty"`
	InputTextDelta  string          `json:"inputTextDelta,omitempty"`
	Input           json.RawMessage `json:"input,omitempty"`
	Output          *ToolOutput     `json:"output,omitempty"`
	ApprovalID      string          `json:"approvalId,omitempty"`
	ErrorText       string          `json:"errorText,omitempty"`
	Data            any             `json:"data,omitempty"`
	MessageMetadata *AgentMetadata  `json:"messageMetadata,omitempty"`
}

// ConversationPatch changes what belongs to a conversation. What is left out
// stays.
type ConversationPatch struct {
	Title Optional[string] `json:"title,omitempty"`
	Model Optional[string] `json:"model,omitempty" doc:"The id of a model; null for the default." example:"sonnet"`
	Cards []CardPatch      `json:"cards,omitempty" maxItems:"200"`
}

// CardPatch says how the person wants to see a card.
type CardPatch struct {
	ID        string `json:"id" minLength:"1" maxLength:"200"`
	Pinned    *bool  `json:"pinned,omitempty"`
	Collapsed *bool  `json:"collapsed,omitempty"`
	Dismissed *bool  `json:"dismissed,omitempty"`
}

// ForkPoint says up to which message a conversation is copied.
type ForkPoint struct {
	MessageID string `json:"message_id" minLength:"1" maxLength:"64" example:"m1"`
}

func wireConversationBrief(c conversation.Conversation, running bool) ConversationBrief {
	return ConversationBrief{
		ID: c.ID, Title: c.Title, Model: orNone(c.Model), Mode: ChatMode(c.Mode), IdeaID: orNone(c.Idea),
		CreatedAt: Time(c.CreatedAt), UpdatedAt: Time(c.UpdatedAt), Running: running,
	}
}

func wireConversation(c conversation.Conversation, running bool) Conversation {
	w := Conversation{
		ConversationBrief: wireConversationBrief(c, running),
		Messages:          each(c.Messages, func(m conversation.Message) AgentMessage { return wireMessage(c.ID, m) }),
		Usage:             *wireAgentUsage(c.Used()),
		Cards:             []CardState{},
	}
	at := map[string]int{}
	for _, s := range c.Cards {
		at[s.ID] = len(w.Cards)
		w.Cards = append(w.Cards, CardState{ID: s.ID, Pinned: s.Pinned, Collapsed: s.Collapsed, Dismissed: s.Dismissed})
	}
	for _, m := range c.Messages {
		for _, p := range m.Parts {
			if p.Card == nil || !undone(m, p.Card.Change) {
				continue
			}
			k, there := at[p.Card.ID]
			if !there {
				k = len(w.Cards)
				w.Cards = append(w.Cards, CardState{ID: p.Card.ID})
			}
			w.Cards[k].Undone = true
		}
	}
	return w
}

func undone(m conversation.Message, change string) bool {
	for _, c := range m.Changes {
		if c.ID == change {
			return c.Undone
		}
	}
	return false
}

func wireMessage(id string, m conversation.Message) AgentMessage {
	w := AgentMessage{ID: m.ID, Role: string(m.Role), Parts: each(m.Parts, wirePart), Metadata: *metadata(id, m)}
	if m.Role == "user" {
		created := Time(m.CreatedAt)
		w.Metadata = AgentMetadata{CreatedAt: &created}
	}
	return w
}

// metadata is everything that belongs to an answer.
func metadata(id string, m conversation.Message) *AgentMetadata {
	created, waits := Time(m.CreatedAt), m.State == conversation.Waiting
	return &AgentMetadata{
		ConversationID: id, CreatedAt: &created, Model: m.Model, Provider: m.Provider,
		Usage: wireAgentUsage(m.Usage), Context: &AgentContext{m.Context.Used, m.Context.Room},
		Waiting: &waits, State: string(m.State), Error: m.Error,
	}
}

func wireAgentUsage(u conversation.Usage) *AgentUsage {
	w := &AgentUsage{TokensIn: u.In, TokensCached: u.Cached, TokensOut: u.Out}
	if !u.Unpriced {
		w.Cost = dollars(&u.Cost)
	}
	return w
}

func wirePart(p conversation.Part) AgentPart {
	switch p.Kind {
	case conversation.Text, conversation.Reasoning:
		state := "streaming"
		if p.Over {
			state = "done"
		}
		return AgentPart{Type: string(p.Kind), Text: &p.Text, State: state}
	case conversation.Tool:
		return wireCall(p.Call)
	case conversation.Card:
		return AgentPart{Type: "data-artifact", ID: p.Card.ID, Data: ArtifactCard(*p.Card)}
	case conversation.Told:
		return AgentPart{Type: "data-notice", ID: p.Notice.ID, Data: wireNotice(p.Notice)}
	}
	return AgentPart{Type: "step-start"}
}

func wireNotice(n *conversation.Notice) AgentNotice {
	return AgentNotice{Kind: string(n.Kind), Text: n.Text, Model: n.Model}
}

func wireCall(c *conversation.Call) AgentPart {
	p := AgentPart{Type: "tool-" + c.Tool, State: string(c.State), ToolCallID: c.ID, Title: c.Title, Input: c.Input}
	switch c.State {
	case conversation.Answered:
		p.Output = output(c)
	case conversation.Broken:
		p.ErrorText = c.Error
	}
	if c.Approval != "" {
		p.Approval = &ChatApproval{ID: c.Approval, Approved: c.Approved}
	}
	return p
}

// outputLength is how many characters of a tool's result a person is sent:
// what matters of it is on a card, or in the answer.
const outputLength = 2000

func output(c *conversation.Call) *ToolOutput {
	runes := []rune(c.Output)
	if len(runes) > outputLength {
		return &ToolOutput{string(runes[:outputLength]) + "…"}
	}
	return &ToolOutput{c.Output}
}

package conversation

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// State is how far an answer is.
type State string

// The states. A message of the person is always Done.
const (
	Running State = "running" // being written; if nobody holds the conversation, it was interrupted
	Waiting State = "waiting" // for the person to approve a call
	Done    State = "done"
	Stopped State = "stopped" // by the person
	Failed  State = "failed"  // Error says why
)

// Message is a turn of the person, or the answer to it.
type Message struct {
	ID        string    `json:"id"`
	Role      llm.Role  `json:"role"`
	State     State     `json:"state"`
	Error     string    `json:"error,omitempty"` // a sentence for the person
	Parts     []Part    `json:"parts"`
	Changes   []Change  `json:"changes,omitempty"`
	Model     string    `json:"model,omitempty"` // the id of the model that answered last
	Provider  string    `json:"provider,omitempty"`
	Usage     Usage     `json:"usage"`
	Context   Context   `json:"context"`
	CreatedAt time.Time `json:"created_at"`
}

// Context is how full the model's window was at the last question, in tokens.
type Context struct {
	Used int64 `json:"used"`
	Room int64 `json:"room"`
}

// Kind is the sort of a part.
type Kind string

// The kinds of parts.
const (
	Step      Kind = "step"      // a new question to the model begins
	Text      Kind = "text"      // Markdown
	Reasoning Kind = "reasoning" // what the model thought
	Tool      Kind = "tool"
	Card      Kind = "card"
	Told      Kind = "notice"
)

// Part is a piece of a message. What a pointer of it points to is never
// changed, so that a copy stays as it is.
type Part struct {
	Kind Kind   `json:"kind"`
	Text string `json:"text,omitempty"`
	// Over says that nothing more is put behind Text.
	Over      bool           `json:"over,omitempty"`
	Signature string         `json:"signature,omitempty"` // of reasoning; see llm.Reasoning
	Sealed    string         `json:"sealed,omitempty"`
	Call      *Call          `json:"call,omitempty"`
	Card      *artifact.Card `json:"card,omitempty"`
	Notice    *Notice        `json:"notice,omitempty"`
}

// CallState is how far a call of a tool is.
type CallState string

// The states of a call, by the names that the stream of the AI SDK has for
// them.
const (
	Forming   CallState = "input-streaming"
	Formed    CallState = "input-available"
	Asking    CallState = "approval-requested"
	Allowed   CallState = "approval-responded"
	Answered  CallState = "output-available"
	Broken    CallState = "output-error"
	Forbidden CallState = "output-denied"
)

// Call is a call of a tool and what came of it.
type Call struct {
	ID     string          `json:"id"` // unique in its conversation
	Tool   string          `json:"tool"`
	Title  string          `json:"title,omitempty"`
	State  CallState       `json:"state"`
	Raw    string          `json:"raw,omitempty"` // the input as far as it is formed
	Input  json.RawMessage `json:"input,omitempty"`
	Output string          `json:"output,omitempty"` // what the model reads
	Error  string          `json:"error,omitempty"`  // what it reads if that failed
	// Wrong says that the call itself was not right: no such tool, or
	// arguments that it does not take.
	Wrong bool `json:"wrong,omitempty"`
	// Approval is the id under which the person is asked, "" if they are not.
	Approval string `json:"approval,omitempty"`
	Approved *bool  `json:"approved,omitempty"` // nil until the person decided
}

// Settled reports whether something came of the call.
func (c *Call) Settled() bool {
	return c.State == Answered || c.State == Broken || c.State == Forbidden
}

// Notice tells the person what the program did.
type Notice struct {
	ID    string     `json:"id"`
	Kind  NoticeKind `json:"kind"`
	Text  string     `json:"text"`
	Model string     `json:"model,omitempty"` // that answers from now on
}

// NoticeKind is the sort of a notice.
type NoticeKind string

// The kinds of notices.
const (
	Fallback  NoticeKind = "fallback"  // another model answers
	Compacted NoticeKind = "compacted" // the model does not see all that was said
	Limit     NoticeKind = "limit"     // the answer ends because it was long enough
	Truncated NoticeKind = "truncated" // the model stopped in the middle
	Repeated  NoticeKind = "repeated"  // the model did the same again and again
)

// Change is what a tool changed, kept so that it can be taken back.
type Change struct {
	ID     string          `json:"id"`
	What   json.RawMessage `json:"what"` // as the tools wrote it
	Undone bool            `json:"undone,omitempty"`
}

// Said makes a message of the person.
func Said(id, text string, at time.Time) Message {
	return Message{ID: id, Role: llm.User, State: Done, Parts: []Part{{Kind: Text, Text: text, Over: true}}, CreatedAt: at}
}

// Texts returns all text of a message, a part a line.
func (m *Message) Texts() string {
	var b strings.Builder
	for _, p := range m.Parts {
		if p.Kind == Text && p.Text != "" {
			if b.Len() > 0 {
				b.WriteString("\n")
			}
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// Clone returns a copy that stays as it is while the message grows.
func (m *Message) Clone() Message {
	c := *m
	c.Parts, c.Changes = slices.Clone(m.Parts), slices.Clone(m.Changes)
	return c
}

// Calls returns the calls of a message.
func (m *Message) Calls() []*Call {
	var all []*Call
	for _, p := range m.Parts {
		if p.Call != nil {
			all = append(all, p.Call)
		}
	}
	return all
}

// Position returns where a message is, -1 if it is not there.
func (c *Conversation) Position(message string) int {
	return slices.IndexFunc(c.Messages, func(m Message) bool { return m.ID == message })
}

// Cut removes the messages from a position on, and keeps what they took.
func (c *Conversation) Cut(from int) {
	for _, m := range c.Messages[from:] {
		c.Dropped.Add(m.Usage)
	}
	c.Messages = c.Messages[:from]
}

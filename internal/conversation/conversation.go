// Package conversation has what a person and the agent said to each other:
// conversations, their messages, and the parts of which an answer is made. It
// says what is kept and in which states it can be, and nothing of how an
// answer comes about.
package conversation

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Mode is where a conversation is held.
type Mode string

// The modes.
const (
	Canvas Mode = "canvas" // beside cards
	Map    Mode = "map"    // beside the map
)

// Conversation is what was said, the oldest message first.
type Conversation struct {
	ID    string // unique for its owner; see CheckID
	Title string
	Model string // the id of the model that the person chose, "" for the default
	Mode  Mode
	Idea  int64 // the number of the idea that it is about, 0 for none
	Cards []CardState
	// Allowed are the tools that may run in this conversation without the
	// person being asked.
	Allowed []string
	// Dropped is what messages took that are not there any more.
	Dropped   Usage
	Hold      Hold
	CreatedAt time.Time
	UpdatedAt time.Time
	Messages  []Message
}

// CardState is how the person wants to see a card.
type CardState struct {
	ID        string `json:"id"`
	Pinned    bool   `json:"pinned,omitempty"`
	Collapsed bool   `json:"collapsed,omitempty"`
	Dismissed bool   `json:"dismissed,omitempty"`
}

// Hold says which process writes an answer. One that was killed loses it
// after a while.
type Hold struct {
	Holder   string // "" for none
	Until    time.Time
	Stopping bool // somebody wants the answer to end
}

// At reports whether somebody holds the conversation at a moment.
func (h Hold) At(now time.Time) bool { return h.Holder != "" && h.Until.After(now) }

// Usage is what models took for an answer.
type Usage struct {
	In     int64 `json:"in"` // tokens, cached or not
	Cached int64 `json:"cached"`
	Out    int64 `json:"out"`
	// Cost is what is known of it; Unpriced says that this is not all.
	Cost     llm.Cost `json:"cost"`
	Unpriced bool     `json:"unpriced,omitempty"`
}

// Add adds what something else took.
func (u *Usage) Add(o Usage) {
	u.In += o.In
	u.Cached += o.Cached
	u.Out += o.Out
	u.Cost += o.Cost
	u.Unpriced = u.Unpriced || o.Unpriced
}

// Used returns what all messages took, with those that are not there any more.
func (c *Conversation) Used() Usage {
	sum := c.Dropped
	for _, m := range c.Messages {
		sum.Add(m.Usage)
	}
	return sum
}

// Brief is a conversation in a list.
type Brief struct {
	Conversation        // without messages, cards and what belongs to them
	Snippet      string // of the message that has what was looked for; plain text
}

// Query says which conversations to list.
type Query struct {
	Text   string // that the title or a message has, "" for any
	Limit  int
	Offset int
}

// Store keeps conversations.
type Store interface {
	// Conversation returns one with its messages, or a fault.NotFound.
	Conversation(ctx context.Context, who owner.ID, id string) (Conversation, error)
	// Conversations lists them, the one that was used last first.
	Conversations(ctx context.Context, who owner.ID, q Query) ([]Brief, error)
	// EditConversation lets f change a conversation and all that belongs to
	// it, in one transaction. One that is not there has no CreatedAt; it is
	// made if f returns no error. f may be called several times.
	EditConversation(ctx context.Context, who owner.ID, id string, f func(*Conversation) error) error
	// KeepMessage stores the last message as far as it has come, and holds the
	// conversation until a moment; the zero time gives it back. It returns
	// whether somebody wants the answer to end. A holder that does not hold
	// it any more gets a fault.Conflict, and nothing is stored.
	KeepMessage(ctx context.Context, who owner.ID, id, holder string, m Message, until time.Time) (stopping bool, err error)
	// DeleteConversation removes one, or returns a fault.NotFound.
	DeleteConversation(ctx context.Context, who owner.ID, id string) error
	// DeleteConversations removes all of an owner.
	DeleteConversations(ctx context.Context, who owner.ID) error
}

// Package digest has the weekly letter of the ideas: what is in one, when it is
// due, and what a person can answer to it without signing in. It knows nothing
// of SQL, models or mail servers: it declares the stores it needs, and package
// writer below it writes.
package digest

import (
	"time"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// How much of each is in a digest. What is more is only counted.
const (
	MaxIdeas       = 20
	MaxDuplicates  = 5
	MaxConnections = 3
	MaxStale       = 5
	MaxTags        = 8
)

// Kind is why a digest was written.
type Kind string

// The kinds.
const (
	Weekly Kind = "weekly" // it was due
	Asked  Kind = "asked"  // the person asked for one
)

// Digest is one letter: what happened in a stretch of time, as it was known
// when it was written.
type Digest struct {
	ID        int64 // 1, 2, 3 … for each owner; 0 until it is stored
	Kind      Kind
	From      time.Time
	Until     time.Time // of a weekly one, when it was due: there is one of each
	CreatedAt time.Time
	Zone      string // IANA name of the zone in which it tells times
	Subject   string
	Mail      MailState
	Content
}

// MailState is whether a digest went out by mail.
type MailState string

// The states.
const (
	NoMail      MailState = "none"
	MailWaiting MailState = "waiting"
	MailSent    MailState = "sent"
	MailFailed  MailState = "failed"
)

// Content is what a digest says.
type Content struct {
	Week
	Connections []Connection `json:"connections"`
	// Summary is a model's, as plain text; "" if there is none.
	Summary string `json:"summary,omitempty"`
	AI      AI     `json:"ai"`
}

// Week is what the library itself tells of a stretch of time.
type Week struct {
	New             []Idea        `json:"new"` // the newest first
	NewTotal        int           `json:"new_total"`
	ByStatus        []StatusCount `json:"by_status"` // of the new ones, the most first
	ByTag           []TagCount    `json:"by_tag"`
	Moved           []Move        `json:"moved"` // but for those that shipped
	MovedTotal      int           `json:"moved_total"`
	Shipped         []Move        `json:"shipped"`
	ShippedTotal    int           `json:"shipped_total"`
	Duplicates      []Pair        `json:"duplicates"` // pending, the most similar first
	DuplicatesTotal int           `json:"duplicates_total"`
	Stale           []Stale       `json:"stale"` // the oldest first
	StaleTotal      int           `json:"stale_total"`
	Ideas           int           `json:"ideas"` // that there are, the archived ones aside
}

// Empty reports whether nothing happened.
func (w Week) Empty() bool { return w.NewTotal == 0 && w.MovedTotal == 0 && w.ShippedTotal == 0 }

// Ref names an idea.
type Ref struct {
	Number int64  `json:"number"`
	Title  string `json:"title"`
}

// Idea is an idea that came in.
type Idea struct {
	Ref
	Status    idea.Status `json:"status"`
	Tags      []string    `json:"tags"`
	CreatedAt time.Time   `json:"created_at"`
	// Text is how its body begins. It is for a model, and not kept.
	Text string `json:"-"`
}

// StatusCount counts ideas.
type StatusCount struct {
	Status idea.Status `json:"status"`
	Count  int         `json:"count"`
}

// TagCount counts ideas.
type TagCount struct {
	Tag   string `json:"tag"`
	Count int    `json:"count"`
}

// Move is an idea whose status is another than before.
type Move struct {
	Ref
	From idea.Status `json:"from"`
	To   idea.Status `json:"to"`
	At   time.Time   `json:"at"`
}

// Pair is two ideas that may be one.
type Pair struct {
	ID        int64   `json:"id"` // of the proposal
	Idea      Ref     `json:"idea"`
	Duplicate Ref     `json:"duplicate"`
	Score     float64 `json:"score"`
}

// Connection is a relation that may be worth making.
type Connection struct {
	A       Ref     `json:"a"`
	B       Ref     `json:"b"`
	Score   float64 `json:"score"`
	Reason  string  `json:"reason"`
	ByModel bool    `json:"by_model"` // the reason is a model's
}

// Stale is an idea that was captured long ago and has not moved.
type Stale struct {
	Ref
	Since time.Time `json:"since"` // when it was last touched
	Nudge string    `json:"nudge,omitempty"`
	Text  string    `json:"-"` // as of Idea
}

// Days returns for how many days it has waited.
func (s Stale) Days(at time.Time) int { return int(at.Sub(s.Since) / (24 * time.Hour)) }

// AI is what became of a model's part.
type AI struct {
	State   AIState           `json:"state"`
	Receipt *artifact.Receipt `json:"receipt,omitempty"`
}

// AIState is whether there is a model's part.
type AIState string

// The states. Whichever it is, the letter is whole.
const (
	AINone    AIState = "none"    // there is no key
	AISkipped AIState = "skipped" // there was nothing to write of
	AIDone    AIState = "done"
	AIFailed  AIState = "failed" // no money left, a provider that is down, an answer of no use
)

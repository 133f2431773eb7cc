package digest

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Span is what a Week is asked for.
type Span struct {
	From, Until time.Time // Until is not in it
	// StaleBefore is when a captured idea must have been touched last to be
	// stale.
	StaleBefore time.Time
	// Now ends the rest of those that were put off.
	Now time.Time
	// Stale is how many of the stale ideas are wanted, MaxStale if 0.
	Stale int
	// Heads is how many characters of the texts are wanted; 0 for none.
	Heads int
}

// Store keeps digests.
type Store interface {
	// Week reads what happened to the owner's ideas, in one snapshot and in
	// as much memory as a digest has room for, however many ideas there are.
	Week(ctx context.Context, who owner.ID, s Span) (Week, error)
	// AddDigest stores a digest and sets its ID. With it goes the mail that
	// letter writes of it, if letter is not nil. That there is a weekly one
	// that ends at the same moment is a fault.Conflict.
	AddDigest(ctx context.Context, who owner.ID, d *Digest, letter func(Digest) (mail.Message, error)) error
	// Digest returns one, Digests a part of all, the newest first, and how
	// many there are. Those in a list have only what tells them apart.
	Digest(ctx context.Context, who owner.ID, id int64) (Digest, error)
	Digests(ctx context.Context, who owner.ID, limit, offset int) ([]Digest, int, error)
	// LastDigests returns the n newest ones as a whole, the newest first.
	LastDigests(ctx context.Context, who owner.ID, n int) ([]Digest, error)
	// AskedSince counts those of kind Asked since a moment.
	AskedSince(ctx context.Context, who owner.ID, t time.Time) (int, error)
}

// Turn is when a letter of a kind is due.
type Turn struct {
	Slot time.Time // zero if that is to be found out
	Last time.Time // when the one before was due; zero if there was none
}

// Turns keeps, as jobs of the kinds job.Digest and job.Nudge, when letters are
// due. Whoever has an account has a turn of each kind; that somebody's
// settings change makes both due at once, to be found anew.
type Turns interface {
	// Turn returns the turn of a job; a fault.NotFound if the job is not its
	// Holder's any more.
	Turn(ctx context.Context, j job.Job) (Turn, error)
	// EndTurn stores what comes after it, and ends the job until then. It is
	// left alone if somebody asked again.
	EndTurn(ctx context.Context, j job.Job, next Turn) error
	// TurnOf returns the turn of a kind for somebody to look at.
	TurnOf(ctx context.Context, who owner.ID, k job.Kind) (Turn, error)
}

// Answer is what a person says of a stale idea.
type Answer string

// The answers.
const (
	Keep   Answer = "keep"   // it stays, and is not asked about again
	Snooze Answer = "snooze" // it is asked about again once as many days have passed as make an idea stale
	Shelve Answer = "shelve" // its status is shelved
)

// Answers lists every answer.
var Answers = []Answer{Keep, Snooze, Shelve}

// Stales keeps what was answered.
type Stales interface {
	// PutOff keeps an idea out of digests until a moment; zero for ever, or
	// until it is edited after now.
	PutOff(ctx context.Context, who owner.ID, number int64, now, until time.Time) error
}

// Shelf is where ideas are shelved.
type Shelf interface {
	// Get returns an idea, archived or not, or a fault.NotFound.
	Get(ctx context.Context, who owner.ID, number int64) (idea.Detail, error)
	// Edit changes an idea if it still has the version.
	Edit(ctx context.Context, who owner.ID, number int64, p idea.Patch, ifVersion *int64) (idea.Detail, error)
}

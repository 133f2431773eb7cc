package mail

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Queue takes letters that are to be delivered.
type Queue interface {
	// QueueMail stores a letter to be sent; one whose ID is there already, in
	// whatever state, is left alone. Once it returns, the letter outlives
	// the process. What is wrong with a letter is a fault.Invalid.
	QueueMail(ctx context.Context, who owner.ID, m Message) error
}

// State is how far a letter is.
type State string

// The states.
const (
	Waiting State = "waiting"
	Sent    State = "sent"    // a mail server took it
	Bounced State = "bounced" // it cannot be delivered, and is not tried again
)

// Ending is how the delivery of a letter ended.
type Ending struct {
	State  State
	Reason string // why it bounced, without addresses; else ""
	At     time.Time
}

// Store keeps the outbox. The Subject of a job of kind job.Mail is the number
// of the letter.
type Store interface {
	// Mail returns a letter that waits.
	Mail(ctx context.Context, j job.Job) (Message, error)
	// EndMail ends the delivery if the job's Holder still has it. What the
	// letter said is not kept.
	EndMail(ctx context.Context, j job.Job, e Ending) error
}

// Sender hands a letter to a mail server.
type Sender interface {
	// Send returns nil once the server has taken the letter. Why it did not
	// is a *Failure.
	Send(ctx context.Context, m Message) error
}

// Composer writes a letter at the moment in which it is sent, for letters that
// say what must not be stored, such as a link that signs somebody in. It is
// called for every try, and may return a letter without a text if there is
// nothing to say any more.
type Composer interface {
	ComposeMail(ctx context.Context, who owner.ID, m Message) (Message, error)
}

package mail

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/job"
)

// KeepTrying is for how long a letter is tried that cannot be delivered yet.
const KeepTrying = 3 * 24 * time.Hour

// The pause after a try that failed doubles, from the first to the longest.
const (
	firstRetry   = 15 * time.Second
	longestRetry = 4 * time.Hour
)

// noteTime is how long the note that a letter was taken may take, even when
// the process stops: without it the letter is sent twice.
const noteTime = 5 * time.Second

// Parts are what a Postman works with.
type Parts struct {
	Store     Store
	Sender    Sender
	Composers map[Kind]Composer
	Retry     time.Duration    // the first pause; 15 s if 0
	Now       func() time.Time // nil for the system's clock
	Log       *slog.Logger     // nil for none
}

// Postman delivers letters. It may be used by many goroutines.
type Postman struct{ p Parts }

// NewPostman makes one.
func NewPostman(p Parts) *Postman {
	if p.Retry <= 0 {
		p.Retry = firstRetry
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	return &Postman{p}
}

// Do delivers the letter of a job, for a job.Runner. An error says that it is
// to be tried again, and when.
func (p *Postman) Do(ctx context.Context, j job.Job) error {
	m, err := p.p.Store.Mail(ctx, j)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !p.p.Now().Before(m.Until) {
		return p.bounce(ctx, j, m, "It could not be delivered in time.")
	}
	if c, ok := p.p.Composers[m.Kind]; ok {
		id, to := m.ID, m.To
		if m, err = c.ComposeMail(ctx, j.Owner, m); err != nil {
			return err
		}
		m.ID, m.To = id, to
	}
	if m.Text == "" {
		return p.bounce(ctx, j, m, "There was nothing to say any more.")
	}
	if err := p.p.Sender.Send(ctx, m); err != nil {
		return p.failed(ctx, j, m, err)
	}
	p.p.Log.DebugContext(ctx, "mail was sent", "kind", m.Kind, "mail", j.Subject, "domain", Domain(m.To))
	return p.end(ctx, j, Ending{State: Sent})
}

// failed decides what follows from a letter that was not taken.
func (p *Postman) failed(ctx context.Context, j job.Job, m Message, err error) error {
	var f *Failure
	if errors.As(err, &f) && f.Permanent {
		return p.bounce(ctx, j, m, f.Reason())
	}
	reason := "The mail could not be sent."
	if f != nil {
		reason = f.Reason()
	}
	again := p.pause(j.Tries)
	if p.p.Now().Add(again).After(m.Until) {
		if left := m.Until.Sub(p.p.Now()); left > p.p.Retry {
			again = left - p.p.Retry // one last try
		}
	}
	e := fault.New(fault.Unavailable, "%s", reason)
	e.RetryAfter = again
	return e
}

func (p *Postman) pause(tries int) time.Duration {
	if tries > 20 {
		return longestRetry
	}
	return min(longestRetry, p.p.Retry<<tries)
}

// bounce gives a letter up.
func (p *Postman) bounce(ctx context.Context, j job.Job, m Message, reason string) error {
	p.p.Log.WarnContext(ctx, "mail bounced and is not tried again",
		"kind", m.Kind, "mail", j.Subject, "domain", Domain(m.To), "reason", reason)
	return p.end(ctx, j, Ending{State: Bounced, Reason: reason})
}

// end notes how it ended, also when the process is about to stop. That nobody
// has the letter any more is nothing to try again for.
func (p *Postman) end(ctx context.Context, j job.Job, e Ending) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
	defer cancel()
	e.At = p.p.Now()
	err := p.p.Store.EndMail(ctx, j, e)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

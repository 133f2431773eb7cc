// Package writer writes the letters that package digest speaks of: it gathers
// what a week had, has a model write its part if there is one to ask, and
// hands the letter to the outbox and to the page of letters.
//
// A letter is never late for a model, and never wrong for one: whatever goes
// amiss there, it goes out without that part.
package writer

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// How often somebody may ask for a letter.
const (
	askedRoom = 6
	askedTime = time.Hour
)

// Connections finds relations that may be worth making.
type Connections interface {
	// Connections returns the best ones, at most n, which are none of
	// without.
	Connections(ctx context.Context, who owner.ID, n int, without map[[2]int64]bool) ([]digest.Connection, error)
}

// Keys tells which provider's key a person has.
type Keys interface {
	Statuses(ctx context.Context, who byok.Person) ([]byok.Status, byok.Provider, error)
}

// Asker asks models on behalf of people.
type Asker interface {
	// Ask is llm.Model.Stream for a call.
	Ask(ctx context.Context, c gateway.Call, r llm.Request) iter.Seq2[llm.Part, error]
}

// People finds people.
type People interface {
	User(ctx context.Context, who owner.ID) (account.User, error)
}

// Parts are what a Writer works with.
type Parts struct {
	Store       digest.Store
	Turns       digest.Turns
	People      People
	Mail        mail.Queue // for nudges; nil if the server sends no mail
	Connections Connections
	Keys        Keys
	Models      Asker
	Registry    *llm.Registry
	Prices      *llm.Prices
	Links       *digest.Links
	Zone        *time.Location   // of who has set none; nil for UTC
	Now         func() time.Time // nil for the system's clock
	Log         *slog.Logger     // nil for none
}

// Writer writes letters. It may be used by many goroutines.
type Writer struct{ p Parts }

// New makes one.
func New(p Parts) *Writer {
	if p.Zone == nil {
		p.Zone = time.UTC
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	return &Writer{p}
}

func (w *Writer) time() time.Time { return w.p.Now().UTC().Truncate(time.Microsecond) }

// Do writes the letter of a turn, if one is due, and finds out when the next
// one is. It is for a job.Runner.
func (w *Writer) Do(ctx context.Context, j job.Job) error {
	u, err := w.p.People.User(ctx, j.Owner)
	if fault.Is(err, fault.NotFound) {
		return nil // and the turn went with the account
	}
	if err != nil {
		return err
	}
	t, err := w.p.Turns.Turn(ctx, j)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	now, plan := w.time(), digest.PlanOf(u, w.p.Zone)
	if due := t.Slot; !due.IsZero() && !due.After(now) {
		if now.Sub(due) < digest.MaxLate && plan.Wants(j.Kind) {
			if err := w.write(ctx, j.Kind, u, plan, due); err != nil {
				return fmt.Errorf("write the %s of %s: %w", j.Kind, due.Format(time.DateOnly), err)
			}
		}
		t.Last = due
	}
	t.Slot = plan.Next(j.Kind, now, t.Last)
	return w.p.Turns.EndTurn(ctx, j, t)
}

// write writes what is due. What was written already is not written again.
func (w *Writer) write(ctx context.Context, k job.Kind, u account.User, plan digest.Plan, due time.Time) error {
	if k == job.Nudge {
		return w.nudge(ctx, u, plan, due)
	}
	d := digest.Digest{Kind: digest.Weekly, From: plan.WeekBefore(due), Until: due}
	recent, err := w.p.Store.LastDigests(ctx, u.Owner, recall)
	if err != nil {
		return err
	}
	last := lastWeekly(recent)
	// Nothing falls between two letters, however far they are apart, and
	// nothing is told twice.
	if !last.IsZero() && last.Before(due) && due.Sub(last) < 3*7*24*time.Hour {
		d.From = last
	}
	if last.Equal(due) {
		return nil
	}
	if err := w.fill(ctx, u, plan, &d, recent); err != nil {
		return err
	}
	if d.Ideas == 0 && d.Empty() || d.Empty() && !plan.Short {
		return nil
	}
	err = w.add(ctx, u, &d)
	if fault.Is(err, fault.Conflict) {
		return nil // another copy of the program was faster
	}
	return err
}

// lastWeekly returns when the newest weekly letter was due, zero if there is
// none.
func lastWeekly(recent []digest.Digest) time.Time {
	for _, d := range recent {
		if d.Kind == digest.Weekly {
			return d.Until
		}
	}
	return time.Time{}
}

// Now writes a letter of the last seven days for somebody who asks for one.
// Too many in an hour are fault.Limited.
func (w *Writer) Now(ctx context.Context, u account.User) (digest.Digest, error) {
	now := w.time()
	n, err := w.p.Store.AskedSince(ctx, u.Owner, now.Add(-askedTime))
	if err != nil {
		return digest.Digest{}, err
	}
	if n >= askedRoom {
		f := fault.New(fault.Limited, "You asked for %d letters within an hour. Wait a while before you ask for another one.", n)
		f.RetryAfter = askedTime / askedRoom
		return digest.Digest{}, f
	}
	plan := digest.PlanOf(u, w.p.Zone)
	d := digest.Digest{Kind: digest.Asked, From: plan.WeekBefore(now), Until: now}
	recent, err := w.p.Store.LastDigests(ctx, u.Owner, recall)
	if err != nil {
		return digest.Digest{}, err
	}
	if err := w.fill(ctx, u, plan, &d, recent); err != nil {
		return digest.Digest{}, err
	}
	return d, w.add(ctx, u, &d)
}

// Preview returns a letter of the last seven days as it would be mailed,
// without a model's part, and keeps nothing of it.
func (w *Writer) Preview(ctx context.Context, u account.User) (mail.Message, error) {
	now, plan := w.time(), digest.PlanOf(u, w.p.Zone)
	d := digest.Digest{Kind: digest.Asked, From: plan.WeekBefore(now), Until: now}
	if err := w.gather(ctx, u, plan, &d, nil); err != nil {
		return mail.Message{}, err
	}
	d.AI.State = digest.AINone
	d.Subject = subject(d)
	return w.letter(u, d)
}

// fill gathers and writes everything that is in a letter.
func (w *Writer) fill(ctx context.Context, u account.User, plan digest.Plan, d *digest.Digest, recent []digest.Digest) error {
	if err := w.gather(ctx, u, plan, d, recent); err != nil {
		return err
	}
	w.embellish(ctx, u, d)
	d.Subject = subject(*d)
	return ctx.Err()
}

// add stores a letter, and the mail with it.
func (w *Writer) add(ctx context.Context, u account.User, d *digest.Digest) error {
	var letter func(digest.Digest) (mail.Message, error)
	if w.p.Mail != nil {
		letter = func(d digest.Digest) (mail.Message, error) { return w.letter(u, d) }
	}
	return w.p.Store.AddDigest(ctx, u.Owner, d, letter)
}

// Letters returns the letters there are, the newest first, and how many.
func (w *Writer) Letters(ctx context.Context, who owner.ID, limit, offset int) ([]digest.Digest, int, error) {
	return w.p.Store.Digests(ctx, who, limit, offset)
}

// Letter returns one.
func (w *Writer) Letter(ctx context.Context, who owner.ID, id int64) (digest.Digest, error) {
	return w.p.Store.Digest(ctx, who, id)
}

// Mails reports whether letters go out by mail too.
func (w *Writer) Mails() bool { return w.p.Mail != nil }

// Next returns when the next weekly letter of a person is due, zero if they
// want none, and the zone in which they read that.
func (w *Writer) Next(ctx context.Context, u account.User) (time.Time, *time.Location, error) {
	plan := digest.PlanOf(u, w.p.Zone)
	if !plan.Digests {
		return time.Time{}, plan.Zone, nil
	}
	t, err := w.p.Turns.TurnOf(ctx, u.Owner, job.Digest)
	if err != nil {
		return time.Time{}, nil, err
	}
	return plan.Next(job.Digest, w.time(), t.Last), plan.Zone, nil
}

// errNoUse is why an answer is not taken.
var errNoUse = errors.New("the model's answer is of no use")

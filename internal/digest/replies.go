package digest

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// People finds people, and changes which letters they get.
type People interface {
	User(ctx context.Context, who owner.ID) (account.User, error)
	UpdateUser(ctx context.Context, who owner.ID, edit func(*account.User) error) (account.User, error)
}

// Replies does what people answer to letters: through links, or signed in.
type Replies struct {
	links  *Links
	stales Stales
	shelf  Shelf
	people People
	now    func() time.Time
}

// NewReplies makes one. now may be nil for the system's clock.
func NewReplies(links *Links, stales Stales, shelf Shelf, people People, now func() time.Time) *Replies {
	if now == nil {
		now = time.Now
	}
	return &Replies{links, stales, shelf, people, now}
}

// Reply is what a link does, or has done.
type Reply struct {
	Act   Act
	Title string // of the idea, "" if it is about none
}

// Look says what a link does, and does nothing: what looks at links in mails
// must change nothing.
func (r *Replies) Look(ctx context.Context, token string) (Reply, error) {
	w, err := r.links.Open(token, r.now())
	if err != nil {
		return Reply{}, err
	}
	return r.reply(ctx, w)
}

func (r *Replies) reply(ctx context.Context, w Wish) (Reply, error) {
	if w.Number == 0 {
		_, err := r.people.User(ctx, w.Owner)
		return Reply{Act: w.Act}, err
	}
	d, err := r.shelf.Get(ctx, w.Owner, w.Number)
	return Reply{w.Act, d.Title}, err
}

// Do does what a link does. Doing it twice is doing it once. That the idea has
// moved on since the letter was written is a fault.Conflict, and nothing is
// done.
func (r *Replies) Do(ctx context.Context, token string) (Reply, error) {
	w, err := r.links.Open(token, r.now())
	if err != nil {
		return Reply{}, err
	}
	reply, err := r.reply(ctx, w)
	if err != nil {
		return Reply{}, err
	}
	switch w.Act {
	case KeepIdea:
		_, err = r.Answer(ctx, w.Owner, w.Number, Keep)
	case SnoozeIdea:
		_, err = r.Answer(ctx, w.Owner, w.Number, Snooze)
	case ShelveIdea:
		_, err = r.Answer(ctx, w.Owner, w.Number, Shelve)
	case EndDigests:
		err = r.end(ctx, w.Owner, "weekly_digest")
	case EndNudges:
		err = r.end(ctx, w.Owner, "stale_nudges")
	}
	return reply, err
}

// Answer does what a person says of a stale idea, and returns the idea.
func (r *Replies) Answer(ctx context.Context, who owner.ID, number int64, a Answer) (idea.Detail, error) {
	d, err := r.shelf.Get(ctx, who, number)
	if err != nil {
		return idea.Detail{}, err
	}
	switch {
	case a == Shelve && d.Status == idea.Shelved:
		return d, nil
	case d.Archived, d.Status != idea.Captured:
		return idea.Detail{}, fault.New(fault.Conflict, "Idea #%d has moved on since the letter was written, so nothing was changed.", number)
	case a == Shelve:
		shelved := idea.Shelved
		return r.shelf.Edit(ctx, who, number, idea.Patch{Status: &shelved}, &d.Version)
	}
	now := r.now()
	var until time.Time
	if a == Snooze {
		u, err := r.people.User(ctx, who)
		if err != nil {
			return idea.Detail{}, err
		}
		until = now.Add(time.Duration(u.StaleDays(DefaultStale)) * 24 * time.Hour)
	}
	return d, r.stales.PutOff(ctx, who, number, now, until)
}

// end switches letters off in the person's settings.
func (r *Replies) end(ctx context.Context, who owner.ID, setting string) error {
	_, err := r.people.UpdateUser(ctx, who, func(u *account.User) error {
		return u.SwitchOff(setting)
	})
	return err
}

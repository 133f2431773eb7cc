package digest

import (
	"context"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// house has one person, 7, with one idea, 42.
type house struct {
	user    account.User
	idea    idea.Detail
	putOff  []time.Time // until when
	changes int
	moves   bool // the idea is edited between being read and being changed
}

func (h *house) User(_ context.Context, who owner.ID) (account.User, error) {
	if who != 7 {
		return account.User{}, fault.New(fault.NotFound, "no account")
	}
	return h.user, nil
}

func (h *house) UpdateUser(_ context.Context, who owner.ID, edit func(*account.User) error) (account.User, error) {
	h.changes++
	return h.user, edit(&h.user)
}

func (h *house) Get(_ context.Context, who owner.ID, number int64) (idea.Detail, error) {
	if who != 7 || number != 42 {
		return idea.Detail{}, fault.New(fault.NotFound, "no idea")
	}
	return h.idea, nil
}

func (h *house) Edit(_ context.Context, _ owner.ID, _ int64, p idea.Patch, ifVersion *int64) (idea.Detail, error) {
	if h.moves || ifVersion == nil || *ifVersion != h.idea.Version {
		return idea.Detail{}, fault.New(fault.Stale, "changed meanwhile")
	}
	h.changes++
	h.idea.Status = *p.Status
	return h.idea, nil
}

func (h *house) PutOff(_ context.Context, who owner.ID, number int64, now, until time.Time) error {
	h.changes++
	h.putOff = append(h.putOff, until)
	return nil
}

func newHouse() *house {
	h := &house{user: account.User{Settings: `{"theirs":1,"stale_threshold_days":10}`}}
	h.idea.Number, h.idea.Title, h.idea.Status, h.idea.Version = 42, "Kettle", idea.Captured, 3
	return h
}

func TestReplies(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	l := links()
	open := func(h *house) *Replies { return NewReplies(l, h, h, h, func() time.Time { return now }) }
	answer := func(a Answer) string { return token(t, l.Answer(a, 7, 42, now)) }

	t.Run("looking changes nothing", func(t *testing.T) {
		h := newHouse()
		for _, a := range Answers {
			if got, err := open(h).Look(t.Context(), answer(a)); err != nil || got.Title != "Kettle" {
				t.Errorf("%s: %+v, %v", a, got, err)
			}
		}
		if got, err := open(h).Look(t.Context(), token(t, l.End(EndDigests, 7, now))); err != nil || got != (Reply{EndDigests, ""}) {
			t.Errorf("%+v, %v", got, err)
		}
		if h.changes != 0 {
			t.Errorf("%d things changed", h.changes)
		}
	})
	t.Run("keep", func(t *testing.T) {
		h := newHouse()
		if _, err := open(h).Do(t.Context(), answer(Keep)); err != nil || len(h.putOff) != 1 || !h.putOff[0].IsZero() {
			t.Errorf("%v, %v", h.putOff, err)
		}
	})
	t.Run("snooze", func(t *testing.T) {
		h := newHouse()
		if _, err := open(h).Do(t.Context(), answer(Snooze)); err != nil || len(h.putOff) != 1 || !h.putOff[0].Equal(now.Add(10*24*time.Hour)) {
			t.Errorf("%v, %v", h.putOff, err)
		}
	})
	t.Run("shelve twice", func(t *testing.T) {
		h := newHouse()
		for range 2 {
			if got, err := open(h).Do(t.Context(), answer(Shelve)); err != nil || got != (Reply{ShelveIdea, "Kettle"}) {
				t.Errorf("%+v, %v", got, err)
			}
		}
		if h.idea.Status != idea.Shelved || h.changes != 1 {
			t.Errorf("it is %s after %d changes", h.idea.Status, h.changes)
		}
	})
	t.Run("an idea that moved on", func(t *testing.T) {
		for name, change := range map[string]func(*house){
			"built":    func(h *house) { h.idea.Status = idea.Building },
			"archived": func(h *house) { h.idea.Archived = true },
		} {
			for _, a := range Answers {
				h := newHouse()
				change(h)
				if _, err := open(h).Do(t.Context(), answer(a)); !fault.Is(err, fault.Conflict) || h.changes != 0 {
					t.Errorf("%s, %s: %v, %d changes", name, a, err, h.changes)
				}
			}
		}
	})
	t.Run("an idea that moves at the same moment", func(t *testing.T) {
		h := newHouse()
		h.moves = true
		if _, err := open(h).Do(t.Context(), answer(Shelve)); !fault.Is(err, fault.Stale) || h.idea.Status != idea.Captured {
			t.Errorf("%v, %s", err, h.idea.Status)
		}
	})
	t.Run("letters end, and nothing else changes", func(t *testing.T) {
		for act, setting := range map[Act]string{EndDigests: "weekly_digest", EndNudges: "stale_nudges"} {
			h := newHouse()
			for range 2 {
				if _, err := open(h).Do(t.Context(), token(t, l.End(act, 7, now))); err != nil {
					t.Fatal(err)
				}
			}
			s := h.user.LetterSettings()
			if (act == EndDigests) == s.Digests || (act == EndNudges) == s.Nudges || h.user.StaleDays(DefaultStale) != 10 {
				t.Errorf("after ending %s, settings are %s", setting, h.user.Settings)
			}
		}
	})
	t.Run("of somebody who is gone", func(t *testing.T) {
		h := newHouse()
		for _, link := range []string{l.Answer(Keep, 8, 42, now), l.Answer(Keep, 7, 43, now), l.End(EndDigests, 8, now)} {
			if _, err := open(h).Do(t.Context(), token(t, link)); !fault.Is(err, fault.NotFound) || h.changes != 0 {
				t.Errorf("%v, %d changes", err, h.changes)
			}
		}
	})
	t.Run("too old", func(t *testing.T) {
		h := newHouse()
		late := NewReplies(l, h, h, h, func() time.Time { return now.Add(AnswerLife) })
		if _, err := late.Do(t.Context(), answer(Shelve)); !fault.Is(err, fault.NotFound) || h.changes != 0 {
			t.Errorf("%v, %d changes", err, h.changes)
		}
	})
}

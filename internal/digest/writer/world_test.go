package writer

import (
	"context"
	"iter"
	"path/filepath"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// sunday is when the letters of the world are due: nine in Berlin.
var sunday = time.Date(2027, 2, 28, 8, 0, 0, 0, time.UTC)

// world has a person in Berlin over a real database.
type world struct {
	*Writer
	store  *store.Store
	ideas  *idea.Repository
	clock  *clock
	ada    account.User
	model  *scripted
	keys   holder
	outbox *sentMails
	close  []digest.Connection // what may be connected
	unlike []map[[2]int64]bool // what was not to be proposed
	runs   bool
}

// scripted is a model that notes how it is asked.
type scripted struct {
	*llmtest.Script
	calls []gateway.Call
}

func (s *scripted) Ask(ctx context.Context, c gateway.Call, r llm.Request) iter.Seq2[llm.Part, error] {
	s.calls = append(s.calls, c)
	return s.Stream(ctx, r)
}

// holder is the provider of which a person has a key.
type holder struct{ provider *byok.Provider }

func (h holder) Statuses(context.Context, byok.Person) ([]byok.Status, byok.Provider, error) {
	if *h.provider == "" {
		return nil, "", nil
	}
	return []byok.Status{{Key: byok.Key{Provider: *h.provider, Last4: "AbCd"}, Stored: true}}, *h.provider, nil
}

// sentMails is an outbox that keeps what it is given.
type sentMails struct{ nudges []mail.Message }

func (q *sentMails) QueueMail(_ context.Context, _ owner.ID, m mail.Message) error {
	q.nudges = append(q.nudges, m)
	return nil
}

func (w *world) Connections(_ context.Context, _ owner.ID, _ int, without map[[2]int64]bool) ([]digest.Connection, error) {
	w.unlike = append(w.unlike, without)
	return append([]digest.Connection{}, w.close...), nil
}

func newWorld(t testing.TB, turns ...llmtest.Turn) *world {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "test.db"), Durability: store.Normal})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	w := &world{
		store: s, clock: &clock{at: sunday.AddDate(0, 0, -60)}, outbox: &sentMails{},
		model: &scripted{Script: llmtest.NewScript(turns...)}, keys: holder{new(byok.Provider)},
	}
	w.ideas = idea.New(s, w.clock.now)
	u, err := account.New(s, account.Options{Now: w.clock.now}).AddUser(t.Context(), account.NewUser{Email: "ada@example.org", DisplayName: "Ada"})
	if err != nil {
		t.Fatal(err)
	}
	w.ada = u
	w.settle(t, `{"timezone":"Europe/Berlin"}`)
	registry, err := llm.LoadRegistry("")
	if err != nil {
		t.Fatal(err)
	}
	prices, err := llm.LoadPrices("")
	if err != nil {
		t.Fatal(err)
	}
	w.Writer = New(Parts{
		Store: s, Turns: s.Turns(), People: s, Mail: w.outbox, Connections: w, Keys: w.keys, Models: w.model,
		Registry: registry, Prices: prices, Now: w.clock.now,
		Links: digest.NewLinks(secret.New("0123456789abcdef"), "https://ideas.example.org"),
	})
	return w
}

func (w *world) settle(t testing.TB, settings string) {
	t.Helper()
	u, err := w.store.UpdateUser(t.Context(), w.ada.Owner, func(u *account.User) error { u.Settings = settings; return nil })
	if err != nil {
		t.Fatal(err)
	}
	w.ada = u
}

// capture stores an idea some days before the letter.
func (w *world) capture(t testing.TB, daysBefore int, d idea.Draft) int64 {
	t.Helper()
	w.clock.set(sunday.AddDate(0, 0, -daysBefore))
	i, err := w.ideas.Capture(t.Context(), w.ada.Owner, d)
	if err != nil {
		t.Fatal(err)
	}
	return i.Number
}

func (w *world) move(t testing.TB, daysBefore int, number int64, to idea.Status) {
	t.Helper()
	w.clock.set(sunday.AddDate(0, 0, -daysBefore))
	if _, err := w.ideas.Edit(t.Context(), w.ada.Owner, number, idea.Patch{Status: &to}, nil); err != nil {
		t.Fatal(err)
	}
}

// pass does what is due at a moment, as the runner of jobs would. The program
// runs since the day before the letter.
func (w *world) pass(t testing.TB, at time.Time) {
	t.Helper()
	if eve := sunday.AddDate(0, 0, -1); !w.runs {
		w.runs = true
		w.pass(t, eve)
	}
	w.clock.set(at)
	for {
		jobs, err := w.store.Turns().ClaimJobs(t.Context(), "test", at, at.Add(time.Minute), 9)
		if err != nil {
			t.Fatal(err)
		}
		if len(jobs) == 0 {
			return
		}
		for _, j := range jobs {
			if err := w.Do(t.Context(), j); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// letters returns all letters, the newest first.
func (w *world) letters(t testing.TB) []digest.Digest {
	t.Helper()
	list, err := w.store.LastDigests(t.Context(), w.ada.Owner, 100)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// mailed returns the mails of letters.
func (w *world) mailed(t testing.TB) (list []mail.Message) {
	t.Helper()
	o := w.store.Outbox()
	jobs, err := o.ClaimJobs(t.Context(), "postman", w.clock.now(), w.clock.now().Add(time.Minute), 99)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		m, err := o.Mail(t.Context(), j)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, m)
	}
	return list
}

package enrich_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/embed/embedtest"
	"github.com/neuralrepo/neuralrepo/internal/enrich"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/pgtest"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// counting counts the texts that it is asked for, and fails when it is told.
type counting struct {
	embed.Embedder
	version int
	texts   int
	err     error
	during  func() // while it is at work
}

func (c *counting) Model() embed.Model {
	m := c.Embedder.Model()
	m.Version = c.version
	return m
}

func (c *counting) Embed(ctx context.Context, texts []embed.Text) ([][]float32, error) {
	c.texts += len(texts)
	if c.during != nil {
		c.during()
	}
	if c.err != nil {
		return nil, c.err
	}
	return c.Embedder.Embed(ctx, texts)
}

// world is one person's ideas and who understands them.
type world struct {
	*testing.T
	store    *store.Store
	ideas    *idea.Repository
	embedder *counting
	enricher *enrich.Enricher
	bulk     *enrich.Bulk
	who      owner.ID
}

func onBoth(t *testing.T, test func(*world)) {
	for name, o := range map[string]func(*testing.T) store.Options{
		"sqlite": func(t *testing.T) store.Options {
			return store.Options{Path: filepath.Join(t.TempDir(), "ideas.db"), Durability: store.Normal}
		},
		"postgres": func(t *testing.T) store.Options {
			return store.Options{DatabaseURL: secret.New(pgtest.Database(t))}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := store.Open(t.Context(), o(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			ada := account.User{ID: "ada", Email: "ada@example.org", Settings: "{}"}
			if err := s.CreateUser(t.Context(), &ada); err != nil {
				t.Fatal(err)
			}
			w := &world{T: t, store: s, ideas: idea.New(s, nil).Enriched(), who: ada.Owner}
			w.embed(1)
			test(w)
		})
	}
}

// embed lets another version of the embedder be in use.
func (w *world) embed(version int) {
	var before []embed.Embedder
	if w.embedder != nil {
		before = append(before, w.embedder)
	}
	w.embedder = &counting{Embedder: embedtest.New(), version: version}
	index := vector.New(w.store, 1<<20)
	found := search.New(w.store, w.ideas, &search.Meaning{Embedders: []embed.Embedder{w.embedder}, Vectors: index, Library: w.store})
	w.enricher = enrich.New(enrich.Options{Store: w.store, Embedder: w.embedder, Vectors: index, Suggest: found.Suggest, Before: before})
	w.bulk = enrich.NewBulk(w.store, w.embedder)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// capture stores an idea and returns its number.
func (w *world) capture(title string, tags ...string) int64 {
	w.Helper()
	d, err := w.ideas.Capture(w.Context(), w.who, idea.Draft{Title: title, Tags: tags})
	w.must(err)
	if !d.Processing {
		w.Errorf("#%d is not processing", d.Number)
	}
	return d.Number
}

// claim takes everything that there is to do.
func (w *world) claim() []job.Job {
	w.Helper()
	now := time.Now().Add(time.Hour)
	jobs, err := w.store.ClaimJobs(w.Context(), "test", now, now.Add(time.Hour), 100)
	w.must(err)
	return jobs
}

// work does everything and returns how many jobs that were.
func (w *world) work() int {
	w.Helper()
	jobs := w.claim()
	for _, j := range jobs {
		w.must(w.enricher.Do(w.Context(), j))
	}
	return len(jobs)
}

// said is what the program says of an idea.
type said struct {
	Related, Duplicates []int64
}

func (w *world) said(number int64) (s said) {
	w.Helper()
	w.must(w.store.Read(w.Context(), w.who, func(tx idea.Tx) error {
		out, in, err := tx.Relations.Of(w.Context(), number)
		if err != nil {
			return err
		}
		for _, r := range append(out, in...) {
			if r.Score != nil {
				s.Related = append(s.Related, r.Other.Number)
			}
		}
		pending, err := tx.Duplicates.Pending(w.Context())
		for _, d := range pending {
			if d.Idea.Number == number {
				s.Duplicates = append(s.Duplicates, d.Of.Number)
			} else if d.Of.Number == number {
				s.Duplicates = append(s.Duplicates, d.Idea.Number)
			}
		}
		i, err2 := tx.Ideas.Get(w.Context(), number)
		if i.Processing {
			w.Errorf("#%d is processing", number)
		}
		return errors.Join(err, err2)
	}))
	slices.Sort(s.Related)
	slices.Sort(s.Duplicates)
	return s
}

func (w *world) want(what string, got, want any) {
	w.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		w.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

const (
	kettle  = "A solar kettle that boils water for camping"
	kettles = "Solar kettles that boil water for camping"
	stove   = "A solar stove that roasts coffee for camping"
	taxes   = "Quarterly numbers belong to the office by Monday"
)

func TestProposals(t *testing.T) {
	onBoth(t, func(w *world) {
		one, other, near, far := w.capture(kettle), w.capture(kettles), w.capture(stove), w.capture(taxes)
		w.want("jobs", w.work(), 4)
		w.want("of the first", w.said(one), said{Related: []int64{near}, Duplicates: []int64{other}})
		w.want("of the far one", w.said(far), said{})
		texts := w.embedder.texts

		// The same again changes nothing.
		seq, err := w.store.ChangeSeq(w.Context(), w.who)
		w.must(err)
		for _, n := range []int64{one, other, near, far} {
			w.must(w.store.Write(w.Context(), w.who, func(tx idea.Tx) error { return tx.Meaning.Ask(w.Context(), n, time.Now()) }))
		}
		w.want("jobs", w.work(), 4)
		w.want("texts", w.embedder.texts, texts)
		again, err := w.store.ChangeSeq(w.Context(), w.who)
		w.must(err)
		w.want("changes", again, seq)

		// Nor does what is not in the text.
		status := idea.Building
		_, err = w.ideas.Edit(w.Context(), w.who, one, idea.Patch{Status: &status, Tags: &[]string{"outdoor"}}, nil)
		w.must(err)
		w.want("jobs after a change of status", w.work(), 0)

		// Another text is compared again, many edits once.
		for _, title := range []string{"x", "xy", taxes + "!"} {
			_, err = w.ideas.Edit(w.Context(), w.who, other, idea.Patch{Title: &title}, nil)
			w.must(err)
		}
		w.want("jobs after edits", w.work(), 1)
		w.want("texts", w.embedder.texts, texts+1)
		w.want("of the first", w.said(one), said{Related: []int64{near}})
		w.want("of the edited one", w.said(other), said{Duplicates: []int64{far}})

		// Archived ideas are left alone until they are back.
		w.must(w.ideas.Archive(w.Context(), w.who, far))
		w.want("of the edited one", w.said(other), said{})
		copied := w.capture(taxes)
		w.work()
		w.want("of a copy", w.said(copied), said{Duplicates: []int64{other}})
		_, err = w.ideas.Restore(w.Context(), w.who, far)
		w.must(err)
		w.want("jobs after it is back", w.work(), 1)
		w.want("texts", w.embedder.texts, texts+2)
		w.want("of the one that is back", w.said(far), said{Duplicates: []int64{other, copied}})
	})
}

func TestDecisionsLast(t *testing.T) {
	onBoth(t, func(w *world) {
		one, other, near := w.capture(kettle), w.capture(kettles), w.capture(stove)
		w.work()
		pending, err := w.ideas.Duplicates(w.Context(), w.who)
		w.must(err)
		for _, d := range pending {
			w.must(w.ideas.DismissDuplicate(w.Context(), w.who, d.ID))
		}
		out, in, err := w.ideas.Relations(w.Context(), w.who, near)
		w.must(err)
		relations := append(out, in...)
		w.want("relations", len(relations) > 1, true)
		_, err = w.ideas.EditRelation(w.Context(), w.who, relations[0].ID, idea.RelationPatch{Accept: true}, false)
		w.must(err)
		for _, r := range relations[1:] {
			w.must(w.ideas.Unrelate(w.Context(), w.who, r.ID))
		}
		for _, n := range []int64{one, other, near} {
			body := "!"
			_, err := w.ideas.Edit(w.Context(), w.who, n, idea.Patch{Body: &body}, nil)
			w.must(err)
		}
		w.want("jobs", w.work(), 3)
		for _, n := range []int64{one, other, near} {
			w.want("afterwards", w.said(n), said{})
		}
		out, in, err = w.ideas.Relations(w.Context(), w.who, near)
		w.must(err)
		w.want("what was accepted", len(out)+len(in), 1)
	})
}

func TestEditedMeanwhile(t *testing.T) {
	onBoth(t, func(w *world) {
		w.capture(kettle)
		other := w.capture(taxes)
		jobs := w.claim()
		w.embedder.during = func() {
			w.embedder.during = nil
			title := kettles
			_, err := w.ideas.Edit(w.Context(), w.who, other, idea.Patch{Title: &title}, nil)
			w.must(err)
		}
		for _, j := range jobs {
			if j.Subject == other {
				w.must(w.enricher.Do(w.Context(), j))
				w.must(w.store.ReleaseJob(w.Context(), j, time.Now(), time.Now(), false))
			}
		}
		for _, j := range jobs {
			if j.Subject != other {
				w.must(w.enricher.Do(w.Context(), j))
			}
		}
		w.want("jobs", w.work(), 1)
		w.want("of the edited one", w.said(other), said{Duplicates: []int64{1}})
	})
}

func TestFailure(t *testing.T) {
	onBoth(t, func(w *world) {
		n := w.capture(kettle)
		w.embedder.err = errors.New("no network")
		jobs := w.claim()
		if err := w.enricher.Do(w.Context(), jobs[0]); !errors.Is(err, w.embedder.err) {
			w.Errorf("error %v", err)
		}
		w.embedder.err = nil
		w.must(w.enricher.Do(w.Context(), jobs[0]))
		w.want("after the second try", w.said(n), said{})
	})
}

func TestAutoTag(t *testing.T) {
	onBoth(t, func(w *world) {
		_, err := w.store.UpdateUser(w.Context(), w.who, func(u *account.User) error {
			u.Settings = `{"auto_tag":true,"dedup_threshold":0.9}`
			return nil
		})
		w.must(err)
		w.capture(kettle, "outdoor")
		w.work()
		auto := w.capture(kettle + " trips")
		w.work()
		mine := w.capture("My other idea: "+kettle, "mine")
		w.work()
		for n, want := range map[int64][]string{mine: {"mine"}, auto: {"outdoor"}} {
			d, err := w.ideas.Get(w.Context(), w.who, n)
			w.must(err)
			w.want("tags", d.Tags, want)
		}
	})
}

func TestAnotherModel(t *testing.T) {
	onBoth(t, func(w *world) {
		for _, title := range []string{kettle, kettles, stove} {
			w.capture(title)
		}
		w.work()
		before := w.said(1)
		w.embed(2)
		for range 2 { // two processes may start
			w.must(w.enricher.AskMissing(w.Context()))
		}
		jobs := w.claim()
		w.want("jobs", len(jobs), 3)
		for k, j := range jobs {
			m, err := w.store.ServingModel(w.Context(), w.who)
			w.must(err)
			w.want("serving", m.Version, 1)
			p, err := w.bulk.Progress(w.Context(), w.who)
			w.must(err)
			w.want("total", p.Total, 3)
			w.want("done", p.Done, k)
			w.want("state", p.State, enrich.Running)
			w.must(w.enricher.Do(w.Context(), j))
		}
		m, err := w.store.ServingModel(w.Context(), w.who)
		w.must(err)
		w.want("serving", m.Version, 2)
		p, err := w.bulk.Progress(w.Context(), w.who)
		w.must(err)
		w.want("done", p.Done, 3)
		w.want("state", p.State, enrich.Idle)
		w.want("of the first", w.said(1), before)
		w.must(w.enricher.AskMissing(w.Context()))
		w.want("jobs", w.work(), 0)
	})
}

package enrich_test

import (
	"errors"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/embed/remote"
	"github.com/neuralrepo/neuralrepo/internal/enrich"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

// paid is an embedder that takes a dollar for an idea.
type paid struct {
	*counting
	free bool
}

func (p paid) Metered() bool { return !p.free }

func (paid) Estimate(texts []embed.Text) remote.Estimate {
	cost := llm.Cost(len(texts)) * llm.Dollar
	return remote.Estimate{Tokens: 10 * int64(len(texts)), Cost: &cost}
}

// pay lets a metered embedder be in use.
func (w *world) pay(version int) {
	w.embed(version)
	p := paid{counting: w.embedder}
	w.enricher = enrich.New(enrich.Options{Store: w.store, Embedder: p, Vectors: vector.New(w.store, 1<<20)})
	w.bulk = enrich.NewBulk(w.store, p)
	w.ideas = idea.New(w.store, nil).Metered()
}

func (w *world) progress() enrich.Progress {
	w.Helper()
	p, err := w.bulk.Progress(w.Context(), w.who)
	w.must(err)
	return p
}

func TestWhatIsPaidForWaits(t *testing.T) {
	onBoth(t, func(w *world) {
		w.capture(kettle)
		w.capture(stove)
		w.work()
		w.pay(2)
		w.must(w.enricher.AskMissing(w.Context()))
		w.want("jobs before it was started", w.work(), 0)
		p := w.progress()
		w.want("state", p.State, enrich.Paused)
		if p.Left == nil || p.Left.Ideas != 2 || p.Left.Tokens != 20 || *p.Left.Cost != 2*llm.Dollar {
			w.Errorf("estimate %+v", p.Left)
		}
		w.capture(kettles)
		w.want("a single capture meanwhile", w.work(), 1)
		w.want("texts", w.embedder.texts, 1)
		w.want("what is left", w.progress().Left.Ideas, 2)
		w.must(w.bulk.Resume(w.Context(), w.who))
		w.want("state after it was started", w.progress().State, enrich.Running)
		w.must(w.bulk.Pause(w.Context(), w.who))
		w.want("jobs after a pause", w.work(), 0)
		w.must(w.bulk.Resume(w.Context(), w.who))
		w.want("jobs", w.work(), 2)
		p = w.progress()
		w.want("state at the end", p.State, enrich.Idle)
		if p.Left != nil {
			w.Errorf("left at the end: %+v", p.Left)
		}
	})
}

func TestAnImportIsPaidForLater(t *testing.T) {
	onBoth(t, func(w *world) {
		w.pay(1)
		for range 53 {
			w.capture(kettle)
		}
		w.want("jobs", w.work(), 50)
		p := w.progress()
		w.want("state", p.State, enrich.Paused)
		w.want("left", p.Left.Ideas, 3)
	})
}

// What costs nothing after all, such as a server of one's own, has no estimate.
func TestFreeOfCharge(t *testing.T) {
	if enrich.IsMetered(paid{free: true}) || !enrich.IsMetered(paid{}) || enrich.IsMetered(&counting{}) {
		t.Error("who is metered is not known")
	}
}

func TestFoundWhileModelsChange(t *testing.T) {
	onBoth(t, func(w *world) {
		w.capture(kettle)
		w.work()
		before := w.embedder
		w.embed(2)
		before.texts = 0
		w.must(w.enricher.AskMissing(w.Context()))
		n := w.capture(kettles)
		jobs := w.claim()
		w.want("jobs", len(jobs), 2)
		for _, j := range jobs {
			if j.Subject == n {
				w.must(w.enricher.Do(w.Context(), j))
			}
		}
		w.want("texts for the model that serves", before.texts, 1)
		m, err := w.store.ServingModel(w.Context(), w.who)
		w.must(err)
		w.want("serving", m.Version, 1)
		if _, _, err := w.store.Vector(w.Context(), w.who, m, n); err != nil {
			w.Errorf("the new idea is not found: %v", err)
		}
		// One that does not answer any more is done without.
		before.err = errors.New("no network")
		k := w.capture(stove)
		for _, j := range append(w.claim(), jobs...) {
			w.must(w.enricher.Do(w.Context(), j))
		}
		w.want("understood", w.progress().Done, 3)
		d, err := w.ideas.Get(w.Context(), w.who, k)
		w.must(err)
		w.want("processing", d.Processing, false)
	})
}

package app

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/embed/e5"
	"github.com/neuralrepo/neuralrepo/internal/embed/remote"
	"github.com/neuralrepo/neuralrepo/internal/enrich"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

// meaning is what understands ideas in the background.
type meaning struct {
	app      *App
	enricher *enrich.Enricher
	bulk     *enrich.Bulk
	runner   *job.Runner
	missing  background // asks for what was not understood before the start
	running  background
}

// understanding is how ideas are understood.
type understanding struct {
	embedders []embed.Embedder // the one in use first; none if ideas are not
	pace
}

// pace is how fast work in the background goes on after a failure.
type pace struct {
	hold  time.Duration // see job.Options
	retry time.Duration // see mail.Parts
}

// maxPrice is more than a million tokens cost anywhere.
const maxPrice = 1000 * llm.Dollar

// embedders returns who understands ideas, as the settings say. The built-in
// model stays behind another one, so that its vectors can be searched until
// the other has read every idea; it is loaded only if somebody does.
func embedders(cfg config.Config) ([]embed.Embedder, error) {
	var opt remote.Options
	switch cfg.Embedder {
	case config.BuiltIn:
		return []embed.Embedder{e5.New()}, nil
	case config.WorkersAI:
		if cfg.AccountID == "" || cfg.CloudflareToken.Empty() {
			return nil, errors.New("NEURALREPO_EMBEDDER=workers-ai needs CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN")
		}
		opt = remote.WorkersAI(cfg.AccountID, cfg.CloudflareToken)
	case config.OpenAICompatible:
		opt = remote.Options{BaseURL: cfg.EmbeddingsURL, Key: cfg.EmbeddingsKey, Model: cfg.EmbeddingsModel, Dimensions: cfg.EmbeddingsDimensions}
	default:
		return nil, nil
	}
	if p := cfg.EmbeddingsPrice; p != nil {
		price, err := llm.ParseCost(strconv.FormatFloat(*p, 'f', -1, 64))
		if err != nil || price < 0 || price > maxPrice {
			return nil, fmt.Errorf("NEURALREPO_EMBEDDINGS_PRICE is %v: it must be what a million tokens cost, from 0 to 1000 dollars", *p)
		}
		opt.Price = &price
	}
	if opt.PerMinute = cfg.EmbeddingsPerMinute; opt.PerMinute < 1 {
		return nil, fmt.Errorf("NEURALREPO_EMBEDDINGS_PER_MINUTE is %d: it must be at least 1", opt.PerMinute)
	}
	e, err := remote.New(opt)
	if err != nil {
		return nil, fmt.Errorf("NEURALREPO_EMBEDDER=%s: %w", cfg.Embedder, err)
	}
	return []embed.Embedder{e, e5.New()}, nil
}

// understand puts together what understands ideas, and returns the search and
// the ideas that make use of it. Without an embedder there is search by words,
// and no idea is ever processing.
func (a *App) understand(ctx context.Context, u understanding) (*search.Search, *idea.Repository, error) {
	ideas := idea.New(a.store, nil)
	if len(u.embedders) == 0 {
		return search.New(a.store, ideas, nil), ideas, a.store.StopProcessing(ctx)
	}
	inUse := u.embedders[0]
	metered := enrich.IsMetered(inUse)
	if ideas = ideas.Enriched(); metered {
		ideas = ideas.Metered()
	}
	index := vector.New(a.store, int64(a.cfg.VectorMegabytes)<<20)
	found := search.New(a.store, ideas, &search.Meaning{Embedders: u.embedders, Vectors: index, Library: a.store})
	m := &meaning{app: a, bulk: enrich.NewBulk(a.store, inUse)}
	m.enricher = enrich.New(enrich.Options{
		Store:    a.store,
		Embedder: inUse,
		Before:   u.embedders[1:],
		Vectors:  index,
		Suggest:  found.Suggest,
		Log:      a.log,
	})
	m.runner = job.New(a.store, m.enricher.Do, job.Options{Workers: workers(a.cfg.EmbedWorkers, runtime.GOMAXPROCS(0)), Hold: u.hold, Log: a.log})
	// Before anything is done: what was agreed to may have been another model.
	about := inUse.Model()
	if err := a.store.SortBulk(ctx, vector.Model{ID: about.ID, Version: about.Version, Dimensions: about.Dimensions}, metered); err != nil {
		return nil, nil, fmt.Errorf("sort what is to be understood: %w", err)
	}
	a.meaning = m
	a.alarm.runner.Store(m.runner)
	return found, ideas, nil
}

// workers returns how many ideas are understood at a time. A core is left to
// requests, and more than two would take what others do on the machine.
func workers(chosen, cores int) int {
	if chosen > 0 {
		return chosen
	}
	return min(max(cores-1, 1), 2)
}

// many returns the understanding of many ideas at once, or nil.
func (m *meaning) many() *enrich.Bulk {
	if m == nil {
		return nil
	}
	return m.bulk
}

// start begins to do what waits.
func (m *meaning) start() {
	if m == nil {
		return
	}
	m.missing = begin(m.ask)
	m.running = begin(func(ctx context.Context) {
		m.app.takeBack(ctx, "work that was begun before is done later", m.app.store.ReleaseAllJobs)
		m.runner.Run(ctx)
	})
}

// stop ends the work and gives back what is not done.
func (m *meaning) stop() {
	if m == nil {
		return
	}
	m.missing.end()
	m.running.end()
}

// askAgain is how long after a failure missing vectors are looked for again.
const askAgain = 10 * time.Second

// ask asks for what no vector of the embedder is there of.
func (m *meaning) ask(ctx context.Context) {
	for {
		err := m.enricher.AskMissing(ctx)
		if err == nil || ctx.Err() != nil {
			m.runner.Wake()
			return
		}
		m.app.log.WarnContext(ctx, "cannot look for ideas that were not understood", "error", err)
		select {
		case <-time.After(askAgain):
		case <-ctx.Done():
			return
		}
	}
}

// alarm passes changes on to pages, and wakes who does the work that may have
// come with them.
type alarm struct {
	*live.Hub
	runner atomic.Pointer[job.Runner] // nil for none
}

// publisher makes the alarm. The store is made before the runner.
func (a *App) publisher() store.Publisher {
	a.alarm = &alarm{Hub: a.hub}
	return a.alarm
}

func (a *alarm) Publish(who owner.ID, c live.Change) {
	a.Hub.Publish(who, c)
	a.wake()
}

func (a *alarm) PublishAll(c live.Change) {
	a.Hub.PublishAll(c)
	a.wake()
}

func (a *alarm) wake() {
	if r := a.runner.Load(); r != nil {
		r.Wake()
	}
}

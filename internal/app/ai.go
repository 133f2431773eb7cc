package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/agent"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/gateway/keytest"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/spec"
	"github.com/neuralrepo/neuralrepo/internal/suggest"
	"github.com/neuralrepo/neuralrepo/internal/tool"
)

// ai is what has to do with models.
type ai struct {
	keys    *byok.Keys
	gateway *gateway.Gateway
	models  *llm.Registry
	prices  *llm.Prices
	specs   *spec.Writer
	tagger  *suggest.Tagger
	agent   *agent.Agent
	tools   *tool.Catalogue
}

// newAI puts it together. It must be closed.
func (a *App) newAI(ideas *idea.Repository, found *search.Search) (*ai, error) {
	models, err := loadModels(a.cfg.AI)
	if err != nil {
		return nil, err
	}
	prices, err := llm.LoadPrices(a.cfg.Prices)
	if err != nil {
		return nil, fmt.Errorf("NEURALREPO_PRICES: %w", err)
	}
	// The gateway opens the keys, and the keys are tested through the gateway.
	var g *gateway.Gateway
	keys := byok.New(a.store, a.vault, byok.Options{
		Tester: keytest.New(func() *http.Client { return g.Client() }),
		Fresh:  byok.MaxFresh,
		Log:    a.log,
	})
	g, err = gateway.New(gateway.Options{
		Keys:              keys,
		Usage:             a.store,
		Prices:            prices,
		Registry:          models,
		Upstreams:         upstreams(a.cfg.AI),
		Limits:            a.store,
		RequestsPerMinute: a.cfg.RequestsPerMinute,
		Streams:           a.cfg.Streams,
		Spend:             a.store,
		Answers:           a.store,
		Vault:             a.vault,
		Accounts:          a.accounts,
		Log:               a.log,
	})
	if err != nil {
		return nil, err
	}
	specs := spec.New(spec.Parts{
		Ideas:      ideas,
		Keys:       keys,
		Models:     g,
		Registry:   models,
		Prices:     prices,
		Store:      a.store,
		Neighbours: spec.ByMeaning(found, spec.ByWords(a.store)),
		Log:        a.log,
	})
	tagger := suggest.New(ideas, keys, g, byok.Offer{Models: models, WorkersAI: g.Serves(llm.WorkersAI)})
	tools := tool.New(tool.Parts{Ideas: ideas, Search: found, Specs: specs, Merges: ideas, Stale: staleDays{a.store}})
	talks := agent.New(agent.Parts{
		Store:  a.store,
		Tools:  agent.From(tools),
		Models: keys,
		Ask:    g,
		Offer:  byok.Offer{Models: models, WorkersAI: g.Serves(llm.WorkersAI)},
		Prices: prices,
		Log:    a.log,
	})
	return &ai{keys, g, models, prices, specs, tagger, talks, tools}, nil
}

// close ends what is being written, which asks models, and then closes the
// way to them.
func (i *ai) close(ctx context.Context) error {
	return errors.Join(i.agent.Close(ctx), i.specs.Close(ctx), i.gateway.Close(ctx))
}

// loadModels loads the list of models, with their names on a server of the
// operator's own.
func loadModels(cfg config.AI) (*llm.Registry, error) {
	models, err := llm.LoadRegistry(cfg.Models)
	if err != nil {
		return nil, fmt.Errorf("NEURALREPO_MODELS: %w", err)
	}
	if cfg.WorkersURL == "" {
		return models, nil
	}
	if models, err = models.WithLocal(cfg.WorkersModels); err != nil {
		return nil, fmt.Errorf("WORKERS_AI_MODELS: %w", err)
	}
	return models, nil
}

// upstreams are where the settings say that the providers are.
func upstreams(cfg config.AI) gateway.Upstreams {
	u := gateway.Upstreams{
		Anthropic:  cfg.AnthropicURL,
		OpenAI:     cfg.OpenAIURL,
		OpenRouter: cfg.OpenRouterURL,
		WorkersAI:  gateway.WorkersAI{BaseURL: cfg.WorkersURL, Token: cfg.WorkersToken},
	}
	if cfg.WorkersURL == "" {
		u.WorkersAI = gateway.WorkersAI{Account: cfg.AccountID, Token: cfg.CloudflareToken}
	}
	if cfg.Gateway == config.CloudflareGateway {
		u.Cloudflare = gateway.Cloudflare{Account: cfg.AccountID, Gateway: cfg.GatewayID, Token: cfg.GatewayToken}
	}
	return u
}

const (
	// keepRequests is for how long records of requests to models are kept.
	// What they add up to stays.
	keepRequests = 90 * 24 * time.Hour
	pruneEvery   = 6 * time.Hour
	pruneTime    = 10 * time.Minute
)

// prune clears old records, at once and then now and then, until ctx ends.
// Several copies of the program may do it; then the others find nothing.
func (a *App) prune(ctx context.Context) {
	tick := time.NewTicker(pruneEvery)
	defer tick.Stop()
	for {
		if err := a.pruneOnce(ctx, time.Now()); err != nil && ctx.Err() == nil {
			a.log.WarnContext(ctx, "cannot clear old records of requests to models and of mails, or put right when letters are due", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (a *App) pruneOnce(ctx context.Context, now time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, pruneTime)
	defer cancel()
	_, err := a.store.PruneRequests(ctx, now.Add(-keepRequests))
	return errors.Join(err, a.store.PruneMails(ctx, now.Add(-keepMails)), a.store.Turns().AskDistant(ctx, now.Add(farTurn)))
}

package api

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// personOf returns the caller as the rules of provider keys know them.
func personOf(ctx context.Context, who account.User) byok.Person {
	return byok.Person{
		Owner:     who.Owner,
		ID:        who.ID,
		Preferred: byok.Provider(who.PreferredProvider()),
		Request:   requestOf(ctx),
	}
}

func (s *server) getProviders(ctx context.Context, who account.Caller, _ *none) (*answer[ProviderStatusList], error) {
	p := personOf(ctx, who.User)
	statuses, active, err := s.Keys.Statuses(ctx, p)
	if err != nil {
		return nil, err
	}
	list := ProviderStatusList{
		Providers: []ProviderStatus{},
		Preferred: orNone(Provider(p.Preferred)),
		Active:    orNone(Provider(active)),
	}
	for _, status := range statuses {
		w, err := s.providerStatus(ctx, p, status)
		if err != nil {
			return nil, err
		}
		list.Providers = append(list.Providers, w)
	}
	return ok(list), nil
}

// providerStatus adds to a status what this month has cost.
func (s *server) providerStatus(ctx context.Context, who byok.Person, status byok.Status) (ProviderStatus, error) {
	spent, err := s.Spent(ctx, who.Owner, string(status.Provider), time.Now().UTC())
	if err != nil {
		return ProviderStatus{}, err
	}
	return wireProviderStatus(status, spent), nil
}

// provider returns how one provider stands now.
func (s *server) provider(ctx context.Context, who byok.Person, p byok.Provider) (ProviderStatus, error) {
	statuses, _, err := s.Keys.Statuses(ctx, who)
	if err != nil {
		return ProviderStatus{}, err
	}
	for _, status := range statuses {
		if status.Provider == p {
			return s.providerStatus(ctx, who, status)
		}
	}
	return ProviderStatus{}, fault.New(fault.NotFound, "There is no provider of that name")
}

// byProvider names a provider in the path. One that does not exist is not
// found, so its schema does not list them.
type byProvider struct {
	Provider string `path:"provider" example:"anthropic" doc:"anthropic, openai or openrouter."`
}

type putProviderKey struct {
	Provider string `path:"provider" example:"anthropic" doc:"anthropic, openai or openrouter."`
	Body     NewProviderKey
}

func (s *server) putProviderKey(ctx context.Context, who account.Caller, in *putProviderKey) (*answer[ProviderKeyStored], error) {
	provider, err := byok.ParseProvider(in.Provider)
	if err != nil {
		return nil, err
	}
	p := personOf(ctx, who.User)
	warning, err := s.Keys.Set(ctx, p, provider, in.Body.APIKey)
	if err != nil {
		return nil, err
	}
	status, err := s.provider(ctx, p, provider)
	if err != nil {
		return nil, err
	}
	return ok(ProviderKeyStored{status, orNone(warning)}), nil
}

type patchProviderKey struct {
	Provider string `path:"provider" example:"anthropic" doc:"anthropic, openai or openrouter."`
	Body     ProviderKeyPatch
}

func (s *server) patchProviderKey(ctx context.Context, who account.Caller, in *patchProviderKey) (*answer[ProviderStatus], error) {
	provider, err := byok.ParseProvider(in.Provider)
	if err != nil {
		return nil, err
	}
	p := personOf(ctx, who.User)
	if err := s.Keys.SetCap(ctx, p, provider, (*llm.Cost)(in.Body.MonthlyCap.Value)); err != nil {
		return nil, err
	}
	status, err := s.provider(ctx, p, provider)
	if err != nil {
		return nil, err
	}
	return ok(status), nil
}

func (s *server) testProviderKey(ctx context.Context, who account.Caller, in *byProvider) (*answer[ProviderKeyTested], error) {
	provider, err := byok.ParseProvider(in.Provider)
	if err != nil {
		return nil, err
	}
	result, err := s.Keys.Test(ctx, personOf(ctx, who.User), provider)
	if err != nil {
		return nil, err
	}
	return ok(ProviderKeyTested{
		OK:    result.Verdict == byok.Valid,
		Error: result.Verdict.Sentence(provider),
	}), nil
}

func (s *server) deleteProviderKey(ctx context.Context, who account.Caller, in *byProvider) (*answer[Success], error) {
	provider, err := byok.ParseProvider(in.Provider)
	if err != nil {
		return nil, err
	}
	if err := s.Keys.Remove(ctx, personOf(ctx, who.User), provider); err != nil {
		return nil, err
	}
	return done(), nil
}

type getAudit struct {
	Before int64 `query:"before" minimum:"0" doc:"Only entries with a number below this one."`
	Limit  int   `query:"limit" minimum:"0" maximum:"100" doc:"At most this many entries; 20 if not given or 0."`
}

func (s *server) getAudit(ctx context.Context, who account.Caller, in *getAudit) (*answer[AuditLog], error) {
	entries, err := s.Keys.Audit(ctx, personOf(ctx, who.User), in.Before, pageSize(in.Limit))
	if err != nil {
		return nil, err
	}
	log := AuditLog{Entries: each(entries, wireAuditEntry)}
	// Numbers have no gaps, so only behind number 1 there is nothing.
	if n := len(entries); n > 0 && entries[n-1].Number > 1 {
		log.Next = &entries[n-1].Number
	}
	return ok(log), nil
}

// defaultPage is how many entries a page has if the client does not say.
const defaultPage = 20

func pageSize(limit int) int {
	if limit == 0 {
		return defaultPage
	}
	return limit
}

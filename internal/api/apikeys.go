package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
)

func (s *server) listAPIKeys(ctx context.Context, who account.Caller, _ *none) (*answer[APIKeyList], error) {
	keys, err := s.Accounts.APIKeys(ctx, who.User.Owner)
	if err != nil {
		return nil, err
	}
	return ok(APIKeyList{each(keys, wireAPIKey)}), nil
}

type createAPIKey struct{ Body NewAPIKey }

func (s *server) createAPIKey(ctx context.Context, who account.Caller, in *createAPIKey) (*answer[APIKeyMade], error) {
	draft := account.KeyDraft{Label: in.Body.Label}
	if in.Body.Scopes != nil {
		draft.Scopes = each(in.Body.Scopes, func(s Scope) string { return string(s) })
	}
	text, key, err := s.Accounts.CreateAPIKey(ctx, who, draft)
	if err != nil {
		return nil, err
	}
	return ok(APIKeyMade{
		ID:        key.ID,
		Key:       text.Reveal(),
		Label:     key.Label,
		Scopes:    each(key.Scopes, wireScope),
		CreatedAt: Time(key.CreatedAt),
	}), nil
}

type deleteAPIKey struct {
	ID string `path:"id" example:"ak_0123456789abcdef"`
}

func (s *server) deleteAPIKey(ctx context.Context, who account.Caller, in *deleteAPIKey) (*answer[Success], error) {
	if err := s.Accounts.DeleteAPIKey(ctx, who.User.Owner, in.ID); err != nil {
		return nil, err
	}
	return done(), nil
}

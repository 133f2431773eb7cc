package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// Credentials are what a request carries to prove who sent it. Empty ones are
// not there.
type Credentials struct {
	APIKey        secret.Text // the X-API-Key header
	Authorization secret.Text // the Authorization header, whole: "Bearer " and a session token or an API key
	Cookie        secret.Text // the session cookie
}

// Authenticate finds out who sent a request.
//
// Of several credentials only the first counts, in the order of the fields.
// If it opens nothing, the request is refused: a valid cookie beside a wrong
// key must not let through what the key was meant to narrow.
func (a *Accounts) Authenticate(ctx context.Context, c Credentials) (Caller, error) {
	switch {
	case !c.APIKey.Empty():
		return a.byKey(ctx, c.APIKey)
	case !c.Authorization.Empty():
		scheme, token, _ := strings.Cut(c.Authorization.Reveal(), " ")
		if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "Bearer") || token == "" {
			return Caller{}, fault.New(fault.Unauthenticated, "The Authorization header must be the word Bearer, a space, and a session token or an API key.")
		}
		if strings.HasPrefix(token, KeyPrefix) {
			return a.byKey(ctx, secret.New(token))
		}
		return a.bySession(ctx, secret.New(token), Bearer)
	case !c.Cookie.Empty():
		return a.bySession(ctx, c.Cookie, Cookie)
	}
	return Caller{}, fault.New(fault.Unauthenticated, "Sign in, or send an API key in the X-API-Key header.")
}

func (a *Accounts) byKey(ctx context.Context, key secret.Text) (Caller, error) {
	if err := ParseKey(key); err != nil {
		return Caller{}, err
	}
	k, u, err := a.store.APIKey(ctx, hashOf(key))
	if fault.Is(err, fault.NotFound) {
		return Caller{}, fault.New(fault.Unauthenticated, "Invalid API key: it was deleted, or belongs to another server. Make a new one in the settings.")
	}
	if err != nil {
		return Caller{}, fmt.Errorf("look up an API key: %w", err)
	}
	a.uses.note(k, a.now())
	return Caller{User: u, Scopes: k.Scopes, Via: Key}, nil
}

func (a *Accounts) bySession(ctx context.Context, token secret.Text, via Credential) (Caller, error) {
	h, err := parseToken(token)
	if err != nil {
		return Caller{}, err
	}
	now := a.now()
	s, u, err := a.store.Session(ctx, h, now)
	if fault.Is(err, fault.NotFound) {
		return Caller{}, fault.New(fault.Unauthenticated, "Your session has ended. Sign in again.")
	}
	if err != nil {
		return Caller{}, fmt.Errorf("look up a session: %w", err)
	}
	c := Caller{User: u, Scopes: slices.Clone(Scopes), Via: via, Session: h}
	if until := now.Add(SessionLife); until.Sub(s.ExpiresAt) > extendAfter {
		if err := a.store.ExtendSession(ctx, h, until); err != nil {
			return Caller{}, fmt.Errorf("extend a session: %w", err)
		}
		c.Extended = until
	}
	return c, nil
}

// Require is nil if the caller has the scope, else a fault.Forbidden that
// names it.
func (c Caller) Require(s Scope) error {
	if slices.Contains(c.Scopes, s) {
		return nil
	}
	return fault.New(fault.Forbidden, "This API key lacks the scope %s. Use or make one that has it.", s)
}

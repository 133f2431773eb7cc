package account

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// Limits of API keys.
const (
	MaxLabel     = 100 // characters
	MaxAPIKeys   = 100 // of one person
	DefaultLabel = "default"
)

// KeyDraft is what somebody says about an API key they want.
type KeyDraft struct {
	Label  string   // DefaultLabel if empty
	Scopes []string // all that the caller has if nil
}

// CreateAPIKey makes an API key for the caller. The key it returns is shown
// once; it cannot be found again. It may do nothing that the caller may not.
func (a *Accounts) CreateAPIKey(ctx context.Context, by Caller, d KeyDraft) (secret.Text, APIKey, error) {
	fail := func(err error) (secret.Text, APIKey, error) { return secret.Text{}, APIKey{}, err }
	if strings.TrimSpace(d.Label) == "" {
		d.Label = DefaultLabel
	}
	label, err := line("label", d.Label, MaxLabel)
	if err != nil {
		return fail(err)
	}
	scopes := slices.Clone(by.Scopes)
	if d.Scopes != nil {
		if scopes, err = ParseScopes(d.Scopes); err != nil {
			return fail(err)
		}
	}
	for _, s := range scopes {
		if err := by.Require(s); err != nil {
			return fail(err)
		}
	}
	key, err := newKey(a.rand)
	if err != nil {
		return fail(err)
	}
	id := make([]byte, 8)
	if _, err := io.ReadFull(a.rand, id); err != nil {
		return fail(fmt.Errorf("make the id of an API key: %w", err))
	}
	text := key.Reveal()
	k := APIKey{
		ID:        "ak_" + hex.EncodeToString(id),
		Owner:     by.User.Owner,
		Label:     label,
		Scopes:    scopes,
		Last4:     text[len(text)-4:],
		CreatedAt: a.now(),
	}

	a.minting.Lock()
	defer a.minting.Unlock()
	keys, err := a.store.APIKeysOf(ctx, by.User.Owner)
	if err != nil {
		return fail(fmt.Errorf("count API keys: %w", err))
	}
	if len(keys) >= MaxAPIKeys {
		return fail(fault.New(fault.Conflict, "You have %d API keys, as many as one person may. Delete one that is not used any more.", len(keys)))
	}
	if err := a.store.CreateAPIKey(ctx, hashOf(key), k); err != nil {
		return fail(fmt.Errorf("store an API key: %w", err))
	}
	return key, k, nil
}

// APIKeys returns a person's API keys, without the keys themselves.
func (a *Accounts) APIKeys(ctx context.Context, who owner.ID) ([]APIKey, error) {
	keys, err := a.store.APIKeysOf(ctx, who)
	if err != nil {
		return nil, fmt.Errorf("list API keys: %w", err)
	}
	return keys, nil
}

// DeleteAPIKey makes an API key open nothing from now on.
func (a *Accounts) DeleteAPIKey(ctx context.Context, who owner.ID, id string) error {
	err := a.store.DeleteAPIKey(ctx, who, id)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "API key not found")
	}
	if err != nil {
		return fmt.Errorf("delete an API key: %w", err)
	}
	return nil
}

// ParseScopes checks scopes that came from outside, in the order of Scopes
// and each once.
func ParseScopes(in []string) ([]Scope, error) {
	if len(in) == 0 {
		return nil, fault.OfField("scopes", "must name at least one of ideas:read and ideas:write")
	}
	for _, s := range in {
		if !slices.Contains(Scopes, Scope(s)) {
			return nil, fault.OfField("scopes", "must be ideas:read or ideas:write")
		}
	}
	var out []Scope
	for _, s := range Scopes {
		if slices.Contains(in, string(s)) {
			out = append(out, s)
		}
	}
	return out, nil
}

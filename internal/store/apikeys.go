package store

import (
	"context"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

const noAPIKey = "API key not found"

// apiKeyColumns are what apiKeyFields receive, of the table api_keys k.
const apiKeyColumns = `k.id, k.owner, k.label, k.scopes, k.last4, k.created_at, k.last_used_at`

// apiKeyRow is an API key as it is stored.
type apiKeyRow struct {
	account.APIKey
	scopes            string
	created, lastUsed int64
}

func (k *apiKeyRow) fields() []any {
	return []any{&k.ID, &k.Owner, &k.Label, &k.scopes, &k.Last4, &k.created, &k.lastUsed}
}

func (k *apiKeyRow) key() account.APIKey {
	for _, scope := range strings.Fields(k.scopes) {
		k.Scopes = append(k.Scopes, account.Scope(scope))
	}
	k.CreatedAt = timeOf(k.created)
	k.LastUsedAt = timeUnlessZero(k.lastUsed)
	return k.APIKey
}

// CreateAPIKey stores a key under its hash.
func (s *Store) CreateAPIKey(ctx context.Context, h account.Hash, k account.APIKey) error {
	scopes := make([]string, len(k.Scopes))
	for i, scope := range k.Scopes {
		scopes[i] = string(scope)
	}
	return s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `
			INSERT INTO api_keys (owner, id, hash, label, scopes, last4, created_at, last_used_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			k.Owner, k.ID, h[:], k.Label, strings.Join(scopes, " "), k.Last4, micros(k.CreatedAt), microsUnlessZero(k.LastUsedAt))
		return err
	})
}

// APIKey returns the key that has a hash, with its user.
func (s *Store) APIKey(ctx context.Context, h account.Hash) (k account.APIKey, u account.User, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		k, err = one(ctx, q, noAPIKey, func(r row) (account.APIKey, error) {
			var stored apiKeyRow
			err := scanWithUser(r, &u, stored.fields()...)
			return stored.key(), err
		}, `
			SELECT `+userColumns+`, `+apiKeyColumns+`
			FROM api_keys k JOIN users u ON u.owner = k.owner
			WHERE k.hash = $1`, h[:])
		return err
	})
	return k, u, err
}

// APIKeysOf returns the keys of a person, oldest first.
func (s *Store) APIKeysOf(ctx context.Context, who owner.ID) (list []account.APIKey, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		list, err = all(ctx, q, func(r row) (account.APIKey, error) {
			var stored apiKeyRow
			err := r.Scan(stored.fields()...)
			return stored.key(), err
		}, `
			SELECT `+apiKeyColumns+` FROM api_keys k
			WHERE k.owner = $1 ORDER BY k.created_at, k.id`, who)
		return err
	})
	return list, err
}

// DeleteAPIKey makes a key open nothing.
func (s *Store) DeleteAPIKey(ctx context.Context, who owner.ID, id string) error {
	return s.engine.transact(ctx, func(q querier) error {
		return changed(ctx, q, noAPIKey, `DELETE FROM api_keys WHERE owner = $1 AND id = $2`, who, id)
	})
}

// TouchAPIKey notes when a key was last used. A use within a minute of the
// one that is stored is not worth a write.
func (s *Store) TouchAPIKey(ctx context.Context, who owner.ID, id string, at time.Time) error {
	var last int64
	err := s.engine.single(ctx, func(q querier) (err error) {
		last, err = one(ctx, q, noAPIKey, number,
			`SELECT last_used_at FROM api_keys WHERE owner = $1 AND id = $2`, who, id)
		return err
	})
	if err != nil || micros(at)-last < time.Minute.Microseconds() {
		return err
	}
	return s.engine.transact(ctx, func(q querier) error {
		return changed(ctx, q, noAPIKey,
			`UPDATE api_keys SET last_used_at = $3 WHERE owner = $1 AND id = $2`, who, id, micros(at))
	})
}

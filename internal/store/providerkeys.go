package store

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

const noProviderKey = "Provider key not found"

// providerKeyColumns are what providerKeyRow reads and fields writes.
const providerKeyColumns = `owner, provider, record, sealed, last4, created_at, updated_at, last_used_at,
	test_verdict, test_remaining, tested_at, cap`

// providerKeyRow is a provider key as it is stored.
type providerKeyRow struct {
	owner owner.ID
	byok.Key
}

func scanProviderKey(r row) (providerKeyRow, error) {
	var k providerKeyRow
	var created, updated, used, tested int64
	var test byok.TestResult
	err := r.Scan(&k.owner, &k.Provider, &k.Record, &k.Sealed, &k.Last4, &created, &updated, &used,
		&test.Verdict, &test.Remaining, &tested, &k.Cap)
	k.CreatedAt, k.UpdatedAt, k.LastUsedAt = timeOf(created), timeOf(updated), timeUnlessZero(used)
	if tested != 0 {
		test.At = timeOf(tested)
		k.LastTest = &test
	}
	return k, err
}

// fields are the arguments for providerKeyColumns.
func (k providerKeyRow) fields() []any {
	var test byok.TestResult
	if k.LastTest != nil {
		test = *k.LastTest
	}
	return []any{k.owner, string(k.Provider), k.Record, k.Sealed, k.Last4, micros(k.CreatedAt), micros(k.UpdatedAt),
		microsUnlessZero(k.LastUsedAt), string(test.Verdict), test.Remaining, microsUnlessZero(test.At), k.Cap}
}

// ProviderKeys returns the keys of an owner, in the order of the providers.
func (s *Store) ProviderKeys(ctx context.Context, who owner.ID) (list []byok.Key, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		list, err = all(ctx, q, func(r row) (byok.Key, error) {
			k, err := scanProviderKey(r)
			return k.Key, err
		}, `SELECT `+providerKeyColumns+` FROM provider_keys WHERE owner = $1 ORDER BY provider`, who)
		return err
	})
	return list, err
}

// SetProviderKey stores a key in place of the one of the same provider, whose
// CreatedAt and Cap stay.
func (s *Store) SetProviderKey(ctx context.Context, who owner.ID, k byok.Key, e audit.Entry) error {
	return s.withAudit(ctx, who, e, func(q querier) error {
		return insertAll(ctx, q, `provider_keys (`+providerKeyColumns+`)`, [][]any{providerKeyRow{who, k}.fields()}, `
			ON CONFLICT (owner, provider) DO UPDATE
			SET record = excluded.record, sealed = excluded.sealed, last4 = excluded.last4,
			    updated_at = excluded.updated_at, last_used_at = excluded.last_used_at,
			    test_verdict = excluded.test_verdict, test_remaining = excluded.test_remaining,
			    tested_at = excluded.tested_at`)
	})
}

// DeleteProviderKey removes a key.
func (s *Store) DeleteProviderKey(ctx context.Context, who owner.ID, p byok.Provider, e audit.Entry) error {
	return s.withAudit(ctx, who, e, func(q querier) error {
		return changed(ctx, q, noProviderKey,
			`DELETE FROM provider_keys WHERE owner = $1 AND provider = $2`, who, string(p))
	})
}

// NoteProviderKeyTest keeps the result of a test, if the key is still the one
// that was tested.
func (s *Store) NoteProviderKeyTest(ctx context.Context, who owner.ID, p byok.Provider, record string, r byok.TestResult, e audit.Entry) error {
	return s.withAudit(ctx, who, e, func(q querier) error {
		_, err := q.exec(ctx, `
			UPDATE provider_keys SET test_verdict = $4, test_remaining = $5, tested_at = $6
			WHERE owner = $1 AND provider = $2 AND record = $3`,
			who, string(p), record, string(r.Verdict), r.Remaining, micros(r.At))
		return err
	})
}

// NoteProviderKeyUse writes an audit entry and, if at is not zero, when the
// key of a record was last used.
func (s *Store) NoteProviderKeyUse(ctx context.Context, who owner.ID, record string, at time.Time, e audit.Entry) error {
	return s.withAudit(ctx, who, e, func(q querier) error {
		if at.IsZero() {
			return nil
		}
		// Copies of the program have clocks of their own: the latest counts.
		_, err := q.exec(ctx, `
			UPDATE provider_keys SET last_used_at = $3
			WHERE owner = $1 AND record = $2 AND last_used_at < $3`, who, record, micros(at))
		return err
	})
}

// SetProviderKeyCap keeps what a key may cost in a month, nil for any amount.
func (s *Store) SetProviderKeyCap(ctx context.Context, who owner.ID, p byok.Provider, limit *llm.Cost, e audit.Entry) error {
	return s.withAudit(ctx, who, e, func(q querier) error {
		return changed(ctx, q, noProviderKey,
			`UPDATE provider_keys SET cap = $3 WHERE owner = $1 AND provider = $2`, who, string(p), limit)
	})
}

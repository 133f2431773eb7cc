package store

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// What is kept for an owner at most: how many answers, and how many bytes.
const (
	maxAnswers     = 200
	maxAnswersSize = 64 << 20
)

// CachedAnswer returns the answer that is kept under a key and has not expired
// at now; fault.NotFound if there is none.
func (s *Store) CachedAnswer(ctx context.Context, who owner.ID, key [32]byte, now time.Time) (sealed []byte, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		sealed, err = one(ctx, q, "No answer is kept", blob,
			`SELECT sealed FROM ai_answers WHERE owner = $1 AND key = $2 AND expires_at > $3`, who, key[:], micros(now))
		return err
	})
	return sealed, err
}

// KeepAnswer keeps an answer under a key, in place of another one, until a
// time. It drops those of the owner that have expired, and the oldest until
// the others are few and small enough. One that is too large itself is not
// kept, and nor is what it was to replace.
func (s *Store) KeepAnswer(ctx context.Context, who owner.ID, key [32]byte, sealed []byte, now, until time.Time) error {
	return s.engine.transact(ctx, func(q querier) error {
		if err := lockOwner(ctx, q, s.dialect, who, noAccount); err != nil {
			return err
		}
		if len(sealed) > maxAnswersSize {
			_, err := q.exec(ctx, `DELETE FROM ai_answers WHERE owner = $1 AND key = $2`, who, key[:])
			return err
		}
		err := insertAll(ctx, q, `ai_answers (owner, key, size, kept_at, expires_at, sealed)`,
			[][]any{{who, key[:], len(sealed), micros(now), micros(until), sealed}}, `
			ON CONFLICT (owner, key) DO UPDATE
			SET size = excluded.size, kept_at = excluded.kept_at, expires_at = excluded.expires_at, sealed = excluded.sealed`)
		if err != nil {
			return err
		}
		_, err = q.exec(ctx, `DELETE FROM ai_answers WHERE owner = $1 AND expires_at <= $2`, who, micros(now))
		if err != nil {
			return err
		}
		_, err = q.exec(ctx, `
			DELETE FROM ai_answers WHERE owner = $1 AND key IN (
				SELECT key FROM (
					SELECT key, ROW_NUMBER() OVER newest AS place, SUM(size) OVER newest AS total
					FROM ai_answers WHERE owner = $1
					WINDOW newest AS (ORDER BY kept_at DESC, key DESC ROWS UNBOUNDED PRECEDING)
				) AS kept WHERE place > $2 OR total > $3)`, who, maxAnswers, maxAnswersSize)
		return err
	})
}

// DropAnswers drops the answers of all owners that expired at a time, and
// returns how many these were.
func (s *Store) DropAnswers(ctx context.Context, before time.Time) (n int64, err error) {
	err = s.engine.transact(ctx, func(q querier) error {
		n, err = q.exec(ctx, `DELETE FROM ai_answers WHERE expires_at <= $1`, micros(before))
		return err
	})
	return n, err
}

// blob reads a row of one sequence of bytes.
func blob(r row) (b []byte, err error) {
	err = r.Scan(&b)
	return b, err
}

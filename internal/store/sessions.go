package store

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

const noSession = "Session not found"

// CreateSession stores a session under the hash of its token.
func (s *Store) CreateSession(ctx context.Context, h account.Hash, n account.Session) error {
	return s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `INSERT INTO sessions (owner, hash, created_at, expires_at) VALUES ($1, $2, $3, $4)`,
			n.Owner, h[:], micros(n.CreatedAt), micros(n.ExpiresAt))
		return err
	})
}

// Session returns a session that has not expired at now, with its user.
func (s *Store) Session(ctx context.Context, h account.Hash, now time.Time) (n account.Session, u account.User, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		n, err = one(ctx, q, noSession, func(r row) (account.Session, error) {
			var created, expires int64
			err := scanWithUser(r, &u, &created, &expires)
			return account.Session{Owner: u.Owner, CreatedAt: timeOf(created), ExpiresAt: timeOf(expires)}, err
		}, `
			SELECT `+userColumns+`, s.created_at, s.expires_at
			FROM sessions s JOIN users u ON u.owner = s.owner
			WHERE s.hash = $1 AND s.expires_at > $2`, h[:], micros(now))
		return err
	})
	return n, u, err
}

// ExtendSession lets a session end later.
func (s *Store) ExtendSession(ctx context.Context, h account.Hash, expires time.Time) error {
	return s.engine.transact(ctx, func(q querier) error {
		return changed(ctx, q, noSession, `UPDATE sessions SET expires_at = $2 WHERE hash = $1`, h[:], micros(expires))
	})
}

// DeleteSession ends a session.
func (s *Store) DeleteSession(ctx context.Context, h account.Hash) error {
	return s.engine.transact(ctx, func(q querier) error {
		return changed(ctx, q, noSession, `DELETE FROM sessions WHERE hash = $1`, h[:])
	})
}

// DeleteSessions ends the sessions of a person but the one named.
func (s *Store) DeleteSessions(ctx context.Context, who owner.ID, except account.Hash) error {
	return s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `DELETE FROM sessions WHERE owner = $1 AND hash <> $2`, who, except[:])
		return err
	})
}

// DeleteExpiredSessions clears what is over.
func (s *Store) DeleteExpiredSessions(ctx context.Context, now time.Time) error {
	return s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `DELETE FROM sessions WHERE expires_at <= $1`, micros(now))
		return err
	})
}

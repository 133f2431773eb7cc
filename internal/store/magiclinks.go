package store

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

const noMagicLink = "This link is not there any more"

// CreateMagicLink stores a link under the hash of its token.
func (s *Store) CreateMagicLink(ctx context.Context, h account.Hash, l account.MagicLink) error {
	return s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `INSERT INTO magic_links (owner, hash, created_at, expires_at) VALUES ($1, $2, $3, $4)`,
			l.Owner, h[:], micros(l.CreatedAt), micros(l.ExpiresAt))
		return err
	})
}

// UseMagicLink takes a link away, with all others of its person, and returns
// that person.
func (s *Store) UseMagicLink(ctx context.Context, h account.Hash, now time.Time) (u account.User, err error) {
	err = s.engine.transact(ctx, func(q querier) error {
		owners, err := all(ctx, q, number, `
			DELETE FROM magic_links WHERE hash = $1 AND expires_at > $2 RETURNING owner`, h[:], micros(now))
		if err != nil {
			return err
		}
		if len(owners) == 0 {
			return fault.New(fault.NotFound, noMagicLink)
		}
		if _, err := q.exec(ctx, `DELETE FROM magic_links WHERE owner = $1`, owners[0]); err != nil {
			return err
		}
		u, err = one(ctx, q, noUser, scanUser, selectUser+`WHERE u.owner = $1`, owners[0])
		return err
	})
	return u, err
}

// DeleteExpiredMagicLinks clears what is over.
func (s *Store) DeleteExpiredMagicLinks(ctx context.Context, now time.Time) error {
	return s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `DELETE FROM magic_links WHERE expires_at <= $1`, micros(now))
		return err
	})
}

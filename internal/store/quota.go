package store

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// TakeQuota adds n requests, or as many of them as limit leaves, to the count
// of the day. A negative n gives requests back, at most all of them.
func (s *Store) TakeQuota(ctx context.Context, who owner.ID, day account.Day, n, limit int) (taken, used int, err error) {
	err = s.engine.transact(ctx, func(q querier) error {
		// An update even of nothing locks the row until the end.
		before, err := one(ctx, q, "", number, `
			INSERT INTO quotas (owner, day, used) VALUES ($1, $2, 0)
			ON CONFLICT (owner, day) DO UPDATE SET used = quotas.used
			RETURNING used`, who, day)
		if err != nil {
			return err
		}
		used = max(0, min(int(before)+n, max(limit, int(before))))
		taken = used - int(before)
		_, err = q.exec(ctx, `UPDATE quotas SET used = $3 WHERE owner = $1 AND day = $2`, who, day, used)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	return taken, used, nil
}

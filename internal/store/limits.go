package store

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// TakeMinute takes up to n requests of a minute as long as all that are taken
// are not more than limit. What is more than a minute older is not counted any
// more, and cleared.
func (s *Store) TakeMinute(ctx context.Context, who owner.ID, minute int64, n, limit int) (taken, used int, err error) {
	err = s.engine.transact(ctx, func(q querier) error {
		// An update even of nothing locks the row until the end.
		before, err := one(ctx, q, "", number, `
			INSERT INTO ai_minutes (owner, minute, used) VALUES ($1, $2, 0)
			ON CONFLICT (owner, minute) DO UPDATE SET used = ai_minutes.used
			RETURNING used`, who, minute)
		if err != nil {
			return err
		}
		taken = max(0, min(n, limit-int(before)))
		used = int(before) + taken
		_, err = q.exec(ctx, `UPDATE ai_minutes SET used = $3 WHERE owner = $1 AND minute = $2`, who, minute, used)
		if err != nil || before > 0 {
			return err
		}
		_, err = q.exec(ctx, `DELETE FROM ai_minutes WHERE owner = $1 AND minute < $2`, who, minute-1)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	return taken, used, nil
}

// keepStreams is for how long it is remembered what a process said that did
// not say it again: it may only be slow.
const keepStreams = time.Hour

// HoldStreams notes that a process has n streams of an owner open until a
// time, unless that is more than before and more than limit.
func (s *Store) HoldStreams(ctx context.Context, who owner.ID, process string, n, limit int, now, until time.Time) (ok bool, err error) {
	err = s.engine.transact(ctx, func(q querier) error {
		ok = false
		if err := lockOwner(ctx, q, s.dialect, who, noAccount); err != nil {
			return err
		}
		said, err := one(ctx, q, "", number, `
			SELECT COALESCE(MAX(streams), 0) FROM ai_streams WHERE owner = $1 AND process = $2`, who, process)
		if err != nil {
			return err
		}
		others, err := one(ctx, q, "", number, `
			SELECT CAST(COALESCE(SUM(streams), 0) AS BIGINT) FROM ai_streams
			WHERE owner = $1 AND process <> $2 AND until > $3`, who, process, micros(now))
		if err != nil || int64(n) > said && int64(n)+others > int64(limit) {
			return err
		}
		ok = true
		_, err = q.exec(ctx, `
			DELETE FROM ai_streams WHERE owner = $1 AND (process = $2 OR until < $3)`,
			who, process, micros(now.Add(-keepStreams)))
		if err != nil || n == 0 {
			return err
		}
		_, err = q.exec(ctx, `
			INSERT INTO ai_streams (owner, process, streams, until) VALUES ($1, $2, $3, $4)`,
			who, process, n, micros(until))
		return err
	})
	return ok && err == nil, err
}

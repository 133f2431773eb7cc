package store

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/job"
)

const jobColumns = `owner, kind, subject, round, tries, holder`

func scanJob(r row) (j job.Job, err error) {
	err = r.Scan(&j.Owner, &j.Kind, &j.Subject, &j.Round, &j.Tries, &j.Holder)
	return j, err
}

// ask makes a job in the transaction. One that is there already gets another
// round; if nobody does it, it is done at the moment that comes first.
func (t *transaction) ask(ctx context.Context, k job.Kind, subject int64, l job.Lane, due time.Time) error {
	_, err := t.exec(ctx, `
		INSERT INTO jobs (owner, kind, subject, round, lane, due_at, tries, holder)
		VALUES ($1, $2, $3, 1, $4, $5, 0, '')
		ON CONFLICT (owner, kind, subject) DO UPDATE SET round = jobs.round + 1, tries = 0,
			lane = CASE WHEN jobs.lane < excluded.lane THEN jobs.lane ELSE excluded.lane END,
			due_at = CASE WHEN jobs.holder = '' AND excluded.due_at < jobs.due_at
			              THEN excluded.due_at ELSE jobs.due_at END`,
		t.who, k, subject, l, micros(due))
	return err
}

// done ends a job, unless somebody asked again or another process took it.
func (t *transaction) done(ctx context.Context, j job.Job) (bool, error) {
	n, err := t.exec(ctx, `
		DELETE FROM jobs
		WHERE owner = $1 AND kind = $2 AND subject = $3 AND round = $4 AND holder = $5`,
		t.who, j.Kind, j.Subject, j.Round, j.Holder)
	return n > 0, err
}

// ClaimJobs is of the port job.Store.
func (s *Store) ClaimJobs(ctx context.Context, holder string, now, until time.Time, n int) ([]job.Job, error) {
	var list []job.Job
	err := s.engine.transact(ctx, func(q querier) error {
		list = nil
		for _, lane := range []job.Lane{job.Now, job.Later} {
			if len(list) == n {
				break
			}
			claimed, err := all(ctx, q, scanJob, `
				UPDATE jobs SET holder = $1, due_at = $2
				WHERE (owner, kind, subject) IN (
					SELECT owner, kind, subject FROM jobs WHERE lane = $3 AND due_at <= $4
					ORDER BY due_at LIMIT $5 `+s.dialect.skipLocked()+`)
				RETURNING `+jobColumns, holder, micros(until), lane, micros(now), n-len(list))
			if err != nil {
				return err
			}
			list = append(list, claimed...)
		}
		return nil
	})
	return list, err
}

// StopProcessing takes the mark Processing from all ideas of everybody, for
// when nobody is there any more who would understand them. What they wait for
// stays.
func (s *Store) StopProcessing(ctx context.Context) error {
	var any []int64
	err := s.engine.single(ctx, func(q querier) (err error) {
		any, err = all(ctx, q, number, `SELECT subject FROM jobs WHERE kind = $1 LIMIT 1`, job.Understand)
		return err
	})
	if err != nil || len(any) == 0 {
		return err
	}
	return s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `
			UPDATE ideas SET processing = $1
			WHERE processing = $2 AND (owner, number) IN (SELECT owner, subject FROM jobs WHERE kind = $3)`,
			false, true, job.Understand)
		return err
	})
}

// NextJob is of the port job.Store.
func (s *Store) NextJob(ctx context.Context) (at time.Time, any bool, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		due, err := all(ctx, q, number, `
			SELECT due_at FROM (SELECT due_at FROM jobs WHERE lane = 0 ORDER BY due_at LIMIT 1) AS now
			UNION ALL
			SELECT due_at FROM (SELECT due_at FROM jobs WHERE lane = 1 ORDER BY due_at LIMIT 1) AS later
			ORDER BY due_at`)
		if err == nil && len(due) > 0 {
			at, any = timeOf(due[0]), true
		}
		return err
	})
	return at, any, err
}

// HoldJobs is of the port job.Store.
func (s *Store) HoldJobs(ctx context.Context, holder string, until time.Time) error {
	var held []int64
	err := s.engine.single(ctx, func(q querier) (err error) {
		held, err = all(ctx, q, number, `SELECT subject FROM jobs WHERE holder = $1 LIMIT 1`, holder)
		return err
	})
	if err != nil || len(held) == 0 {
		return err
	}
	return s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `UPDATE jobs SET due_at = $2 WHERE holder = $1`, holder, micros(until))
		return err
	})
}

// ReleaseJob is of the port job.Store.
func (s *Store) ReleaseJob(ctx context.Context, j job.Job, now, at time.Time, failed bool) error {
	var held []int64
	err := s.engine.single(ctx, func(q querier) (err error) {
		held, err = all(ctx, q, number, `
			SELECT round FROM jobs WHERE owner = $1 AND kind = $2 AND subject = $3 AND holder = $4`,
			j.Owner, j.Kind, j.Subject, j.Holder)
		return err
	})
	if err != nil || len(held) == 0 {
		return err
	}
	tries := 0
	if failed {
		tries = 1
	}
	return s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `
			UPDATE jobs SET holder = '',
				tries = CASE WHEN round = $5 THEN tries + $6 ELSE 0 END,
				due_at = CASE WHEN round = $5 THEN CAST($7 AS BIGINT) ELSE CAST($8 AS BIGINT) END
			WHERE owner = $1 AND kind = $2 AND subject = $3 AND holder = $4`,
			j.Owner, j.Kind, j.Subject, j.Holder, j.Round, tries, micros(at), micros(now))
		return err
	})
}

// ReleaseAllJobs is of the port job.Store.
func (s *Store) ReleaseAllJobs(ctx context.Context) error {
	return s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `UPDATE jobs SET holder = '', due_at = 0 WHERE holder <> ''`)
		return err
	})
}

package store

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

const noTurn = "This turn is not held any more"

// makeTurns gives a new person the turns of their letters.
func makeTurns(ctx context.Context, q querier, who owner.ID) error {
	for _, kind := range []job.Kind{job.Digest, job.Nudge} {
		_, err := q.exec(ctx, `
			INSERT INTO digest_turns (owner, kind, slot_at, last_at, round, due_at, tries, holder)
			VALUES ($1, $2, 0, 0, 1, 0, 0, '')`, who, kind)
		if err != nil {
			return err
		}
	}
	return nil
}

// askTurns has the times of letters found anew.
func askTurns(ctx context.Context, q querier, who owner.ID) error {
	_, err := q.exec(ctx, `
		UPDATE digest_turns SET round = round + 1, tries = 0,
			due_at = CASE WHEN holder = '' THEN 0 ELSE due_at END
		WHERE owner = $1`, who)
	return err
}

// Turns returns when letters are due, as jobs.
func (s *Store) Turns() *Turns { return &Turns{s} }

// Turns has when letters are due.
type Turns struct{ s *Store }

func scanTurn(r row) (t digest.Turn, err error) {
	var slot, last int64
	err = r.Scan(&slot, &last)
	if slot > 0 {
		t.Slot = timeOf(slot)
	}
	if last > 0 {
		t.Last = timeOf(last)
	}
	return t, err
}

// Turn is of the port digest.Turns.
func (o *Turns) Turn(ctx context.Context, j job.Job) (t digest.Turn, err error) {
	err = o.s.engine.single(ctx, func(q querier) error {
		t, err = one(ctx, q, noTurn, scanTurn, `
			SELECT slot_at, last_at FROM digest_turns WHERE owner = $1 AND kind = $2 AND holder = $3`, j.Owner, j.Kind, j.Holder)
		return err
	})
	return t, err
}

// TurnOf is of the port digest.Turns.
func (o *Turns) TurnOf(ctx context.Context, who owner.ID, k job.Kind) (t digest.Turn, err error) {
	err = o.s.engine.single(ctx, func(q querier) error {
		t, err = one(ctx, q, noAccount, scanTurn, `SELECT slot_at, last_at FROM digest_turns WHERE owner = $1 AND kind = $2`, who, k)
		return err
	})
	return t, err
}

// EndTurn is of the port digest.Turns.
func (o *Turns) EndTurn(ctx context.Context, j job.Job, next digest.Turn) error {
	last := int64(0)
	if !next.Last.IsZero() {
		last = micros(next.Last)
	}
	return o.s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `
			UPDATE digest_turns SET slot_at = $5, due_at = $5, last_at = $6, tries = 0, holder = ''
			WHERE owner = $1 AND kind = $2 AND holder = $3 AND round = $4`,
			j.Owner, j.Kind, j.Holder, j.Round, micros(next.Slot), last)
		return err
	})
}

// AskDistant has turns found anew that are further ahead than any turn can be:
// the clock was wrong when they were set.
func (o *Turns) AskDistant(ctx context.Context, after time.Time) error {
	return o.s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `
			UPDATE digest_turns SET slot_at = 0, last_at = 0, due_at = 0, round = round + 1
			WHERE slot_at > $1 AND holder = ''`, micros(after))
		return err
	})
}

// ClaimJobs is of the port job.Store.
func (o *Turns) ClaimJobs(ctx context.Context, holder string, now, until time.Time, n int) (list []job.Job, err error) {
	err = o.s.engine.transact(ctx, func(q querier) error {
		list, err = all(ctx, q, func(r row) (job.Job, error) {
			j := job.Job{Holder: holder}
			return j, r.Scan(&j.Owner, &j.Kind, &j.Round, &j.Tries)
		}, `
			UPDATE digest_turns SET holder = $1, due_at = $2
			WHERE (owner, kind) IN (
				SELECT owner, kind FROM digest_turns WHERE due_at <= $3
				ORDER BY due_at LIMIT $4 `+o.s.dialect.skipLocked()+`)
			RETURNING owner, kind, round, tries`, holder, micros(until), micros(now), n)
		return err
	})
	return list, err
}

// NextJob is of the port job.Store.
func (o *Turns) NextJob(ctx context.Context) (at time.Time, any bool, err error) {
	err = o.s.engine.single(ctx, func(q querier) error {
		due, err := all(ctx, q, number, `SELECT due_at FROM digest_turns ORDER BY due_at LIMIT 1`)
		if err == nil && len(due) > 0 {
			at, any = timeOf(due[0]), true
		}
		return err
	})
	return at, any, err
}

// HoldJobs is of the port job.Store.
func (o *Turns) HoldJobs(ctx context.Context, holder string, until time.Time) error {
	var held []int64
	err := o.s.engine.single(ctx, func(q querier) (err error) {
		held, err = all(ctx, q, number, `SELECT owner FROM digest_turns WHERE holder = $1 LIMIT 1`, holder)
		return err
	})
	if err != nil || len(held) == 0 {
		return err
	}
	return o.s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `UPDATE digest_turns SET due_at = $2 WHERE holder = $1`, holder, micros(until))
		return err
	})
}

// ReleaseJob is of the port job.Store.
func (o *Turns) ReleaseJob(ctx context.Context, j job.Job, now, at time.Time, failed bool) error {
	tries := 0
	if failed {
		tries = 1
	}
	return o.s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `
			UPDATE digest_turns SET holder = '',
				tries = CASE WHEN round = $4 THEN tries + $5 ELSE 0 END,
				due_at = CASE WHEN round = $4 THEN CAST($6 AS BIGINT) ELSE CAST($7 AS BIGINT) END
			WHERE owner = $1 AND kind = $2 AND holder = $3`,
			j.Owner, j.Kind, j.Holder, j.Round, tries, micros(at), micros(now))
		return err
	})
}

// ReleaseAllJobs is of the port job.Store.
func (o *Turns) ReleaseAllJobs(ctx context.Context) error {
	return o.s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `UPDATE digest_turns SET holder = '', due_at = 0 WHERE holder <> ''`)
		return err
	})
}

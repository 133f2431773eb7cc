package store

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

const noMail = "This mail does not wait any more"

// QueueMail is of the port mail.Queue.
func (s *Store) QueueMail(ctx context.Context, who owner.ID, m mail.Message) error {
	return s.engine.transact(ctx, func(q querier) error {
		if err := lockOwner(ctx, q, s.dialect, who, noAccount); err != nil {
			return err
		}
		return (&transaction{querier: q, d: s.dialect, who: who}).queueMail(ctx, m)
	})
}

// queueMail stores a letter in the transaction of what it follows from.
func (t *transaction) queueMail(ctx context.Context, m mail.Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	if m.ID == "" {
		m.ID = rand.Text()
	}
	if m.At.IsZero() {
		m.At = time.Now()
	}
	if m.Until.IsZero() {
		m.Until = m.At.Add(mail.KeepTrying)
	}
	there, err := all(ctx, t, number, `SELECT number FROM mails WHERE owner = $1 AND id = $2`, t.who, m.ID)
	if err != nil || len(there) > 0 {
		return err
	}
	n, err := t.next(ctx, mailNoun)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		INSERT INTO mails (owner, number, id, kind, recipient, name, subject, text, html, unsubscribe,
			state, reason, lane, due_at, tries, holder, created_at, until, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', '', $11, $12, 0, '', $12, $13, 0)
		ON CONFLICT (owner, id) DO NOTHING`,
		t.who, n, m.ID, m.Kind, m.To, m.ToName, m.Subject, m.Text, m.HTML, m.Unsubscribe,
		mailLane(m.Kind), micros(m.At), micros(m.Until))
	return err
}

// mailLane lets what somebody waits for at the screen pass what nobody does.
func mailLane(k mail.Kind) job.Lane {
	if k == mail.Digest || k == mail.Nudge {
		return job.Later
	}
	return job.Now
}

// PruneMails clears what is known of letters whose delivery ended before a
// moment.
func (s *Store) PruneMails(ctx context.Context, before time.Time) error {
	return s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `DELETE FROM mails WHERE state <> 'waiting' AND ended_at < $1`, micros(before))
		return err
	})
}

// Outbox returns the letters that wait, as jobs.
func (s *Store) Outbox() *Outbox { return &Outbox{s} }

// Outbox has the letters that wait.
type Outbox struct{ s *Store }

// Mail is of the port mail.Store.
func (o *Outbox) Mail(ctx context.Context, j job.Job) (m mail.Message, err error) {
	err = o.s.engine.single(ctx, func(q querier) error {
		m, err = one(ctx, q, noMail, func(r row) (m mail.Message, err error) {
			var created, until int64
			err = r.Scan(&m.ID, &m.Kind, &m.To, &m.ToName, &m.Subject, &m.Text, &m.HTML, &m.Unsubscribe, &created, &until)
			m.At, m.Until = timeOf(created), timeOf(until)
			return m, err
		}, `
			SELECT id, kind, recipient, name, subject, text, html, unsubscribe, created_at, until
			FROM mails WHERE owner = $1 AND number = $2 AND state = 'waiting' AND holder = $3`,
			j.Owner, j.Subject, j.Holder)
		return err
	})
	return m, err
}

// EndMail is of the port mail.Store.
func (o *Outbox) EndMail(ctx context.Context, j job.Job, e mail.Ending) error {
	if e.State != mail.Sent && e.State != mail.Bounced {
		return fault.New(fault.Internal, "A mail cannot end as %q", e.State)
	}
	return o.s.engine.transact(ctx, func(q querier) error {
		return changed(ctx, q, noMail, `
			UPDATE mails SET state = $4, reason = $5, ended_at = $6, holder = '',
				name = '', subject = '', text = '', html = '', unsubscribe = ''
			WHERE owner = $1 AND number = $2 AND state = 'waiting' AND holder = $3`,
			j.Owner, j.Subject, j.Holder, e.State, e.Reason, micros(e.At))
	})
}

// ClaimJobs is of the port job.Store.
func (o *Outbox) ClaimJobs(ctx context.Context, holder string, now, until time.Time, n int) (list []job.Job, err error) {
	err = o.s.engine.transact(ctx, func(q querier) error {
		list, err = all(ctx, q, func(r row) (job.Job, error) {
			j := job.Job{Kind: job.Mail, Round: 1, Holder: holder}
			return j, r.Scan(&j.Owner, &j.Subject, &j.Tries)
		}, `
			UPDATE mails SET holder = $1, due_at = $2
			WHERE (owner, number) IN (
				SELECT owner, number FROM mails WHERE state = 'waiting' AND due_at <= $3
				ORDER BY lane, due_at LIMIT $4 `+o.s.dialect.skipLocked()+`)
			RETURNING owner, number, tries`, holder, micros(until), micros(now), n)
		return err
	})
	return list, err
}

// NextJob is of the port job.Store.
func (o *Outbox) NextJob(ctx context.Context) (at time.Time, any bool, err error) {
	err = o.s.engine.single(ctx, func(q querier) error {
		due, err := all(ctx, q, number, `
			SELECT due_at FROM (SELECT due_at FROM mails WHERE state = 'waiting' AND lane = 0 ORDER BY due_at LIMIT 1) AS now
			UNION ALL
			SELECT due_at FROM (SELECT due_at FROM mails WHERE state = 'waiting' AND lane = 1 ORDER BY due_at LIMIT 1) AS later
			ORDER BY due_at`)
		if err == nil && len(due) > 0 {
			at, any = timeOf(due[0]), true
		}
		return err
	})
	return at, any, err
}

// HoldJobs is of the port job.Store.
func (o *Outbox) HoldJobs(ctx context.Context, holder string, until time.Time) error {
	var held []int64
	err := o.s.engine.single(ctx, func(q querier) (err error) {
		held, err = all(ctx, q, number, `SELECT number FROM mails WHERE state = 'waiting' AND holder = $1 LIMIT 1`, holder)
		return err
	})
	if err != nil || len(held) == 0 {
		return err
	}
	return o.s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `UPDATE mails SET due_at = $2 WHERE state = 'waiting' AND holder = $1`, holder, micros(until))
		return err
	})
}

// ReleaseJob is of the port job.Store. Nobody asks for a letter again, so now
// is not needed.
func (o *Outbox) ReleaseJob(ctx context.Context, j job.Job, _, at time.Time, failed bool) error {
	tries := 0
	if failed {
		tries = 1
	}
	return o.s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `
			UPDATE mails SET holder = '', tries = tries + $4, due_at = $5
			WHERE owner = $1 AND number = $2 AND state = 'waiting' AND holder = $3`,
			j.Owner, j.Subject, j.Holder, tries, micros(at))
		return err
	})
}

// ReleaseAllJobs is of the port job.Store.
func (o *Outbox) ReleaseAllJobs(ctx context.Context) error {
	return o.s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `UPDATE mails SET holder = '', due_at = 0 WHERE state = 'waiting' AND holder <> ''`)
		return err
	})
}

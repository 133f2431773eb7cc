package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

const noDigest = "This letter is not there"

// AddDigest is of the port digest.Store.
func (s *Store) AddDigest(ctx context.Context, who owner.ID, d *digest.Digest, letter func(digest.Digest) (mail.Message, error)) error {
	return s.write(ctx, who, func(t *transaction) error {
		if d.Kind == digest.Weekly {
			there, err := all(ctx, t, number, `
				SELECT id FROM digests WHERE owner = $1 AND kind = 'weekly' AND until_at = $2`, who, micros(d.Until))
			if err != nil {
				return err
			}
			if len(there) > 0 {
				return fault.New(fault.Conflict, "This letter is written already")
			}
		}
		id, err := t.next(ctx, digestNoun)
		if err != nil {
			return err
		}
		d.ID, d.Mail = id, digest.NoMail
		var m mail.Message
		if letter != nil {
			if m, err = letter(*d); err != nil {
				return err
			}
			if err := t.queueMail(ctx, m); err != nil {
				return err
			}
			d.Mail = digest.MailWaiting
		}
		content, err := json.Marshal(d.Content)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `
			INSERT INTO digests (owner, id, kind, from_at, until_at, created_at, zone, subject, mail, content)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			who, id, d.Kind, micros(d.From), micros(d.Until), micros(d.CreatedAt), d.Zone, d.Subject, m.ID, string(content))
		return err
	})
}

// selectDigest reads digests with what became of their mails. What is not
// known any more of an old mail is as if there had been none.
const selectDigest = `
	SELECT d.id, d.kind, d.from_at, d.until_at, d.created_at, d.zone, d.subject,
	       COALESCE(m.state, ''), %s
	FROM digests d LEFT JOIN mails m ON m.owner = d.owner AND m.id = d.mail AND d.mail <> ''
	WHERE d.owner = $1 `

var mailStates = map[mail.State]digest.MailState{
	"":           digest.NoMail,
	mail.Waiting: digest.MailWaiting,
	mail.Sent:    digest.MailSent,
	mail.Bounced: digest.MailFailed,
}

func scanDigest(r row) (d digest.Digest, err error) {
	var from, until, created int64
	var state mail.State
	var content string
	if err := r.Scan(&d.ID, &d.Kind, &from, &until, &created, &d.Zone, &d.Subject, &state, &content); err != nil {
		return d, err
	}
	d.From, d.Until, d.CreatedAt, d.Mail = timeOf(from), timeOf(until), timeOf(created), mailStates[state]
	if err := json.Unmarshal([]byte(content), &d.Content); err != nil {
		return d, fmt.Errorf("read digest %d: %w", d.ID, err)
	}
	return d, nil
}

// Digest is of the port digest.Store.
func (s *Store) Digest(ctx context.Context, who owner.ID, id int64) (d digest.Digest, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		d, err = one(ctx, q, noDigest, scanDigest, fmt.Sprintf(selectDigest, "d.content")+`AND d.id = $2`, who, id)
		return err
	})
	return d, err
}

// Digests is of the port digest.Store.
func (s *Store) Digests(ctx context.Context, who owner.ID, limit, offset int) (list []digest.Digest, total int, err error) {
	err = s.engine.snapshot(ctx, func(q querier) error {
		n, err := one(ctx, q, "", number, `SELECT COUNT(*) FROM digests WHERE owner = $1`, who)
		if err != nil {
			return err
		}
		total = int(n)
		list, err = all(ctx, q, scanDigest, fmt.Sprintf(selectDigest, "'{}'")+`ORDER BY d.id DESC LIMIT $2 OFFSET $3`, who, limit, offset)
		return err
	})
	return list, total, err
}

// LastDigests is of the port digest.Store.
func (s *Store) LastDigests(ctx context.Context, who owner.ID, n int) (list []digest.Digest, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		list, err = all(ctx, q, scanDigest, fmt.Sprintf(selectDigest, "d.content")+`ORDER BY d.id DESC LIMIT $2`, who, n)
		return err
	})
	return list, err
}

// AskedSince is of the port digest.Store.
func (s *Store) AskedSince(ctx context.Context, who owner.ID, t time.Time) (n int, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		count, err := one(ctx, q, "", number, `
			SELECT COUNT(*) FROM digests WHERE owner = $1 AND kind = $2 AND created_at >= $3`, who, digest.Asked, micros(t))
		n = int(count)
		return err
	})
	return n, err
}

// PutOff is of the port digest.Stales.
func (s *Store) PutOff(ctx context.Context, who owner.ID, number int64, now, until time.Time) error {
	ends := int64(0)
	if !until.IsZero() {
		ends = micros(until)
	}
	return s.write(ctx, who, func(t *transaction) error {
		there, err := ideas{t}.Existing(ctx, []int64{number})
		if err != nil {
			return err
		}
		if len(there) == 0 {
			return fault.New(fault.NotFound, noIdea)
		}
		_, err = t.exec(ctx, `
			INSERT INTO stale_answers (owner, number, at, until) VALUES ($1, $2, $3, $4)
			ON CONFLICT (owner, number) DO UPDATE SET at = excluded.at, until = excluded.until`,
			who, number, micros(now), ends)
		return err
	})
}

package store

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

// PauseBulk lets what is done for an owner when nobody waits for it, wait
// until ResumeBulk, also what is yet to come. What is under way is ended.
func (s *Store) PauseBulk(ctx context.Context, who owner.ID, m vector.Model) error {
	return s.chooseBulk(ctx, who, m, true, job.Later, job.Held)
}

// ResumeBulk starts what waits for that, with a model that the owner agrees to.
func (s *Store) ResumeBulk(ctx context.Context, who owner.ID, m vector.Model) error {
	return s.chooseBulk(ctx, who, m, false, job.Held, job.Later)
}

func (s *Store) chooseBulk(ctx context.Context, who owner.ID, m vector.Model, paused bool, from, to job.Lane) error {
	return s.write(ctx, who, func(t *transaction) error {
		_, err := t.exec(ctx, `
			INSERT INTO bulk_choices (owner, paused, model, version) VALUES ($1, $2, $3, $4)
			ON CONFLICT (owner) DO UPDATE
			SET paused = excluded.paused, model = excluded.model, version = excluded.version`,
			who, paused, m.ID, m.Version)
		if err != nil {
			return err
		}
		t.change.Add(live.Change{Meaning: true})
		_, err = t.exec(ctx, `UPDATE jobs SET lane = $3 WHERE owner = $1 AND lane = $2`, who, from, to)
		return err
	})
}

// SortBulk is for the start of a program, whose model may be another than
// before. If it is metered, what nobody agreed that this model does waits from
// now on; else only what somebody paused does.
func (s *Store) SortBulk(ctx context.Context, m vector.Model, metered bool) error {
	return s.engine.transact(ctx, func(q querier) error {
		if metered {
			_, err := q.exec(ctx, `
				UPDATE jobs SET lane = $2 WHERE kind = $1 AND lane = $3 AND NOT EXISTS (
					SELECT 1 FROM bulk_choices b
					WHERE b.owner = jobs.owner AND b.paused = $4 AND b.model = $5 AND b.version = $6)`,
				job.Understand, job.Held, job.Later, false, m.ID, m.Version)
			return err
		}
		_, err := q.exec(ctx, `
			UPDATE jobs SET lane = $2 WHERE kind = $1 AND lane = $3 AND NOT EXISTS (
				SELECT 1 FROM bulk_choices b WHERE b.owner = jobs.owner AND b.paused = $4)`,
			job.Understand, job.Later, job.Held, true)
		return err
	})
}

// BulkState returns how understanding the ideas of an owner with a model stands.
func (s *Store) BulkState(ctx context.Context, who owner.ID, m vector.Model) (state job.Bulk, err error) {
	err = s.engine.snapshot(ctx, func(q querier) error {
		paused, err := all(ctx, q, number, `
			SELECT owner FROM bulk_choices WHERE owner = $1 AND paused = $2`, who, true)
		if err != nil {
			return err
		}
		state.Paused = len(paused) > 0
		for _, c := range []struct {
			into  *int
			where string
			args  []any
		}{
			{&state.Total, ``, nil},
			{&state.Done, ` AND EXISTS (SELECT 1 FROM idea_vectors v
				WHERE v.owner = i.owner AND v.idea = i.number AND v.model = $3 AND v.version = $4)`, []any{m.ID, m.Version}},
			{&state.Held, ` AND EXISTS (SELECT 1 FROM jobs j
				WHERE j.owner = i.owner AND j.kind = $3 AND j.subject = i.number AND j.lane = $4)`, []any{job.Understand, job.Held}},
			{&state.Going, ` AND EXISTS (SELECT 1 FROM jobs j
				WHERE j.owner = i.owner AND j.kind = $3 AND j.subject = i.number AND j.lane < $4)`, []any{job.Understand, job.Held}},
		} {
			n, err := one(ctx, q, "", number, `SELECT COUNT(*) FROM ideas i WHERE i.owner = $1 AND i.archived = $2`+c.where,
				append([]any{who, false}, c.args...)...)
			if err != nil {
				return err
			}
			*c.into = int(n)
		}
		return nil
	})
	return state, err
}

// TextsWithout returns some of the texts that a model has not understood, of
// ideas after a number, and the number of the last; none when there are no more.
func (s *Store) TextsWithout(ctx context.Context, who owner.ID, m vector.Model, after int64) (texts []embed.Text, last int64, err error) {
	const some = 500
	last = after
	err = s.engine.single(ctx, func(q querier) error {
		texts, err = all(ctx, q, func(r row) (embed.Text, error) {
			var title, body string
			err := r.Scan(&last, &title, &body)
			return embed.Idea(title, body), err
		}, `
			SELECT i.number, i.title, i.body FROM ideas i
			WHERE i.owner = $1 AND i.number > $2 AND i.archived = $3 AND NOT EXISTS (
				SELECT 1 FROM idea_vectors v
				WHERE v.owner = i.owner AND v.model = $4 AND v.version = $5 AND v.idea = i.number)
			ORDER BY i.number LIMIT $6`, who, after, false, m.ID, m.Version, some)
		return err
	})
	return texts, last, err
}

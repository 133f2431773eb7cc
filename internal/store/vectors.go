package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

// VectorChanges is the port vector.Source. Archived ideas are not to be found.
func (s *Store) VectorChanges(ctx context.Context, who owner.ID, m vector.Model, after int64) ([]vector.Change, error) {
	var list []vector.Change
	err := s.engine.single(ctx, func(q querier) (err error) {
		list, err = all(ctx, q, func(r row) (c vector.Change, err error) {
			var archived bool
			var b []byte
			if err := r.Scan(&c.Number, &c.Idea, &archived, &b); err != nil || archived {
				return c, err
			}
			c.Vector, err = vectorOf(b, m.Dimensions)
			return c, err
		}, `
			SELECT v.change, v.idea, i.archived, v.vector
			FROM idea_vectors v JOIN ideas i ON i.owner = v.owner AND i.number = v.idea
			WHERE v.owner = $1 AND v.model = $2 AND v.version = $3 AND v.change > $4
			ORDER BY v.change, v.idea`, who, m.ID, m.Version, after)
		return err
	})
	return list, err
}

// Vector returns the vector of an idea and the sum of the text that it is of,
// or a fault.NotFound.
func (s *Store) Vector(ctx context.Context, who owner.ID, m vector.Model, idea int64) (v []float32, sum [32]byte, err error) {
	type found struct{ sum, vector []byte }
	err = s.engine.single(ctx, func(q querier) error {
		f, err := one(ctx, q, "The idea has not been understood yet", func(r row) (f found, err error) {
			err = r.Scan(&f.sum, &f.vector)
			return f, err
		}, `SELECT sum, vector FROM idea_vectors
			WHERE owner = $1 AND model = $2 AND version = $3 AND idea = $4`, who, m.ID, m.Version, idea)
		if err != nil {
			return err
		}
		copy(sum[:], f.sum)
		v, err = vectorOf(f.vector, m.Dimensions)
		return err
	})
	return v, sum, err
}

// PutVector stores what an idea means to a model, as it was when its text had
// the sum. If that was the last idea of the owner that the model had to
// understand, its vectors serve from now on and others are dropped.
func (s *Store) PutVector(ctx context.Context, who owner.ID, m vector.Model, idea int64, sum [32]byte, v []float32) error {
	if len(v) != m.Dimensions {
		return fmt.Errorf("store: a vector of %d dimensions is none of %s", len(v), m.ID)
	}
	return s.write(ctx, who, func(t *transaction) error {
		if err := t.putVector(ctx, m, idea, sum, v); err != nil {
			return err
		}
		t.change.Add(live.Change{Meaning: true})
		_, err := t.exec(ctx, `
			INSERT INTO vector_models (owner, model, version, dimensions) VALUES ($1, $2, $3, $4)
			ON CONFLICT (owner) DO NOTHING`, who, m.ID, m.Version, m.Dimensions)
		return err
	})
}

// PutServing stores a vector of the model that serves the owner until another
// one has read every idea. If that one serves by now, nothing is stored.
func (s *Store) PutServing(ctx context.Context, who owner.ID, m vector.Model, idea int64, sum [32]byte, v []float32) error {
	if len(v) != m.Dimensions {
		return fmt.Errorf("store: a vector of %d dimensions is none of %s", len(v), m.ID)
	}
	return s.write(ctx, who, func(t *transaction) error {
		serves, err := all(ctx, t, number, `
			SELECT owner FROM vector_models WHERE owner = $1 AND model = $2 AND version = $3`, who, m.ID, m.Version)
		if err != nil || len(serves) == 0 {
			return err
		}
		return t.putVector(ctx, m, idea, sum, v)
	})
}

func (t *transaction) putVector(ctx context.Context, m vector.Model, idea int64, sum [32]byte, v []float32) error {
	change, err := t.next(ctx, vectorNoun)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		INSERT INTO idea_vectors (owner, model, version, idea, dimensions, sum, vector, change)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (owner, model, version, idea) DO UPDATE
		SET dimensions = excluded.dimensions, sum = excluded.sum, vector = excluded.vector, change = excluded.change`,
		t.who, m.ID, m.Version, idea, m.Dimensions, sum[:], vectorBytes(v), change)
	return err
}

// SwitchVectors lets the vectors of a model serve an owner, and drops those
// of others, if the model has understood all ideas. It reports whether its
// vectors serve.
func (s *Store) SwitchVectors(ctx context.Context, who owner.ID, m vector.Model) (serves bool, err error) {
	serving, err := s.ServingModel(ctx, who)
	if err != nil || serving == m {
		return err == nil, err
	}
	// As long as there is work, there is no need to look at all ideas.
	var waiting []int64
	err = s.engine.single(ctx, func(q querier) error {
		waiting, err = all(ctx, q, number,
			`SELECT subject FROM jobs WHERE owner = $1 AND kind = $2 AND lane < $3 LIMIT 1`, who, job.Understand, job.Held)
		return err
	})
	if err != nil || len(waiting) > 0 {
		return false, err
	}
	missing, err := s.anyWithout(ctx, who, m)
	if err != nil || missing {
		return false, err
	}
	err = s.write(ctx, who, func(t *transaction) error {
		// Asked again, now that nobody can capture in between.
		missing, err := anyWithout(ctx, t, who, m)
		if serves = !missing; err != nil || missing {
			return err
		}
		t.change.Add(live.Change{Meaning: true})
		_, err = t.exec(ctx, `
			INSERT INTO vector_models (owner, model, version, dimensions) VALUES ($1, $2, $3, $4)
			ON CONFLICT (owner) DO UPDATE
			SET model = excluded.model, version = excluded.version, dimensions = excluded.dimensions`,
			who, m.ID, m.Version, m.Dimensions)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `
			DELETE FROM idea_vectors WHERE owner = $1 AND (model <> $2 OR version <> $3)`, who, m.ID, m.Version)
		return err
	})
	return serves, err
}

func (s *Store) anyWithout(ctx context.Context, who owner.ID, m vector.Model) (missing bool, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		missing, err = anyWithout(ctx, q, who, m)
		return err
	})
	return missing, err
}

// anyWithout reports whether an idea has no vector of a model.
func anyWithout(ctx context.Context, q querier, who owner.ID, m vector.Model) (bool, error) {
	found, err := all(ctx, q, number, `
		SELECT i.number FROM ideas i WHERE i.owner = $1 AND i.archived = $2 AND NOT EXISTS (
			SELECT 1 FROM idea_vectors v
			WHERE v.owner = i.owner AND v.model = $3 AND v.version = $4 AND v.idea = i.number)
		LIMIT 1`, who, false, m.ID, m.Version)
	return len(found) > 0, err
}

// ServingModel returns the model whose vectors serve an owner, the zero Model
// if none do yet.
func (s *Store) ServingModel(ctx context.Context, who owner.ID) (vector.Model, error) {
	var models []vector.Model
	err := s.engine.single(ctx, func(q querier) (err error) {
		models, err = all(ctx, q, func(r row) (m vector.Model, err error) {
			err = r.Scan(&m.ID, &m.Version, &m.Dimensions)
			return m, err
		}, `SELECT model, version, dimensions FROM vector_models WHERE owner = $1`, who)
		return err
	})
	return append(models, vector.Model{})[0], err
}

// ServedByOthers returns the owners whom the vectors of another model serve.
func (s *Store) ServedByOthers(ctx context.Context, m vector.Model) (list []owner.ID, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		list, err = all(ctx, q, func(r row) (who owner.ID, err error) {
			err = r.Scan(&who)
			return who, err
		}, `SELECT owner FROM vector_models WHERE model <> $1 OR version <> $2 ORDER BY owner`, m.ID, m.Version)
		return err
	})
	return list, err
}

// AskMissing asks for some of the ideas of all owners to be understood, when
// nothing else waits, that a model has not understood and nobody asked for. If
// it is metered, or their owner paused, they wait until somebody starts that.
// It begins after an owner and a number and returns where it got to, and false
// when there are no more.
func (s *Store) AskMissing(ctx context.Context, m vector.Model, metered bool, who owner.ID, number int64, now time.Time) (owner.ID, int64, bool, error) {
	const some = 200
	type place struct {
		who    owner.ID
		number int64
		paused bool
	}
	var list []place
	err := s.engine.single(ctx, func(q querier) (err error) {
		list, err = all(ctx, q, func(r row) (p place, err error) {
			err = r.Scan(&p.who, &p.number, &p.paused)
			return p, err
		}, `
			SELECT i.owner, i.number, COALESCE(b.paused, $3)
			FROM ideas i LEFT JOIN bulk_choices b ON b.owner = i.owner
			WHERE (i.owner, i.number) > ($1, $2) AND i.archived = $3 AND NOT EXISTS (
				SELECT 1 FROM idea_vectors v
				WHERE v.owner = i.owner AND v.model = $4 AND v.version = $5 AND v.idea = i.number)
			ORDER BY i.owner, i.number LIMIT $6`, who, number, false, m.ID, m.Version, some)
		return err
	})
	if err != nil || len(list) == 0 {
		return who, number, false, err
	}
	rows := make([][]any, len(list))
	for k, p := range list {
		lane := job.Later
		if metered || p.paused {
			lane = job.Held
		}
		rows[k] = []any{p.who, job.Understand, p.number, 1, lane, micros(now), 0, ""}
	}
	err = s.engine.transact(ctx, func(q querier) error {
		return insertAll(ctx, q, `jobs (owner, kind, subject, round, lane, due_at, tries, holder)`, rows,
			`ON CONFLICT (owner, kind, subject) DO NOTHING`)
	})
	if fault.Is(err, fault.NotFound) { // an account went meanwhile
		return who, number, true, nil
	}
	last := list[len(list)-1]
	return last.who, last.number, true, err
}

// FinishJob runs f in a write transaction of the owner of a job and ends the
// job in the same one. If somebody asked again, or another process has it by
// now, f is not run and false is returned.
func (s *Store) FinishJob(ctx context.Context, j job.Job, f func(idea.Tx) error) (ended bool, err error) {
	err = s.write(ctx, j.Owner, func(t *transaction) error {
		if ended, err = t.done(ctx, j); err != nil || !ended {
			return err
		}
		return f(t.ports())
	})
	return ended && err == nil, err
}

// refind notes that an idea is found or is not found any more.
func (t *transaction) refind(ctx context.Context, number int64) error {
	change, err := t.next(ctx, vectorNoun)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `UPDATE idea_vectors SET change = $3 WHERE owner = $1 AND idea = $2`, t.who, number, change)
	return err
}

// vectorBytes writes a vector as it is stored.
func vectorBytes(v []float32) []byte {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

// vectorOf reads it again.
func vectorOf(b []byte, dimensions int) ([]float32, error) {
	if len(b) != 4*dimensions {
		return nil, fmt.Errorf("store: a vector of %d bytes has not %d dimensions", len(b), dimensions)
	}
	v := make([]float32, dimensions)
	for k := range v {
		v[k] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*k:]))
	}
	return v, nil
}

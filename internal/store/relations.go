package store

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// relations is the port idea.Relations.
type relations struct{ *transaction }

const noRelation = "Relation not found"

// relationColumns are what scanRelation reads, of the table relations r.
const relationColumns = `r.id, r.source, r.target, r.type, r.score, r.note, r.created_at`

// relationFields are where relationColumns go; created is read as micros.
func relationFields(r *idea.Relation, created *int64) []any {
	return []any{&r.ID, &r.Source, &r.Target, &r.Type, &r.Score, &r.Note, created}
}

func scanRelation(r row) (idea.Relation, error) {
	var rel idea.Relation
	var created int64
	err := r.Scan(relationFields(&rel, &created)...)
	rel.CreatedAt = timeOf(created)
	return rel, err
}

func scanRelated(r row) (idea.Related, error) {
	var rel idea.Related
	var created int64
	err := r.Scan(append(relationFields(&rel.Relation, &created), briefFields(&rel.Other)...)...)
	rel.CreatedAt = timeOf(created)
	return rel, err
}

// briefFields are where number, title, status and archived of an idea go.
func briefFields(b *idea.Brief) []any {
	return []any{&b.Number, &b.Title, &b.Status, &b.Archived}
}

func (t relations) Get(ctx context.Context, id int64) (idea.Relation, error) {
	return one(ctx, t, noRelation, scanRelation,
		`SELECT `+relationColumns+` FROM relations r WHERE r.owner = $1 AND r.id = $2`, t.who, id)
}

func (t relations) Of(ctx context.Context, number int64) (outgoing, incoming []idea.Related, err error) {
	const related = `
		SELECT ` + relationColumns + `, i.number, i.title, i.status, i.archived FROM relations r`
	outgoing, err = all(ctx, t, scanRelated, related+`
		JOIN ideas i ON i.owner = r.owner AND i.number = r.target
		WHERE r.owner = $1 AND r.source = $2 ORDER BY r.id`, t.who, number)
	if err != nil {
		return nil, nil, err
	}
	incoming, err = all(ctx, t, scanRelated, related+`
		JOIN ideas i ON i.owner = r.owner AND i.number = r.source
		WHERE r.owner = $1 AND r.target = $2 ORDER BY r.id`, t.who, number)
	return outgoing, incoming, err
}

func (t relations) Put(ctx context.Context, r *idea.Relation) error {
	if r.ID == 0 {
		return t.insert(ctx, r)
	}
	old, err := t.Get(ctx, r.ID)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		UPDATE relations SET source = $3, target = $4, type = $5, score = $6, note = $7
		WHERE owner = $1 AND id = $2`,
		t.who, r.ID, r.Source, r.Target, r.Type, r.Score, r.Note)
	t.related(old.Source, old.Target, r.Source, r.Target)
	return err
}

func (t relations) insert(ctx context.Context, r *idea.Relation) error {
	id, err := t.next(ctx, relationNoun)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		INSERT INTO relations (owner, id, source, target, type, score, note, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		t.who, id, r.Source, r.Target, r.Type, r.Score, r.Note, micros(r.CreatedAt))
	if err != nil {
		return err
	}
	r.ID = id
	t.related(r.Source, r.Target)
	return nil
}

func (t relations) Delete(ctx context.Context, id int64) error {
	old, err := t.Get(ctx, id)
	if err != nil {
		return err
	}
	t.related(old.Source, old.Target)
	return changed(ctx, t, noRelation, `DELETE FROM relations WHERE owner = $1 AND id = $2`, t.who, id)
}

// related notes that relations between ideas are not what they were.
func (t relations) related(ends ...int64) {
	t.change.Relations = true
	t.touched(ends...)
}

func (t relations) Targets(ctx context.Context, rt idea.RelationType, from []int64) ([]int64, error) {
	return all(ctx, t, number, `
		SELECT DISTINCT target FROM relations
		WHERE owner = $1 AND type = $2 AND `+t.d.among("source", "$3")+` ORDER BY target`,
		t.who, rt, t.d.integers(from))
}

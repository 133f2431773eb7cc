package store

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// duplicates is the port idea.Duplicates.
type duplicates struct{ *transaction }

const noDuplicate = "Duplicate not found"

// selectDuplicate reads proposals with both of their ideas.
const selectDuplicate = `
	SELECT d.id, d.score, d.status, d.created_at,
	       n.number, n.title, n.status, n.archived, o.number, o.title, o.status, o.archived
	FROM duplicates d
	JOIN ideas n ON n.owner = d.owner AND n.number = d.newer
	JOIN ideas o ON o.owner = d.owner AND o.number = d.older
	WHERE d.owner = $1 `

func scanDuplicate(r row) (idea.Duplicate, error) {
	var d idea.Duplicate
	var created int64
	to := append([]any{&d.ID, &d.Score, &d.Status, &created}, briefFields(&d.Idea)...)
	err := r.Scan(append(to, briefFields(&d.Of)...)...)
	d.CreatedAt = timeOf(created)
	return d, err
}

func (t duplicates) Pending(ctx context.Context) ([]idea.Duplicate, error) {
	return all(ctx, t, scanDuplicate,
		selectDuplicate+`AND d.status = $2 ORDER BY d.score DESC, d.id`, t.who, idea.DuplicatePending)
}

func (t duplicates) Get(ctx context.Context, id int64) (idea.Duplicate, error) {
	return one(ctx, t, noDuplicate, scanDuplicate, selectDuplicate+`AND d.id = $2`, t.who, id)
}

func (t duplicates) Of(ctx context.Context, number int64) ([]idea.Duplicate, error) {
	return all(ctx, t, scanDuplicate,
		selectDuplicate+`AND (d.newer = $2 OR d.older = $2) ORDER BY d.id`, t.who, number)
}

func (t duplicates) Score(ctx context.Context, id int64, score float64) error {
	t.change.Duplicates = true
	return changed(ctx, t, noDuplicate,
		`UPDATE duplicates SET score = $3 WHERE owner = $1 AND id = $2`, t.who, id, score)
}

func (t duplicates) Withdraw(ctx context.Context, id int64) error {
	t.change.Duplicates = true
	return changed(ctx, t, noDuplicate,
		`DELETE FROM duplicates WHERE owner = $1 AND id = $2 AND status = $3`, t.who, id, idea.DuplicatePending)
}

func (t duplicates) Insert(ctx context.Context, d *idea.Duplicate) error {
	proposed, err := all(ctx, t, number, `
		SELECT id FROM duplicates
		WHERE owner = $1 AND (newer = $2 AND older = $3 OR newer = $3 AND older = $2)`,
		t.who, d.Idea.Number, d.Of.Number)
	if err != nil {
		return err
	}
	if len(proposed) > 0 {
		return fault.New(fault.Conflict, "Ideas #%d and #%d were compared already", d.Idea.Number, d.Of.Number)
	}
	id, err := t.next(ctx, duplicateNoun)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		INSERT INTO duplicates (owner, id, newer, older, score, status, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		t.who, id, d.Idea.Number, d.Of.Number, d.Score, d.Status, micros(d.CreatedAt))
	if err != nil {
		return err
	}
	d.ID = id
	t.change.Duplicates = true
	return nil
}

func (t duplicates) Decide(ctx context.Context, id int64, s idea.DuplicateStatus) error {
	t.change.Duplicates = true
	return changed(ctx, t, noDuplicate,
		`UPDATE duplicates SET status = $3 WHERE owner = $1 AND id = $2`, t.who, id, s)
}

// Close forgets the proposals: of an idea that comes back they can be made
// again.
func (t duplicates) Close(ctx context.Context, number int64) error {
	n, err := t.exec(ctx, `
		DELETE FROM duplicates
		WHERE owner = $1 AND status = $3 AND (newer = $2 OR older = $2)`,
		t.who, number, idea.DuplicatePending)
	if n > 0 {
		t.change.Duplicates = true
	}
	return err
}

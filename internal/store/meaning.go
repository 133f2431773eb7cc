package store

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/job"
)

// meaning is the port idea.Meaning.
type meaning struct{ *transaction }

func (t meaning) Ask(ctx context.Context, number int64, due time.Time) error {
	return t.ask(ctx, job.Understand, number, job.Now, due)
}

func (t meaning) Await(ctx context.Context, number int64, due time.Time) error {
	return t.ask(ctx, job.Understand, number, job.Held, due)
}

func (t meaning) Processed(ctx context.Context, number int64) error {
	n, err := t.exec(ctx, `
		UPDATE ideas SET processing = $3 WHERE owner = $1 AND number = $2 AND processing = $4`,
		t.who, number, false, true)
	if n > 0 {
		t.touched(number)
	}
	return err
}

func (t meaning) Refuse(ctx context.Context, a, b int64) error {
	_, err := t.exec(ctx, `
		INSERT INTO refused_pairs (owner, low, high) VALUES ($1, $2, $3)
		ON CONFLICT (owner, low, high) DO NOTHING`, t.who, min(a, b), max(a, b))
	return err
}

func (t meaning) Refused(ctx context.Context, a, b int64) (bool, error) {
	found, err := all(ctx, t, number, `
		SELECT low FROM refused_pairs WHERE owner = $1 AND low = $2 AND high = $3`,
		t.who, min(a, b), max(a, b))
	return len(found) > 0, err
}

func (t meaning) Refusals(ctx context.Context) (map[[2]int64]bool, error) {
	list, err := all(ctx, t, func(r row) (p [2]int64, err error) {
		err = r.Scan(&p[0], &p[1])
		return p, err
	}, `SELECT low, high FROM refused_pairs WHERE owner = $1`, t.who)
	pairs := make(map[[2]int64]bool, len(list))
	for _, p := range list {
		pairs[p] = true
	}
	return pairs, err
}

package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/job"
)

// meaning is the port idea.Meaning.
type meaning struct{ *transaction }

func (t meaning) Ask(ctx context.Context, number int64, due time.Time) error {
	return t.ask(ctx, job.Understand, number, job.Now, due)
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

func (t meaning) Suggest(ctx context.Context, number int64, list []idea.Suggestion) error {
	old, err := t.suggestions(ctx, number)
	if err != nil {
		return err
	}
	list = slices.Clone(list)
	slices.SortFunc(list, bySuggestionScore)
	if slices.Equal(list, old) {
		return nil
	}
	t.touched(number)
	_, err = t.exec(ctx, `DELETE FROM tag_suggestions WHERE owner = $1 AND idea = $2`, t.who, number)
	if err != nil {
		return err
	}
	rows := make([][]any, len(list))
	for k, s := range list {
		rows[k] = []any{t.who, number, s.Name, s.Score}
	}
	return insertAll(ctx, t, `tag_suggestions (owner, idea, name, score)`, rows, "")
}

// bySuggestionScore is the order of suggestions, the best first.
func bySuggestionScore(a, b idea.Suggestion) int {
	if c := cmp.Compare(b.Score, a.Score); c != 0 {
		return c
	}
	return strings.Compare(a.Name, b.Name)
}

func (t meaning) suggestions(ctx context.Context, number int64) ([]idea.Suggestion, error) {
	list, err := all(ctx, t, func(r row) (s idea.Suggestion, err error) {
		err = r.Scan(&s.Name, &s.Score)
		return s, err
	}, `SELECT name, score FROM tag_suggestions WHERE owner = $1 AND idea = $2`, t.who, number)
	slices.SortFunc(list, bySuggestionScore)
	return list, err
}

func (t meaning) Suggested(ctx context.Context, number int64) ([]idea.Suggestion, error) {
	list, err := t.suggestions(ctx, number)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	has, err := t.tagsOf(ctx, number)
	return slices.DeleteFunc(list, func(s idea.Suggestion) bool { return slices.Contains(has, s.Name) }), err
}

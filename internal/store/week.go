package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Week is of the port digest.Store.
func (s *Store) Week(ctx context.Context, who owner.ID, span digest.Span) (w digest.Week, err error) {
	err = s.engine.snapshot(ctx, func(q querier) error {
		w = digest.Week{}
		r := weekReader{&transaction{querier: q, d: s.dialect, who: who}, span}
		for _, read := range []func(context.Context, *digest.Week) error{r.captured, r.moved, r.duplicates, r.stale} {
			if err := read(ctx, &w); err != nil {
				return err
			}
		}
		return nil
	})
	return w, err
}

// weekReader reads one part of a week after the other.
type weekReader struct {
	*transaction
	span digest.Span
}

// capturedThen is a condition on the table ideas i; its arguments are those of
// since.
const capturedThen = `i.owner = $1 AND i.archived = $2 AND i.created_at >= $3 AND i.created_at < $4`

func (r weekReader) since(more ...any) []any {
	return append([]any{r.who, false, micros(r.span.From), micros(r.span.Until)}, more...)
}

func (r weekReader) captured(ctx context.Context, w *digest.Week) error {
	ideas, err := one(ctx, r, "", number, `SELECT COUNT(*) FROM ideas i WHERE i.owner = $1 AND i.archived = $2`, r.who, false)
	if err != nil {
		return err
	}
	w.Ideas = int(ideas)
	w.ByStatus, err = all(ctx, r, func(r row) (c digest.StatusCount, err error) {
		err = r.Scan(&c.Status, &c.Count)
		return c, err
	}, `SELECT i.status, COUNT(*) FROM ideas i WHERE `+capturedThen+` GROUP BY i.status ORDER BY 2 DESC, 1`, r.since()...)
	if err != nil {
		return err
	}
	for _, c := range w.ByStatus {
		w.NewTotal += c.Count
	}
	if w.NewTotal == 0 {
		return nil
	}
	w.ByTag, err = all(ctx, r, func(r row) (c digest.TagCount, err error) {
		err = r.Scan(&c.Tag, &c.Count)
		return c, err
	}, `
		SELECT t.name, COUNT(*) FROM ideas i
		JOIN idea_tags c ON c.owner = i.owner AND c.number = i.number
		JOIN tags t ON t.owner = c.owner AND t.id = c.tag
		WHERE `+capturedThen+` GROUP BY t.name ORDER BY 2 DESC, 1 LIMIT $5`, r.since(digest.MaxTags)...)
	if err != nil {
		return err
	}
	w.New, err = all(ctx, r, func(r row) (i digest.Idea, err error) {
		var created int64
		err = r.Scan(&i.Number, &i.Title, &i.Status, &created, &i.Text)
		i.CreatedAt = timeOf(created)
		return i, err
	}, `
		SELECT i.number, i.title, i.status, i.created_at, substr(i.body, 1, $6) FROM ideas i
		WHERE `+capturedThen+` ORDER BY i.created_at DESC, i.number DESC LIMIT $5`, r.since(digest.MaxIdeas, r.span.Heads)...)
	if err != nil {
		return err
	}
	return r.tags(ctx, w.New)
}

// tags sets the tags of new ideas.
func (r weekReader) tags(ctx context.Context, list []digest.Idea) error {
	brief := make([]idea.Idea, len(list))
	for k, i := range list {
		brief[k].Number = i.Number
	}
	if err := r.readTags(ctx, brief); err != nil {
		return err
	}
	for k := range list {
		list[k].Tags = brief[k].Tags
	}
	return nil
}

// moved reads which ideas have another status than at the beginning. One that
// went several ways did so once, and one that came back did not.
func (r weekReader) moved(ctx context.Context, w *digest.Week) error {
	steps, err := all(ctx, r, func(r row) (m digest.Move, err error) {
		var at int64
		err = r.Scan(&m.Number, &m.From, &m.To, &at)
		m.At = timeOf(at)
		return m, err
	}, `
		SELECT e.number, e.from_status, e.to_status, e.at FROM events e
		JOIN ideas i ON i.owner = e.owner AND i.number = e.number
		WHERE e.owner = $1 AND i.archived = $2 AND e.at >= $3 AND e.at < $4 AND e.kind = 'moved'
		ORDER BY e.number, e.step`, r.since()...)
	if err != nil {
		return err
	}
	var moves []digest.Move
	for _, m := range steps {
		if n := len(moves); n > 0 && moves[n-1].Number == m.Number {
			moves[n-1].To, moves[n-1].At = m.To, m.At
			continue
		}
		moves = append(moves, m)
	}
	moves = slices.DeleteFunc(moves, func(m digest.Move) bool { return m.From == m.To })
	slices.SortStableFunc(moves, func(a, b digest.Move) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Number, a.Number)) })
	for _, m := range moves {
		if m.To == idea.Shipped {
			w.ShippedTotal++
			if len(w.Shipped) < digest.MaxIdeas {
				w.Shipped = append(w.Shipped, m)
			}
			continue
		}
		w.MovedTotal++
		if len(w.Moved) < digest.MaxIdeas {
			w.Moved = append(w.Moved, m)
		}
	}
	return r.titles(ctx, w.Moved, w.Shipped)
}

// titles sets the titles of moves.
func (r weekReader) titles(ctx context.Context, lists ...[]digest.Move) error {
	var numbers []int64
	for _, list := range lists {
		for _, m := range list {
			numbers = append(numbers, m.Number)
		}
	}
	refs, err := all(ctx, r, func(r row) (ref digest.Ref, err error) {
		err = r.Scan(&ref.Number, &ref.Title)
		return ref, err
	}, `SELECT number, title FROM ideas WHERE owner = $1 AND `+r.d.among("number", "$2"), r.who, r.d.integers(numbers))
	if err != nil {
		return err
	}
	names := map[int64]string{}
	for _, ref := range refs {
		names[ref.Number] = ref.Title
	}
	for _, list := range lists {
		for k := range list {
			list[k].Title = names[list[k].Number]
		}
	}
	return nil
}

func (r weekReader) duplicates(ctx context.Context, w *digest.Week) error {
	n, err := one(ctx, r, "", number, `
		SELECT COUNT(*) FROM duplicates WHERE owner = $1 AND status = $2`, r.who, idea.DuplicatePending)
	if err != nil || n == 0 {
		return err
	}
	w.DuplicatesTotal = int(n)
	list, err := all(ctx, r, scanDuplicate,
		selectDuplicate+`AND d.status = $2 ORDER BY d.score DESC, d.id LIMIT $3`, r.who, idea.DuplicatePending, digest.MaxDuplicates)
	for _, d := range list {
		w.Duplicates = append(w.Duplicates, digest.Pair{
			ID: d.ID, Score: d.Score, Idea: digest.Ref{Number: d.Idea.Number, Title: d.Idea.Title}, Duplicate: digest.Ref{Number: d.Of.Number, Title: d.Of.Title},
		})
	}
	return err
}

func (r weekReader) stale(ctx context.Context, w *digest.Week) error {
	const stale = `
		FROM ideas i LEFT JOIN stale_answers a ON a.owner = i.owner AND a.number = i.number
		WHERE i.owner = $1 AND i.archived = $2 AND i.updated_at < $3 AND i.status = $4
		AND (a.at IS NULL OR a.until = 0 AND i.updated_at > a.at OR a.until > 0 AND a.until <= $5)`
	args := []any{r.who, false, micros(r.span.StaleBefore), idea.Captured, micros(r.span.Now)}
	n, err := one(ctx, r, "", number, `SELECT COUNT(*)`+stale, args...)
	if err != nil || n == 0 {
		return err
	}
	w.StaleTotal = int(n)
	w.Stale, err = all(ctx, r, func(r row) (s digest.Stale, err error) {
		var since int64
		err = r.Scan(&s.Number, &s.Title, &since, &s.Text)
		s.Since = timeOf(since)
		return s, err
	}, `SELECT i.number, i.title, i.updated_at, substr(i.body, 1, $7)`+stale+` ORDER BY i.updated_at, i.number LIMIT $6`,
		append(args, cmp.Or(r.span.Stale, digest.MaxStale), r.span.Heads)...)
	return err
}

package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

// ideas is the port idea.Ideas.
type ideas struct{ *transaction }

const noIdea = "Idea not found"

// ideaColumns are what scanIdea reads, of the table ideas i.
const ideaColumns = `i.number, i.title, i.body, i.status, i.source, i.source_url, i.parent,
	i.archived, i.processing, i.version, i.created_at, i.updated_at`

func scanIdea(r row) (idea.Idea, error) {
	var i idea.Idea
	var created, updated int64
	err := r.Scan(&i.Number, &i.Title, &i.Body, &i.Status, &i.Source, &i.SourceURL, &i.Parent,
		&i.Archived, &i.Processing, &i.Version, &created, &updated)
	i.CreatedAt, i.UpdatedAt = timeOf(created), timeOf(updated)
	return i, err
}

func (t ideas) Insert(ctx context.Context, i *idea.Idea) error {
	n, err := t.next(ctx, ideaNoun)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, t.d.insertIdea(), t.who, n, i.Title, titleKey(i.Title), i.Body, i.Status,
		i.Source, i.SourceURL, i.Parent, i.Archived, i.Processing, micros(i.CreatedAt), micros(i.UpdatedAt))
	if err != nil {
		return err
	}
	i.Number, i.Version = n, 1
	if err := t.index(ctx, i); err != nil {
		return err
	}
	if err := t.retag(ctx, i, nil, false); err != nil {
		return err
	}
	t.touched(n)
	return nil
}

func (t ideas) Get(ctx context.Context, number int64) (idea.Idea, error) {
	i, err := one(ctx, t, noIdea, scanIdea,
		`SELECT `+ideaColumns+` FROM ideas i WHERE i.owner = $1 AND i.number = $2`, t.who, number)
	if err != nil {
		return idea.Idea{}, err
	}
	i.Tags, err = t.tagsOf(ctx, number)
	return i, err
}

func (t ideas) Update(ctx context.Context, i *idea.Idea) error {
	old, err := t.Get(ctx, i.Number)
	if err != nil {
		return err
	}
	i.Version = old.Version + 1
	_, err = t.exec(ctx, `
		UPDATE ideas
		SET title = $3, title_key = $4, body = $5, status = $6, source_url = $7, parent = $8,
		    archived = $9, processing = $10, version = $11, updated_at = $12
		WHERE owner = $1 AND number = $2`,
		t.who, i.Number, i.Title, titleKey(i.Title), i.Body, i.Status, i.SourceURL, i.Parent,
		i.Archived, i.Processing, i.Version, micros(i.UpdatedAt))
	if err != nil {
		return err
	}
	if i.Title != old.Title || i.Body != old.Body {
		if err := t.index(ctx, i); err != nil {
			return err
		}
	}
	if i.Archived != old.Archived {
		if err := t.refind(ctx, i.Number); err != nil {
			return err
		}
	}
	if i.Archived != old.Archived || !slices.Equal(i.Tags, old.Tags) {
		if err := t.retag(ctx, i, old.Tags, old.Archived); err != nil {
			return err
		}
	}
	t.touched(i.Number)
	return nil
}

func (t ideas) Existing(ctx context.Context, numbers []int64) ([]int64, error) {
	return all(ctx, t, number,
		`SELECT number FROM ideas WHERE owner = $1 AND `+t.d.among("number", "$2")+` ORDER BY number`,
		t.who, t.d.integers(numbers))
}

// index puts the words of an idea in place of those that were there.
func (t ideas) index(ctx context.Context, i *idea.Idea) error {
	for _, s := range t.d.index(t.who, i.Number, lexemes(t.who, words.Index(i.Title, i.Body))) {
		if _, err := t.exec(ctx, s.text, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// tagsOf returns the names of the tags of one idea, in their order.
func (t *transaction) tagsOf(ctx context.Context, number int64) ([]string, error) {
	return all(ctx, t, text, `
		SELECT t.name FROM idea_tags c JOIN tags t ON t.owner = c.owner AND t.id = c.tag
		WHERE c.owner = $1 AND c.number = $2 ORDER BY c.position`, t.who, number)
}

// text reads a row of one text.
func text(r row) (s string, err error) {
	err = r.Scan(&s)
	return s, err
}

// retag stores the tags of an idea, makes those that are not there, and keeps
// their counts.
func (t ideas) retag(ctx context.Context, i *idea.Idea, old []string, wasArchived bool) error {
	if len(i.Tags) == 0 && len(old) == 0 {
		return nil
	}
	ids, err := t.tagIDs(ctx, i, slices.Concat(i.Tags, old))
	if err != nil {
		return err
	}
	if !slices.Equal(i.Tags, old) {
		if err := t.carry(ctx, i, ids); err != nil {
			return err
		}
	}
	gain := map[int64]int{}
	if !wasArchived {
		for _, name := range old {
			gain[ids[name]]--
		}
	}
	if !i.Archived {
		for _, name := range i.Tags {
			gain[ids[name]]++
		}
	}
	for id, n := range gain {
		if n == 0 {
			continue
		}
		t.change.Tags = true
		if _, err := t.exec(ctx, `UPDATE tags SET ideas = ideas + $3 WHERE owner = $1 AND id = $2`, t.who, id, n); err != nil {
			return err
		}
	}
	return nil
}

// tagIDs returns the ids of tags by name. Those that are not there are made.
func (t ideas) tagIDs(ctx context.Context, i *idea.Idea, names []string) (map[string]int64, error) {
	ids := map[string]int64{}
	for _, name := range names {
		if ids[name] != 0 {
			continue
		}
		found, err := all(ctx, t, number, `SELECT id FROM tags WHERE owner = $1 AND name = $2`, t.who, name)
		if err != nil {
			return nil, err
		}
		tag := idea.Tag{Name: name, CreatedAt: i.UpdatedAt}
		if len(found) == 0 {
			if err := tags(t).Insert(ctx, &tag); err != nil {
				return nil, err
			}
			found = []int64{tag.ID}
		}
		ids[name] = found[0]
	}
	return ids, nil
}

// carry puts the tags of an idea in place of those it had.
func (t ideas) carry(ctx context.Context, i *idea.Idea, ids map[string]int64) error {
	if i.Version > 1 {
		if _, err := t.exec(ctx, `DELETE FROM idea_tags WHERE owner = $1 AND number = $2`, t.who, i.Number); err != nil {
			return err
		}
	}
	if len(i.Tags) == 0 {
		return nil
	}
	values := make([]string, len(i.Tags))
	args := []any{t.who, i.Number}
	for k, name := range i.Tags {
		values[k] = fmt.Sprintf("($1, $2, %d, $%d)", k, k+3)
		args = append(args, ids[name])
	}
	_, err := t.exec(ctx, `INSERT INTO idea_tags (owner, number, position, tag) VALUES `+strings.Join(values, ", "), args...)
	if fault.Is(err, fault.Conflict) {
		return fault.Wrap(fault.Invalid, err, "An idea cannot have the same tag twice")
	}
	return err
}

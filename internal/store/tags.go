package store

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// tags is the port idea.Tags.
type tags struct{ *transaction }

const noTag = "Tag not found"

const tagColumns = `id, name, color, ideas, created_at`

func scanTag(r row) (idea.Tag, error) {
	var t idea.Tag
	var created int64
	err := r.Scan(&t.ID, &t.Name, &t.Color, &t.Ideas, &created)
	t.CreatedAt = timeOf(created)
	return t, err
}

func (t tags) All(ctx context.Context) ([]idea.Tag, error) {
	return all(ctx, t, scanTag, `SELECT `+tagColumns+` FROM tags WHERE owner = $1 ORDER BY name`, t.who)
}

func (t tags) Get(ctx context.Context, id int64) (idea.Tag, error) {
	return one(ctx, t, noTag, scanTag, `SELECT `+tagColumns+` FROM tags WHERE owner = $1 AND id = $2`, t.who, id)
}

func (t tags) Insert(ctx context.Context, tag *idea.Tag) error {
	if err := t.free(ctx, tag.Name, 0); err != nil {
		return err
	}
	id, err := t.next(ctx, tagNoun)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		INSERT INTO tags (owner, id, name, color, ideas, created_at) VALUES ($1, $2, $3, $4, 0, $5)`,
		t.who, id, tag.Name, tag.Color, micros(tag.CreatedAt))
	if err != nil {
		return err
	}
	tag.ID, tag.Ideas = id, 0
	t.change.Tags = true
	return nil
}

func (t tags) Update(ctx context.Context, tag idea.Tag) error {
	old, err := t.Get(ctx, tag.ID)
	if err != nil {
		return err
	}
	if err := t.free(ctx, tag.Name, tag.ID); err != nil {
		return err
	}
	_, err = t.exec(ctx, `UPDATE tags SET name = $3, color = $4 WHERE owner = $1 AND id = $2`,
		t.who, tag.ID, tag.Name, tag.Color)
	if err != nil {
		return err
	}
	t.change.Tags = true
	if tag.Name == old.Name {
		return nil // a colour is no part of an idea
	}
	return t.renew(ctx, tag.ID)
}

func (t tags) Delete(ctx context.Context, id int64) error {
	if err := t.renew(ctx, id); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `DELETE FROM idea_tags WHERE owner = $1 AND tag = $2`, t.who, id); err != nil {
		return err
	}
	t.change.Tags = true
	return changed(ctx, t, noTag, `DELETE FROM tags WHERE owner = $1 AND id = $2`, t.who, id)
}

// free checks that no other tag has the name. Writers of one owner run one
// after the other, so it stays free.
func (t tags) free(ctx context.Context, name string, but int64) error {
	ids, err := all(ctx, t, number, `SELECT id FROM tags WHERE owner = $1 AND name = $2`, t.who, name)
	if err == nil && len(ids) > 0 && ids[0] != but {
		err = fault.New(fault.Conflict, "The tag %s is there already", name)
	}
	return err
}

// renew gives the ideas that carry a tag a new version.
func (t tags) renew(ctx context.Context, id int64) error {
	carriers, err := all(ctx, t, number, `
		UPDATE ideas SET version = version + 1
		WHERE owner = $1 AND number IN (SELECT number FROM idea_tags WHERE owner = $1 AND tag = $2)
		RETURNING number`, t.who, id)
	t.touched(carriers...)
	return err
}

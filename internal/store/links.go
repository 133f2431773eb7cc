package store

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// links is the port idea.Links.
type links struct{ *transaction }

const noLink = "Link not found"

func scanLink(r row) (idea.Link, error) {
	var l idea.Link
	var created int64
	err := r.Scan(&l.ID, &l.URL, &l.Title, &l.Type, &created)
	l.CreatedAt = timeOf(created)
	return l, err
}

func (t links) Of(ctx context.Context, number int64) ([]idea.Link, error) {
	return all(ctx, t, scanLink, `
		SELECT id, url, title, type, created_at FROM links
		WHERE owner = $1 AND number = $2 ORDER BY id`, t.who, number)
}

func (t links) Insert(ctx context.Context, number int64, l *idea.Link) error {
	id, err := t.next(ctx, linkNoun)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		INSERT INTO links (owner, id, number, url, title, type, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		t.who, id, number, l.URL, l.Title, l.Type, micros(l.CreatedAt))
	if err != nil {
		return err
	}
	l.ID = id
	t.touched(number)
	return nil
}

func (t links) Delete(ctx context.Context, number, id int64) error {
	t.touched(number)
	return changed(ctx, t, noLink,
		`DELETE FROM links WHERE owner = $1 AND number = $2 AND id = $3`, t.who, number, id)
}

func (t links) Move(ctx context.Context, from, to int64) error {
	_, err := t.exec(ctx, `
		DELETE FROM links WHERE owner = $1 AND number = $2
		AND url IN (SELECT url FROM links WHERE owner = $1 AND number = $3)`, t.who, from, to)
	if err != nil {
		return err
	}
	n, err := t.exec(ctx, `UPDATE links SET number = $3 WHERE owner = $1 AND number = $2`, t.who, from, to)
	if n > 0 {
		t.touched(from, to)
	}
	return err
}

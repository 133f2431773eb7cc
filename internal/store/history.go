package store

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// history is the port idea.History.
type history struct{ *transaction }

func scanEvent(r row) (idea.Event, error) {
	var e idea.Event
	var at int64
	err := r.Scan(&e.Kind, &e.From, &e.To, &e.Peer, &at)
	e.At = timeOf(at)
	return e, err
}

func (t history) Append(ctx context.Context, number int64, e idea.Event) error {
	_, err := t.exec(ctx, `
		INSERT INTO events (owner, number, step, kind, from_status, to_status, peer, at)
		VALUES ($1, $2,
			(SELECT COALESCE(MAX(step), 0) + 1 FROM events WHERE owner = $1 AND number = $2),
			$3, $4, $5, $6, $7)`,
		t.who, number, e.Kind, e.From, e.To, e.Peer, micros(e.At))
	t.touched(number)
	return err
}

func (t history) Of(ctx context.Context, number int64) ([]idea.Event, error) {
	return all(ctx, t, scanEvent, `
		SELECT kind, from_status, to_status, peer, at FROM events
		WHERE owner = $1 AND number = $2 ORDER BY step`, t.who, number)
}

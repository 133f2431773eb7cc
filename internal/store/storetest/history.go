package storetest

import (
	"context"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

func testHistory(t *testing.T, s suite) {
	who := s.owner(t)
	s.titled(t, who, "a", "b")
	given := []idea.Event{
		{Kind: idea.EventCaptured, To: idea.Captured, At: at(3)},
		{Kind: idea.EventMoved, From: idea.Captured, To: idea.Building, At: at(1)}, // a clock that was put back
		{Kind: idea.EventMerged, Peer: 2, At: at(2)},
	}
	for _, e := range given {
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.History.Append(ctx, 1, e) })
	}
	for number, events := range map[int64][]idea.Event{1: given, 2: nil, 9: nil} {
		s.read(t, who, func(ctx context.Context, tx idea.Tx) error {
			got, err := tx.History.Of(ctx, number)
			want(t, "events", got, events)
			return err
		})
	}
	s.refused(t, "append to nothing", who, fault.NotFound, func(ctx context.Context, tx idea.Tx) error {
		return tx.History.Append(ctx, 9, given[0])
	})
}

package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

func (s *server) getMap(ctx context.Context, who account.Caller, _ *none) (*answer[Map], error) {
	m, err := s.Ideas.Map(ctx, who.User.Owner)
	if err != nil {
		return nil, err
	}
	return ok(Map{each(m.Nodes, wireNode), each(m.Edges, wireEdge)}), nil
}

type placeOnMap struct{ Body MapPositions }

func (s *server) placeOnMap(ctx context.Context, who account.Caller, in *placeOnMap) (*answer[Success], error) {
	at := make(map[int64]idea.Point, len(in.Body.Positions))
	for _, p := range in.Body.Positions {
		at[p.ID] = idea.Point{X: p.X, Y: p.Y}
	}
	if err := s.Ideas.PlaceOnMap(ctx, who.User.Owner, at); err != nil {
		return nil, err
	}
	return done(), nil
}

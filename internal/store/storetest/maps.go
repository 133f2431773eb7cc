package storetest

import (
	"context"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// readMap reads the map.
func (s suite) readMap(t *testing.T, who owner.ID) (m idea.Map) {
	t.Helper()
	s.read(t, who, func(ctx context.Context, tx idea.Tx) (err error) {
		m, err = tx.Maps.Map(ctx)
		return err
	})
	return m
}

func testMaps(t *testing.T, s suite) {
	t.Run("nodes and edges", func(t *testing.T) {
		who := s.owner(t)
		want(t, "of nothing", len(s.readMap(t, who).Nodes)+len(s.readMap(t, who).Edges), 0)
		s.insert(t, who, draft("a", "y", "x"))
		s.titled(t, who, "b", "gone")
		shown := s.relate(t, who, idea.Relation{Source: 2, Target: 1, Type: idea.RelBlocks, Note: "n"})
		s.relate(t, who, idea.Relation{Source: 1, Target: 3, Type: idea.RelParent})
		s.relate(t, who, idea.Relation{Source: 3, Target: 2, Type: idea.RelParent})
		s.change(t, who, 3, func(i *idea.Idea) { i.Archived = true })
		want(t, "map", s.readMap(t, who), idea.Map{
			Nodes: []idea.Node{
				{Number: 1, Title: "a", Status: idea.Captured, Tags: []string{"y", "x"}},
				{Number: 2, Title: "b", Status: idea.Captured},
			},
			Edges: []idea.Relation{shown},
		})
	})

	t.Run("positions", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a", "b", "c")
		place := func(at map[int64]idea.Point) {
			t.Helper()
			s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Maps.Place(ctx, at) })
		}
		place(nil)
		place(map[int64]idea.Point{1: {X: 1.5, Y: -2.25e-7}, 3: {X: 7, Y: 7}, 99: {X: 1, Y: 1}})
		place(map[int64]idea.Point{3: {X: 1e12, Y: 0}})
		var got []*idea.Point
		for _, n := range s.readMap(t, who).Nodes {
			got = append(got, n.Position)
		}
		want(t, "positions", got, []*idea.Point{{X: 1.5, Y: -2.25e-7}, nil, {X: 1e12, Y: 0}})
	})

	t.Run("very many positions", func(t *testing.T) {
		who := s.owner(t)
		const many = 1500
		at := map[int64]idea.Point{}
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error {
			for range many {
				i := draft("x")
				if err := tx.Ideas.Insert(ctx, &i); err != nil {
					return err
				}
				at[i.Number] = idea.Point{X: float64(i.Number) / 3, Y: -float64(i.Number)}
			}
			return nil
		})
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Maps.Place(ctx, at) })
		nodes := s.readMap(t, who).Nodes
		want(t, "nodes", len(nodes), many)
		for _, n := range nodes {
			if n.Position == nil || *n.Position != at[n.Number] {
				t.Fatalf("position of #%d: got %v, want %v", n.Number, n.Position, at[n.Number])
			}
		}
	})
}

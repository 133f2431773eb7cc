package store

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// maps is the port idea.Maps.
type maps struct{ *transaction }

// Map reads all ideas, all tags and all relations in one statement each.
func (t maps) Map(ctx context.Context) (idea.Map, error) {
	nodes, err := all(ctx, t, scanNode, `
		SELECT i.number, i.title, i.status, p.x, p.y FROM ideas i
		LEFT JOIN map_positions p ON p.owner = i.owner AND p.number = i.number
		WHERE i.owner = $1 AND i.archived = $2 ORDER BY i.number`, t.who, false)
	if err != nil {
		return idea.Map{}, err
	}
	names, err := t.tagsByIdea(ctx, "")
	if err != nil {
		return idea.Map{}, err
	}
	shown := make(map[int64]bool, len(nodes))
	for k := range nodes {
		nodes[k].Tags = names[nodes[k].Number]
		shown[nodes[k].Number] = true
	}
	relations, err := all(ctx, t, scanRelation,
		`SELECT `+relationColumns+` FROM relations r WHERE r.owner = $1 ORDER BY r.id`, t.who)
	if err != nil {
		return idea.Map{}, err
	}
	edges := relations[:0]
	for _, r := range relations {
		if shown[r.Source] && shown[r.Target] {
			edges = append(edges, r)
		}
	}
	return idea.Map{Nodes: nodes, Edges: edges}, nil
}

func scanNode(r row) (idea.Node, error) {
	var n idea.Node
	var x, y *float64
	err := r.Scan(&n.Number, &n.Title, &n.Status, &x, &y)
	if x != nil && y != nil {
		n.Position = &idea.Point{X: *x, Y: *y}
	}
	return n, err
}

func (t maps) Place(ctx context.Context, at map[int64]idea.Point) error {
	for number, p := range at {
		_, err := t.exec(ctx, `
			INSERT INTO map_positions (owner, number, x, y)
			SELECT owner, number, $3, $4 FROM ideas WHERE owner = $1 AND number = $2
			ON CONFLICT (owner, number) DO UPDATE SET x = excluded.x, y = excluded.y`,
			t.who, number, p.X, p.Y)
		if err != nil {
			return err
		}
	}
	return nil
}

package store

import (
	"context"
	stdmaps "maps"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// maps is the port idea.Maps.
type maps struct{ *transaction }

// Map reads all ideas, all tags and all relations in a few statements.
func (t maps) Map(ctx context.Context) (idea.Map, error) {
	nodes, err := all(ctx, t, scanNode, `
		SELECT i.number, i.title, i.status, p.x, p.y FROM ideas i
		LEFT JOIN map_positions p ON p.owner = i.owner AND p.number = i.number
		WHERE i.owner = $1 AND i.archived = $2 ORDER BY i.number`, t.who, false)
	if err != nil {
		return idea.Map{}, err
	}
	names, err := t.allTags(ctx)
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

// allTags returns the names of the tags of every idea. Putting names to ids
// here takes half the time of a join.
func (t maps) allTags(ctx context.Context) (map[int64][]string, error) {
	list, err := tags(t).All(ctx)
	if err != nil {
		return nil, err
	}
	name := make(map[int64]string, len(list))
	for _, tag := range list {
		name[tag.ID] = tag.Name
	}
	type carried struct{ number, tag int64 }
	pairs, err := all(ctx, t, func(r row) (c carried, err error) {
		err = r.Scan(&c.number, &c.tag)
		return c, err
	}, `SELECT number, tag FROM idea_tags WHERE owner = $1 ORDER BY number, position`, t.who)
	names := map[int64][]string{}
	for _, c := range pairs {
		names[c.number] = append(names[c.number], name[c.tag])
	}
	return names, err
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
	there, err := ideas(t).Existing(ctx, slices.Collect(stdmaps.Keys(at)))
	if err != nil {
		return err
	}
	// Statements of two sizes only, since each text is prepared once and kept.
	const many = 100
	for len(there) > 0 {
		n := 1
		if len(there) >= many {
			n = many
		}
		if err := t.place(ctx, there[:n], at); err != nil {
			return err
		}
		there = there[n:]
	}
	return nil
}

// place stores the positions of some ideas in one statement.
func (t maps) place(ctx context.Context, numbers []int64, at map[int64]idea.Point) error {
	a := arguments{[]any{t.who}}
	rows := make([]string, len(numbers))
	for k, n := range numbers {
		rows[k] = "($1, " + a.next(n) + ", " + a.next(at[n].X) + ", " + a.next(at[n].Y) + ")"
	}
	_, err := t.exec(ctx, `
		INSERT INTO map_positions (owner, number, x, y) VALUES `+strings.Join(rows, ", ")+`
		ON CONFLICT (owner, number) DO UPDATE SET x = excluded.x, y = excluded.y`, a.list...)
	return err
}

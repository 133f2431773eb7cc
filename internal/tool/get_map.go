package tool

import (
	"context"
	"fmt"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fence"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

type mapParams struct {
	Around int64 `json:"around,omitempty" jsonschema:"Number of the idea in the middle. Left out, the best connected ideas." min:"0"`
	Depth  int   `json:"depth,omitempty" jsonschema:"How many relations away an idea may be. 2 if left out." min:"1" max:"4"`
}

const maxNodes = 60 // ideas of a map that a model is told of

func (c *Catalogue) getMap(ctx context.Context, call Call, p mapParams) (Result, error) {
	if p.Depth == 0 {
		p.Depth = 2
	}
	if p.Around != 0 {
		if _, err := c.idea(ctx, call.Who.Owner, p.Around); err != nil {
			return Result{}, err
		}
	}
	m, err := c.ideas.Map(ctx, call.Who.Owner)
	if err != nil {
		return Result{}, err
	}
	g := newGraph(m)
	var order []int64
	title := "Map"
	if p.Around != 0 {
		order = g.around(p.Around, p.Depth)
		title = fmt.Sprintf("Around #%d", p.Around)
	} else {
		order = g.connected()
	}
	all := len(order)
	order = order[:min(maxNodes, all)]
	data := artifact.MiniGraphData{Center: p.Around, Nodes: []artifact.CardIdea{}, Edges: []artifact.CardEdge{}}
	in := map[int64]bool{}
	var page fence.Page
	for _, n := range order {
		in[n] = true
		node := nodeCard(g.nodes[n])
		data.Nodes = append(data.Nodes, node)
		tell(&page, node)
	}
	var lines []string
	for _, e := range m.Edges {
		if in[e.Source] && in[e.Target] {
			data.Edges = append(data.Edges, edge(e))
			lines = append(lines, fmt.Sprintf("#%d %s #%d", e.Source, e.Type, e.Target))
		}
	}
	if len(lines) > 0 {
		page.Say("Relations: %s.", strings.Join(lines, "; "))
	} else {
		page.Say("There are no relations among them.")
	}
	if all > len(order) {
		page.Say("%d more ideas are left out.", all-len(order))
	}
	return show(page.String(), artifact.MiniGraph, title, data)
}

func nodeCard(n idea.Node) artifact.CardIdea {
	return asCard(idea.Idea{Number: n.Number, Title: n.Title, Status: n.Status, Tags: n.Tags})
}

func edge(r idea.Relation) artifact.CardEdge {
	e := artifact.CardEdge{Source: r.Source, Target: r.Target, Type: string(r.Type), Reason: r.Note}
	if r.Score != nil {
		e.Score = *r.Score
	}
	return e
}

package tool

import (
	"context"
	"math"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Connections finds for a letter what discover_connections finds for a model:
// the best n pairs that may belong together, each with a reason, which are
// none of without (the smaller number first). No idea is in two of them.
func (c *Catalogue) Connections(ctx context.Context, who owner.ID, n int, without map[[2]int64]bool) ([]digest.Connection, error) {
	m, err := c.ideas.Map(ctx, who)
	if err != nil {
		return nil, err
	}
	g := newGraph(m)
	found, err := c.connections(ctx, who, g, 0)
	if err != nil {
		return nil, err
	}
	var list []digest.Connection
	named := map[int64]bool{}
	for _, p := range found {
		if len(list) == n {
			break
		}
		if without[p.ends()] || named[p.a] || named[p.b] {
			continue
		}
		named[p.a], named[p.b] = true, true
		list = append(list, digest.Connection{
			A:      digest.Ref{Number: p.a, Title: g.nodes[p.a].Title},
			B:      digest.Ref{Number: p.b, Title: g.nodes[p.b].Title},
			Score:  math.Round(p.score*100) / 100,
			Reason: p.plainReason(),
		})
	}
	return list, nil
}

// plainReason is reason for somebody who reads a letter.
func (f pair) plainReason() string {
	how := "Much the same words"
	if f.meaning {
		how = "Close in meaning"
	}
	parts := []string{how}
	if f.common > 0 {
		parts = append(parts, "with neighbours in common")
	}
	if len(f.tags) > 0 {
		parts = append(parts, "both tagged "+strings.Join(f.tags[:min(3, len(f.tags))], ", "))
	}
	if f.bridge {
		parts = append(parts, "and a bridge between two groups of ideas")
	}
	return strings.Join(parts, ", ") + "."
}

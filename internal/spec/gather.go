package spec

import (
	"context"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// How much of other ideas a specification is written from.
const (
	maxRelatedTexts = 24    // related ideas whose body is read
	relatedText     = 1_500 // characters of it
	maxNearest      = 5     // ideas that are only near
	nearestText     = 600   // characters of their bodies
)

// material is what a specification is written from.
type material struct {
	idea    idea.Detail
	related []relative
	nearest []relative
	unread  int // related ideas whose body was not looked at
}

// gather reads the neighbourhood of an idea.
func (w *Writer) gather(ctx context.Context, who owner.ID, d idea.Detail) (material, error) {
	m := material{idea: d, related: relatives(d)}
	if err := w.readRelated(ctx, who, &m); err != nil {
		return material{}, err
	}
	return m, w.findNearest(ctx, who, &m)
}

// readRelated reads the bodies of related ideas. An idea that was archived is
// named and not read: it was put away.
func (w *Writer) readRelated(ctx context.Context, who owner.ID, m *material) error {
	read := 0
	for i := range m.related {
		r := &m.related[i]
		if r.Archived {
			continue
		}
		if read == maxRelatedTexts {
			m.unread++
			continue
		}
		read++
		d, err := w.ideas.Get(ctx, who, r.Number)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		r.Brief = idea.Brief{Number: d.Number, Title: d.Title, Status: d.Status, Archived: d.Archived}
		if !d.Archived { // an archived parent is only now known as one
			r.text, r.long = begin(d.Body, relatedText)
		}
	}
	return nil
}

// findNearest finds the ideas that are near and not related.
func (w *Writer) findNearest(ctx context.Context, who owner.ID, m *material) error {
	if w.neighbours == nil {
		return nil
	}
	near, err := w.neighbours.Nearest(ctx, who, m.idea.Idea, maxNearest+len(m.related))
	if err != nil {
		return err
	}
	for _, n := range near {
		related := slices.ContainsFunc(m.related, func(r relative) bool { return r.Number == n.Number })
		if related || n.Number == m.idea.Number || n.Archived || len(m.nearest) == maxNearest {
			continue
		}
		r := relative{Brief: idea.Brief{Number: n.Number, Title: n.Title, Status: n.Status}}
		r.text, r.long = begin(n.Body, nearestText)
		m.nearest = append(m.nearest, r)
	}
	return nil
}

// begin returns the first n characters of a text, and whether there are more.
func begin(s string, n int) (string, bool) {
	for i := range s {
		if n == 0 {
			return s[:i], true
		}
		n--
	}
	return s, false
}

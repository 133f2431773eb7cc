package llm

import (
	"context"
	"iter"
	"net/http"
	"sync"
)

// WithSuccessors returns a Model that outlives the models it asks for: where
// m's provider does not have a model, the first of its successors that
// answers takes its place, and is remembered until the program ends.
// successors is Registry.Successors.
func WithSuccessors(m Model, successors func(wire string) []string) Model {
	return &renewed{model: m, successors: successors, heir: map[string]string{}}
}

type renewed struct {
	model      Model
	successors func(string) []string
	mu         sync.Mutex
	heir       map[string]string // retired wire id -> the one that answered
}

func (m *renewed) Stream(ctx context.Context, r Request) iter.Seq2[Part, error] {
	return func(yield func(Part, error) bool) {
		asked := r.Model
		m.mu.Lock()
		heir, retired := m.heir[asked]
		m.mu.Unlock()
		wires := append([]string{asked}, m.successors(asked)...)
		if retired {
			wires = []string{heir}
		}
		for i, wire := range wires {
			r.Model = wire
			gone, answered := m.try(ctx, r, i+1 < len(wires), yield)
			if gone {
				continue
			}
			if i > 0 && answered {
				m.mu.Lock()
				m.heir[asked] = wire
				m.mu.Unlock()
			}
			return
		}
	}
}

// try passes one model's answer on. If there are more to try, and the
// provider does not have this one, it is gone and nothing was passed on.
func (m *renewed) try(ctx context.Context, r Request, more bool, yield func(Part, error) bool) (gone, answered bool) {
	for p, err := range m.model.Stream(ctx, r) {
		if e, ok := err.(*Error); ok && more && e.Kind == NoModel && e.Status == http.StatusNotFound {
			return true, false
		}
		answered = answered || err == nil
		if !yield(p, err) {
			break
		}
	}
	return false, answered
}

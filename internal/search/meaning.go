package search

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

// Vectors finds ideas by what they mean.
type Vectors interface {
	// Nearest returns the ideas that are not archived whose vectors have at
	// least a cosine with a vector, at most n, the nearest first. What pass,
	// if it is given, does not let through is left out.
	Nearest(ctx context.Context, who owner.ID, m vector.Model, to []float32, n int, least float64, pass func(idea int64) bool) ([]vector.Near, error)
	// Count returns how many ideas have a vector and are not archived.
	Count(ctx context.Context, who owner.ID, m vector.Model) (int, error)
	// Of returns the vector of an idea, or a fault.NotFound.
	Of(ctx context.Context, who owner.ID, m vector.Model, idea int64) ([]float32, error)
}

// Library tells of an owner's ideas what a search by meaning must know.
type Library interface {
	// ServingModel returns the model whose vectors are to be searched, the zero
	// value if there is none.
	ServingModel(ctx context.Context, who owner.ID) (vector.Model, error)
	// Passing returns the numbers of the ideas that a filter lets through and
	// that are not archived.
	Passing(ctx context.Context, who owner.ID, f idea.WordFilter) ([]int64, error)
	// InOrder returns ideas in the order of their numbers. Those that are
	// archived or not there are left out.
	InOrder(ctx context.Context, who owner.ID, numbers []int64) ([]idea.Idea, error)
}

// Meaning is what a search by meaning works with.
type Meaning struct {
	// Embedders are those whose vectors may be stored: the one in use, and
	// others whose vectors it has not replaced yet.
	Embedders []embed.Embedder
	Vectors   Vectors
	Library   Library
}

// understood is what an owner's vectors are.
type understood struct {
	model vector.Model
	ideas int // how many there are
}

// embedder returns who made the vectors of an owner; nil if there are none, or
// if nobody is left who could understand a query like them.
func (m *Meaning) embedder(ctx context.Context, who owner.ID) (embed.Embedder, understood, error) {
	if m == nil {
		return nil, understood{}, nil
	}
	of, err := m.Library.ServingModel(ctx, who)
	if fault.Is(err, fault.NotFound) {
		return nil, understood{}, nil
	}
	if err != nil {
		return nil, understood{}, err
	}
	for _, e := range m.Embedders {
		if known := e.Model(); known.ID == of.ID && known.Version == of.Version && known.Dimensions == of.Dimensions {
			ideas, err := m.Vectors.Count(ctx, who, of)
			if err != nil || ideas == 0 {
				return nil, understood{}, err
			}
			return e, understood{of, ideas}, nil
		}
	}
	return nil, understood{}, nil
}

// filter returns what a filter lets through; nil for everything.
func (m *Meaning) filter(ctx context.Context, who owner.ID, f idea.WordFilter) (func(int64) bool, error) {
	if f == (idea.WordFilter{}) {
		return nil, nil
	}
	numbers, err := m.Library.Passing(ctx, who, f)
	if err != nil {
		return nil, err
	}
	set := make(map[int64]bool, len(numbers))
	for _, n := range numbers {
		set[n] = true
	}
	return func(idea int64) bool { return set[idea] }, nil
}

// near returns the ideas whose meaning is that of a text at least by a score.
func (m *Meaning) near(ctx context.Context, who owner.ID, e embed.Embedder, model vector.Model, text string, f idea.WordFilter, threshold float64) ([]near, error) {
	vectors, err := e.Embed(ctx, []embed.Text{embed.Query(text)})
	if err != nil {
		return nil, notNow(ctx, err)
	}
	pass, err := m.filter(ctx, who, f)
	if err != nil {
		return nil, err
	}
	scale := e.Model().Search
	found, err := m.Vectors.Nearest(ctx, who, model, vectors[0], maxNear, scale.Cosine(threshold)-rounding, pass)
	if err != nil {
		return nil, err
	}
	return scored(found, scale, threshold), nil
}

// notNow says that nobody understands texts at the moment.
func notNow(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fault.Wrap(fault.Unavailable, err, "Meaning cannot be searched right now. Search by words, or try again.")
}

// near is an idea and how close it is, from 0 to 1.
type near struct {
	number int64
	score  float64
}

// rounding is by how much the cosine of a score may be too high.
const rounding = 1e-6

func scored(found []vector.Near, scale embed.Closeness, threshold float64) []near {
	var list []near
	for _, f := range found {
		if s := scale.Score(f.Cosine); s >= threshold {
			list = append(list, near{f.Idea, s})
		}
	}
	return list
}

// Similar is an idea and how close in meaning it is to another one.
type Similar struct {
	Idea  idea.Idea
	Score float64
}

// Similar returns the ideas that are closest in meaning to one, at most n,
// whatever their score is above nothing. There are none as long as the idea
// has not been understood.
func (s *Search) Similar(ctx context.Context, who owner.ID, number int64, n int) ([]Similar, error) {
	n, err := idea.CheckPage(n, 0)
	if err != nil {
		return nil, err
	}
	if _, err := s.ideas.Get(ctx, who, number); err != nil {
		return nil, err
	}
	e, of, err := s.meaning.embedder(ctx, who)
	if e == nil || err != nil {
		return nil, err
	}
	v, err := s.meaning.Vectors.Of(ctx, who, of.model, number)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	others := func(other int64) bool { return other != number }
	found, err := s.meaning.Vectors.Nearest(ctx, who, of.model, v, n, -1, others)
	if err != nil {
		return nil, err
	}
	scores := map[int64]float64{}
	var numbers []int64
	for _, f := range found {
		if score := e.Model().Ideas.Score(f.Cosine); score > 0 {
			scores[f.Idea] = score
			numbers = append(numbers, f.Idea)
		}
	}
	list, err := s.meaning.Library.InOrder(ctx, who, numbers)
	similar := make([]Similar, len(list))
	for i, other := range list {
		similar[i] = Similar{other, scores[other.Number]}
	}
	return similar, err
}

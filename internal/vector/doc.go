// Package vector finds, among the vectors of one owner, those that are
// nearest to another one.
//
// It compares with every vector, so the answer is exact, and it keeps vectors
// in memory, so the answer is fast: ten thousand take about a millisecond.
// An owner's vectors are read when they are first asked for. After that, every
// question first asks the source what changed since the last one, which costs
// one look into an index; so what another copy of the program stored is found
// as well, and nobody has to tell anybody. The owners that were not asked for
// the longest are forgotten when memory runs out.
package vector

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Model is whose vectors are compared. Those of one model say nothing to
// those of another.
type Model struct {
	ID         string
	Version    int
	Dimensions int
}

// Change is what became of the vector of an idea.
type Change struct {
	Number int64 // the owner's counter, which grows from change to change
	Idea   int64
	Vector []float32 // of length one; nil if the idea is not to be found any more
}

// Source keeps vectors.
type Source interface {
	// VectorChanges returns what changed in the vectors of a model after a
	// change of the owner's, in the order of the changes. It may leave out
	// what later changes undid. After 0 it returns all there is.
	VectorChanges(ctx context.Context, who owner.ID, m Model, after int64) ([]Change, error)
}

// Near is an idea and how near it is.
type Near struct {
	Idea   int64
	Cosine float64
}

package vector

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/viterin/vek/vek32"
)

// What is counted besides the numbers of vectors: estimates that are rather
// too high.
const (
	spaceBytes = 512 // a space without vectors, and its place in the index
	ideaBytes  = 64  // an idea in a map
)

// space has the vectors of one owner and model.
type space struct {
	// reading is held by whoever reads changes, and guards last.
	reading chan struct{}
	last    int64 // the change up to which all is here

	mu         sync.RWMutex // guards what follows
	dimensions int
	ideas      []int64
	rows       map[int64]int // where in ideas an idea is
	vectors    []float32     // of all ideas, one after the other
}

func newSpace(dimensions int) *space {
	return &space{reading: make(chan struct{}, 1), dimensions: dimensions, rows: map[int64]int{}}
}

// refresh reads what changed, and reports whether there was anything.
// Whoever comes while another reads has to read as well: the other may have
// begun before that was stored for which this one comes.
func (s *space) refresh(ctx context.Context, from Source, k key) (changed bool, err error) {
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	changes, err := from.VectorChanges(ctx, k.who, k.model, s.last)
	if err != nil || len(changes) == 0 {
		return false, err
	}
	for _, c := range changes {
		if c.Vector != nil && len(c.Vector) != s.dimensions {
			return false, fmt.Errorf("the vector of idea %d has %d dimensions, those of %s have %d", c.Idea, len(c.Vector), k.model.ID, s.dimensions)
		}
	}
	s.apply(changes)
	for _, c := range changes {
		s.last = max(s.last, c.Number)
	}
	return true, nil
}

// apply takes changes in.
func (s *space) apply(changes []Change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.ideas) == 0 { // the first reading: no more room than needed
		s.ideas = make([]int64, 0, len(changes))
		s.vectors = make([]float32, 0, len(changes)*s.dimensions)
	}
	for _, c := range changes {
		row, known := s.rows[c.Idea]
		switch {
		case known && c.Vector != nil:
			copy(s.vector(row), c.Vector)
		case known:
			s.remove(row)
		case c.Vector != nil:
			s.rows[c.Idea] = len(s.ideas)
			s.ideas = append(s.ideas, c.Idea)
			s.vectors = append(s.vectors, c.Vector...)
		}
	}
}

// remove puts the last vector in the place of one.
func (s *space) remove(row int) {
	last := len(s.ideas) - 1
	delete(s.rows, s.ideas[row])
	if row != last {
		s.ideas[row] = s.ideas[last]
		s.rows[s.ideas[row]] = row
		copy(s.vector(row), s.vector(last))
	}
	s.ideas = s.ideas[:last]
	s.vectors = s.vectors[:last*s.dimensions]
}

// vector returns the vector in a row.
func (s *space) vector(row int) []float32 {
	return s.vectors[row*s.dimensions : (row+1)*s.dimensions]
}

// size returns how many bytes the space takes.
func (s *space) size() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return spaceBytes + int64(cap(s.vectors))*4 + int64(cap(s.ideas))*ideaBytes
}

// nearest compares with every vector.
func (s *space) nearest(to []float32, n int, least float64, pass func(idea int64) bool) []Near {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var best farthest
	for row, idea := range s.ideas {
		near := Near{idea, float64(vek32.Dot(s.vector(row), to))}
		if !(near.Cosine >= least) { // nor what is no number
			continue
		}
		full := len(best) == n
		if full && order(near, best[0]) > 0 || pass != nil && !pass(idea) {
			continue
		}
		if full {
			best[0] = near
			heap.Fix(&best, 0)
		} else {
			heap.Push(&best, near)
		}
	}
	slices.SortFunc(best, order)
	return best
}

// order puts the nearer idea first, and of equal ones the newer.
func order(a, b Near) int {
	return cmp.Or(cmp.Compare(b.Cosine, a.Cosine), cmp.Compare(b.Idea, a.Idea))
}

// farthest is a heap with the last in order on top.
type farthest []Near

func (f farthest) Len() int           { return len(f) }
func (f farthest) Less(i, j int) bool { return order(f[i], f[j]) > 0 }
func (f farthest) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *farthest) Push(near any)     { *f = append(*f, near.(Near)) }
func (f *farthest) Pop() any          { panic("vector: nothing is ever taken from the heap") }

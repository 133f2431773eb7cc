package vector

import (
	"container/list"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Index keeps the vectors of owners in memory. It is safe for concurrent use,
// and no owner waits while the vectors of another are read.
type Index struct {
	source Source
	max    int64

	mu     sync.Mutex
	spaces map[key]*list.Element // of *space
	used   *list.List            // the one used last in front
	bytes  int64                 // of all in used
}

// key is whose vectors a space has.
type key struct {
	who   owner.ID
	model Model
}

// New makes an index that keeps at most maxBytes of vectors when nobody asks.
// What is being asked for is kept as long as that lasts, even if it is larger.
func New(s Source, maxBytes int64) *Index {
	return &Index{source: s, max: maxBytes, spaces: map[key]*list.Element{}, used: list.New()}
}

// Nearest returns the ideas whose vectors have at least a cosine with a
// vector of length one, at most n, the nearest first, of equal ones the
// newest. Ideas that pass, if it is given, does not let through are left out;
// it must not call the index.
func (x *Index) Nearest(ctx context.Context, who owner.ID, m Model, to []float32, n int, least float64, pass func(idea int64) bool) ([]Near, error) {
	if len(to) != m.Dimensions {
		return nil, fmt.Errorf("compare a vector of %d dimensions with those of %s, which have %d", len(to), m.ID, m.Dimensions)
	}
	s, err := x.fresh(ctx, key{who, m})
	if err != nil || n <= 0 {
		return nil, err
	}
	return s.nearest(to, n, least, pass), nil
}

// Count returns how many ideas have a vector.
func (x *Index) Count(ctx context.Context, who owner.ID, m Model) (int, error) {
	s, err := x.fresh(ctx, key{who, m})
	if err != nil {
		return 0, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.ideas), nil
}

// Of returns the vector of an idea, or a fault.NotFound.
func (x *Index) Of(ctx context.Context, who owner.ID, m Model, idea int64) ([]float32, error) {
	s, err := x.fresh(ctx, key{who, m})
	if err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	row, ok := s.rows[idea]
	if !ok {
		return nil, fault.New(fault.NotFound, "Idea #%d has not been understood yet.", idea)
	}
	return slices.Clone(s.vector(row)), nil
}

// fresh returns an owner's vectors with all changes that were stored before
// it was called.
func (x *Index) fresh(ctx context.Context, k key) (*space, error) {
	s := x.space(k)
	grown, err := s.refresh(ctx, x.source, k)
	if grown {
		x.resize(k, s)
	}
	return s, err
}

// space returns where the vectors of an owner are kept, perhaps still empty.
func (x *Index) space(k key) *space {
	x.mu.Lock()
	defer x.mu.Unlock()
	if e, ok := x.spaces[k]; ok {
		x.used.MoveToFront(e)
		return e.Value.(*kept).space
	}
	s := newSpace(k.model.Dimensions)
	x.spaces[k] = x.used.PushFront(&kept{key: k, space: s})
	x.count(x.spaces[k], s.size())
	x.evict()
	return s
}

// kept is a space in the list of those that were used.
type kept struct {
	key   key
	space *space
	bytes int64 // as they are counted in Index.bytes
}

// resize counts again what a space takes, unless it was forgotten meanwhile.
func (x *Index) resize(k key, s *space) {
	size := s.size()
	x.mu.Lock()
	defer x.mu.Unlock()
	if e, ok := x.spaces[k]; ok && e.Value.(*kept).space == s {
		x.count(e, size)
		x.evict()
	}
}

func (x *Index) count(e *list.Element, bytes int64) {
	k := e.Value.(*kept)
	x.bytes += bytes - k.bytes
	k.bytes = bytes
}

// evict forgets the spaces that were not used for the longest until the rest
// is within the bound.
func (x *Index) evict() {
	for x.bytes > x.max {
		e := x.used.Back()
		k := x.used.Remove(e).(*kept)
		delete(x.spaces, k.key)
		x.bytes -= k.bytes
	}
}

// Bytes returns how much memory the vectors take that are kept.
func (x *Index) Bytes() int64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.bytes
}

package vector_test

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

var small = vector.Model{ID: "small", Version: 1, Dimensions: 19} // no multiple of what a processor takes at once

// source keeps vectors as a database would: the last change of every idea.
type source struct {
	mu     sync.Mutex
	number map[owner.ID]int64
	ideas  map[owner.ID]map[int64]vector.Change
	reads  map[owner.ID]int // how many changes were read
	stop   map[owner.ID]chan struct{}
	err    error
}

func newSource() *source {
	return &source{
		number: map[owner.ID]int64{}, ideas: map[owner.ID]map[int64]vector.Change{},
		reads: map[owner.ID]int{}, stop: map[owner.ID]chan struct{}{},
	}
}

func (s *source) put(who owner.ID, idea int64, v []float32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ideas[who] == nil {
		s.ideas[who] = map[int64]vector.Change{}
	}
	s.number[who]++
	s.ideas[who][idea] = vector.Change{Number: s.number[who], Idea: idea, Vector: v}
}

func (s *source) VectorChanges(ctx context.Context, who owner.ID, _ vector.Model, after int64) ([]vector.Change, error) {
	s.mu.Lock()
	stop := s.stop[who]
	s.mu.Unlock()
	if stop != nil {
		select {
		case <-stop:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, s.err
	}
	var list []vector.Change
	for _, c := range s.ideas[who] {
		if c.Number > after {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b vector.Change) int { return cmp.Compare(a.Number, b.Number) })
	s.reads[who] += len(list)
	return list, nil
}

// naive is what Nearest must return.
func (s *source) naive(who owner.ID, to []float32, n int, least float64, pass func(int64) bool) []vector.Near {
	var list []vector.Near
	for _, c := range s.ideas[who] {
		if c.Vector == nil || pass != nil && !pass(c.Idea) {
			continue
		}
		var sum float64
		for i, x := range c.Vector {
			sum += float64(x) * float64(to[i])
		}
		if sum >= least {
			list = append(list, vector.Near{Idea: c.Idea, Cosine: sum})
		}
	}
	slices.SortFunc(list, func(a, b vector.Near) int {
		return cmp.Or(cmp.Compare(b.Cosine, a.Cosine), cmp.Compare(b.Idea, a.Idea))
	})
	return list[:min(n, len(list))]
}

func random(r *rand.Rand, dimensions int) []float32 {
	v := make([]float32, dimensions)
	var sum float64
	for i := range v {
		v[i] = float32(r.NormFloat64())
		sum += float64(v[i]) * float64(v[i])
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
	return v
}

// TestNearestIsExact changes vectors at random and holds every answer against
// that of a plain loop.
func TestNearestIsExact(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := newSource()
		// With little memory, vectors are forgotten and read again in between.
		x := vector.New(s, []int64{1 << 20, 8 << 10, 0}[seed%3])
		for range 60 {
			for range r.IntN(12) {
				who := owner.ID(1 + r.IntN(3))
				v := random(r, small.Dimensions)
				if r.IntN(4) == 0 {
					v = nil
				}
				s.put(who, 1+r.Int64N(40), v)
			}
			who := owner.ID(1 + r.IntN(3))
			to, n, least := random(r, small.Dimensions), r.IntN(15), r.Float64()*0.6-0.3
			var pass func(int64) bool
			if rest := r.Int64N(4); rest > 0 {
				pass = func(idea int64) bool { return idea%4 != rest }
			}
			got, err := x.Nearest(t.Context(), who, small, to, n, least, pass)
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(s.naive(who, to, n, least, pass), got, cmpopts.EquateApprox(0, 1e-5), cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
			}
		}
	}
}

func TestEqualOnesTheNewestFirst(t *testing.T) {
	s := newSource()
	v := random(rand.New(rand.NewPCG(1, 1)), small.Dimensions)
	for _, idea := range []int64{3, 9, 1, 7, 5} {
		s.put(1, idea, v)
	}
	near, err := vector.New(s, 1<<20).Nearest(t.Context(), 1, small, v, 3, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []int64
	for _, n := range near {
		got = append(got, n.Idea)
	}
	if diff := gocmp.Diff([]int64{9, 7, 5}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOf(t *testing.T) {
	s := newSource()
	r := rand.New(rand.NewPCG(1, 1))
	v := random(r, small.Dimensions)
	s.put(1, 7, v)
	s.put(1, 8, v)
	x := vector.New(s, 1<<20)
	got, err := x.Of(t.Context(), 1, small, 7)
	if err != nil || !slices.Equal(got, v) {
		t.Fatalf("got %v, %v", got, err)
	}
	got[0] = 9 // the caller's own
	if again, _ := x.Of(t.Context(), 1, small, 7); !slices.Equal(again, v) {
		t.Error("the vector in the index was changed")
	}
	s.put(1, 7, nil)
	for who, idea := range map[owner.ID]int64{1: 7, 2: 8} {
		if _, err := x.Of(t.Context(), who, small, idea); !fault.Is(err, fault.NotFound) {
			t.Errorf("idea %d of %d: error %v, want not found", idea, who, err)
		}
	}
}

func TestModelsAreKeptApart(t *testing.T) {
	s := newSource()
	r := rand.New(rand.NewPCG(1, 1))
	s.put(1, 1, random(r, small.Dimensions))
	x := vector.New(s, 1<<20)
	newer := small
	newer.Version++
	for _, m := range []vector.Model{small, newer, small, newer} {
		if _, err := x.Of(t.Context(), 1, m, 1); err != nil {
			t.Fatal(err)
		}
	}
	if s.reads[1] != 2 {
		t.Errorf("%d vectors were read, want one for each model", s.reads[1])
	}
}

// TestReadsOnlyWhatChanged shows that vectors stay in memory.
func TestReadsOnlyWhatChanged(t *testing.T) {
	s := newSource()
	r := rand.New(rand.NewPCG(1, 1))
	for i := range int64(100) {
		s.put(1, i+1, random(r, small.Dimensions))
	}
	x := vector.New(s, 1<<20)
	for range 5 {
		if _, err := x.Nearest(t.Context(), 1, small, random(r, small.Dimensions), 1, -1, nil); err != nil {
			t.Fatal(err)
		}
	}
	s.put(1, 5, random(r, small.Dimensions))
	if _, err := x.Of(t.Context(), 1, small, 5); err != nil {
		t.Fatal(err)
	}
	if s.reads[1] != 101 {
		t.Errorf("%d changes were read, want 101", s.reads[1])
	}
}

func TestCount(t *testing.T) {
	s := newSource()
	x := vector.New(s, 1<<20)
	v := random(rand.New(rand.NewPCG(1, 1)), small.Dimensions)
	for _, step := range []struct {
		idea int64
		v    []float32
		want int
	}{{1, v, 1}, {2, v, 2}, {1, v, 2}, {1, nil, 1}, {2, nil, 0}} {
		s.put(1, step.idea, step.v)
		if n, err := x.Count(t.Context(), 1, small); err != nil || n != step.want {
			t.Errorf("%d vectors, %v, want %d", n, err, step.want)
		}
	}
	s.err = errors.New("disk on fire")
	if _, err := x.Count(t.Context(), 1, small); !errors.Is(err, s.err) {
		t.Errorf("error %v, want %v", err, s.err)
	}
}

// TestMemoryIsBounded asks for far more owners than there is room for.
func TestMemoryIsBounded(t *testing.T) {
	s := newSource()
	r := rand.New(rand.NewPCG(1, 1))
	const owners, ideas = 50, 40
	for who := range owner.ID(owners) {
		for i := range int64(ideas) {
			s.put(who, i+1, random(r, small.Dimensions))
		}
	}
	bound := int64(10 * ideas * (small.Dimensions*4 + 100))
	x := vector.New(s, bound)
	ask := func(who owner.ID) {
		t.Helper()
		if _, err := x.Nearest(t.Context(), who, small, random(r, small.Dimensions), 3, -1, nil); err != nil {
			t.Fatal(err)
		}
		if x.Bytes() > bound {
			t.Fatalf("%d bytes are kept, at most %d may be", x.Bytes(), bound)
		}
	}
	for who := range owner.ID(owners) {
		ask(who)
		ask(0) // asked for all the time, so never forgotten
	}
	if s.reads[0] != ideas {
		t.Errorf("%d vectors of the owner who asks most were read, want each once", s.reads[0])
	}
	ask(1)
	if s.reads[1] != 2*ideas {
		t.Errorf("%d vectors of an owner who asked long ago were read, want each twice", s.reads[1])
	}
	for who := owner.ID(1000); who < 9000; who++ { // owners without any take room, too
		ask(who)
	}
	if bytes := vector.New(s, 1).Bytes(); bytes != 0 {
		t.Errorf("an index that was never asked keeps %d bytes", bytes)
	}
}

// TestNobodyWaitsForAnother holds the reading of one owner's vectors up.
func TestNobodyWaitsForAnother(t *testing.T) {
	s := newSource()
	v := random(rand.New(rand.NewPCG(1, 1)), small.Dimensions)
	s.put(1, 1, v)
	s.put(2, 2, v)
	s.stop[1] = make(chan struct{})
	x := vector.New(s, 1<<20)
	slow := make(chan error)
	for range 2 { // the second waits for the first
		go func() {
			_, err := x.Of(t.Context(), 1, small, 1)
			slow <- err
		}()
	}
	if _, err := x.Of(t.Context(), 2, small, 2); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Of(ctx, 1, small, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v of somebody who left while waiting", err)
	}
	close(s.stop[1])
	for range 2 {
		if err := <-slow; err != nil {
			t.Error(err)
		}
	}
}

func TestFailures(t *testing.T) {
	s := newSource()
	v := random(rand.New(rand.NewPCG(1, 1)), small.Dimensions)
	s.put(1, 1, v)
	s.put(2, 1, v[1:])
	x := vector.New(s, 1<<20)
	if _, err := x.Nearest(t.Context(), 1, small, v[1:], 1, 0, nil); err == nil {
		t.Error("a vector of other dimensions was compared")
	}
	if _, err := x.Of(t.Context(), 2, small, 1); err == nil {
		t.Error("a vector of other dimensions was taken in")
	}
	s.err = errors.New("disk on fire")
	if _, err := x.Of(t.Context(), 1, small, 1); !errors.Is(err, s.err) {
		t.Errorf("error %v, want %v", err, s.err)
	}
	s.err = nil
	if _, err := x.Of(t.Context(), 1, small, 1); err != nil {
		t.Errorf("error %v after the failure", err)
	}
}

// TestConcurrently changes, asks and forgets at the same time; the race
// detector looks on. Whoever stored a vector finds it.
func TestConcurrently(t *testing.T) {
	s := newSource()
	x := vector.New(s, 20<<10)
	var all sync.WaitGroup
	for g := range uint64(8) {
		all.Go(func() {
			r := rand.New(rand.NewPCG(g, 1))
			for i := range int64(200) {
				who, idea := owner.ID(r.IntN(4)), int64(g)*1000+i%20
				v := random(r, small.Dimensions)
				s.put(who, idea, v)
				near, err := x.Nearest(t.Context(), who, small, v, 1, 0.9, nil)
				if err != nil || len(near) != 1 || near[0].Idea != idea {
					t.Errorf("idea %d: got %v, %v", idea, near, err)
				}
				if i%3 == 0 {
					s.put(who, idea, nil)
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkNearest(b *testing.B) {
	for name, n := range map[string]int64{"10k": 10_000, "100k": 100_000} {
		b.Run(name, func(b *testing.B) {
			m := vector.Model{ID: "bench", Version: 1, Dimensions: 384}
			r := rand.New(rand.NewPCG(1, 1))
			s := newSource()
			for i := range n {
				s.put(1, i+1, random(r, m.Dimensions))
			}
			x := vector.New(&quick{s}, 1<<30)
			to := random(r, m.Dimensions)
			if _, err := x.Nearest(b.Context(), 1, m, to, 20, 0, nil); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(x.Bytes())/float64(n), "bytes/idea")
			for b.Loop() {
				if _, err := x.Nearest(b.Context(), 1, m, to, 200, 0, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// quick has no changes after the first reading, and knows it at once.
type quick struct{ *source }

func (q *quick) VectorChanges(ctx context.Context, who owner.ID, m vector.Model, after int64) ([]vector.Change, error) {
	if after == q.number[who] {
		return nil, nil
	}
	return q.source.VectorChanges(ctx, who, m, after)
}

package embedtest

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/embed"
)

// Vectors are those of a Set, in its order.
type Vectors struct{ Ideas, Again, Queries [][]float32 }

// Embed lets an embedder read a Set.
func Embed(ctx context.Context, e embed.Embedder, s Set) (Vectors, error) {
	var v Vectors
	for _, group := range []struct {
		to    *[][]float32
		texts []embed.Text
	}{
		{&v.Ideas, texts(s.Ideas, Idea.Text)},
		{&v.Again, texts(s.Again, func(p Pair) embed.Text { return p.Idea.Text() })},
		{&v.Queries, texts(s.Queries, func(q Query) embed.Text { return embed.Query(q.Text) })},
	} {
		vectors, err := e.Embed(ctx, group.texts)
		if err != nil {
			return Vectors{}, err
		}
		if len(vectors) != len(group.texts) {
			return Vectors{}, fmt.Errorf("%d texts have %d vectors", len(group.texts), len(vectors))
		}
		*group.to = vectors
	}
	return v, nil
}

func texts[T any](list []T, text func(T) embed.Text) []embed.Text {
	all := make([]embed.Text, len(list))
	for i, t := range list {
		all[i] = text(t)
	}
	return all
}

// Rank is a place in an answer, the first being 1, of what was looked for.
type Rank struct {
	Place       int
	Half        Half
	Kind        Kind   // of a query
	Asked, Told string // languages of what was asked and of what was wanted
}

// Cosines are how close things lie to each other.
type Cosines struct {
	Again     []float64 // an idea and itself in other words
	Related   []float64 // two ideas about the same thing
	Unrelated []float64 // two ideas of different topics
	Wanted    []float64 // a query and the idea that it is for
	Unwanted  []float64 // a query and an idea of another topic
}

// Result is what was measured.
type Result struct {
	Queries []Rank // of the idea that a query is for
	Again   []Rank // of an idea, asked for with its duplicate
	Related []Rank // of an idea, asked for with its companion
	Halves  [2]Cosines
}

// Measure asks the vectors of a Set for what should be found in it.
func Measure(s Set, v Vectors) Result {
	var r Result
	for i, q := range s.Queries {
		wanted := s.Ideas[q.Wanted]
		half := &r.Halves[wanted.Half()]
		r.Queries = append(r.Queries, Rank{
			Place: place(v.Ideas, v.Queries[i], q.Wanted, nil), Half: wanted.Half(), Kind: q.Kind,
			Asked: q.Language, Told: wanted.Language,
		})
		half.Wanted = append(half.Wanted, Cosine(v.Queries[i], v.Ideas[q.Wanted]))
		for j, other := range s.Ideas {
			if other.Topic != wanted.Topic && other.Half() == wanted.Half() {
				half.Unwanted = append(half.Unwanted, Cosine(v.Queries[i], v.Ideas[j]))
			}
		}
	}
	for i, p := range s.Again {
		half := &r.Halves[p.Idea.Half()]
		r.Again = append(r.Again, Rank{
			Place: place(v.Ideas, v.Again[i], p.Other, nil), Half: p.Idea.Half(),
			Asked: p.Idea.Language, Told: s.Ideas[p.Other].Language,
		})
		half.Again = append(half.Again, Cosine(v.Again[i], v.Ideas[p.Other]))
	}
	for _, p := range s.Related {
		half := &r.Halves[p.Idea.Half()]
		self := slices.Index(s.Ideas, p.Idea)
		r.Related = append(r.Related, Rank{
			// It has other companions, which are as good an answer.
			Place: place(v.Ideas, v.Ideas[self], p.Other, func(i int) bool { return s.Ideas[i].about == p.Idea.about }),
			Half:  p.Idea.Half(), Asked: p.Idea.Language, Told: s.Ideas[p.Other].Language,
		})
		half.Related = append(half.Related, Cosine(v.Ideas[self], v.Ideas[p.Other]))
	}
	for i, a := range s.Ideas {
		for j, b := range s.Ideas[:i] {
			if a.Topic != b.Topic && a.Half() == b.Half() {
				half := &r.Halves[a.Half()]
				half.Unrelated = append(half.Unrelated, Cosine(v.Ideas[i], v.Ideas[j]))
			}
		}
	}
	return r
}

// place returns the place of wanted among all ideas but those to leave out.
func place(all [][]float32, asked []float32, wanted int, without func(int) bool) int {
	at := 1
	limit := Cosine(asked, all[wanted])
	for i, v := range all {
		if i != wanted && (without == nil || !without(i)) && Cosine(asked, v) > limit {
			at++
		}
	}
	return at
}

// Cosine returns the cosine of two vectors of length one.
func Cosine(a, b []float32) float64 {
	var sum float64
	for i, x := range a {
		sum += float64(x) * float64(b[i])
	}
	return sum
}

// Recall returns the share of ranks that are among the first n.
func Recall(ranks []Rank, n int) float64 {
	found := 0
	for _, r := range ranks {
		if r.Place <= n {
			found++
		}
	}
	return float64(found) / float64(max(len(ranks), 1))
}

// MeanReciprocal returns the mean of one over the place.
func MeanReciprocal(ranks []Rank) float64 {
	var sum float64
	for _, r := range ranks {
		sum += 1 / float64(r.Place)
	}
	return sum / float64(max(len(ranks), 1))
}

// Decision is what comes of a limit: which share of what passes is right, and
// which share of what is right passes.
type Decision struct{ Precision, Recall float64 }

// Duplicates says what is decided by taking for duplicates all pairs whose
// cosine is at least limit.
func (c Cosines) Duplicates(limit float64) Decision {
	right := passing(c.Again, limit)
	all := right + passing(c.Related, limit) + passing(c.Unrelated, limit)
	return Decision{right / max(all, 1), right / max(float64(len(c.Again)), 1)}
}

// Relations says what is decided by taking for related all pairs whose cosine
// is at least limit. Duplicates are about the same thing too.
func (c Cosines) Relations(limit float64) Decision {
	right := passing(c.Again, limit) + passing(c.Related, limit)
	all := right + passing(c.Unrelated, limit)
	return Decision{right / max(all, 1), right / max(float64(len(c.Again)+len(c.Related)), 1)}
}

// passing counts the values that are at least limit.
func passing(values []float64, limit float64) float64 {
	n := 0.0
	for _, v := range values {
		if v >= limit {
			n++
		}
	}
	return n
}

// Above returns the share of values that are at least limit.
func Above(values []float64, limit float64) float64 {
	return passing(values, limit) / float64(max(len(values), 1))
}

// Quantile returns the value below which a share of the values lie.
func Quantile(values []float64, share float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}

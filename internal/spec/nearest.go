package spec

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

// Neighbours finds ideas that may have to do with another one.
type Neighbours interface {
	// Nearest returns at most n ideas that are not archived, the nearest
	// first, without the one they are near to.
	Nearest(ctx context.Context, who owner.ID, to idea.Idea, n int) ([]idea.Idea, error)
}

// How ByWords looks.
const (
	maxTitleWords = 12 // of a title that are looked for
	maxWordHits   = 50 // ideas that a word is looked up in
	rareHits      = 5  // a word in no more ideas than this tells enough alone
)

// ByWords finds neighbours by the words of a title: an idea is the nearer the
// more of them it has, and a word counts the more the fewer ideas have it. One
// common word makes no neighbour, and neither does a number.
func ByWords(w search.Words) Neighbours { return byWords{w} }

type byWords struct{ words search.Words }

func (b byWords) Nearest(ctx context.Context, who owner.ID, to idea.Idea, n int) ([]idea.Idea, error) {
	type found struct {
		idea.Idea
		weight float64
		words  int
		rare   bool
	}
	all := map[int64]*found{}
	// The space finishes the last word, which would be a prefix else.
	terms := words.Parse(to.Title + " ").Terms
	for _, t := range terms[:min(len(terms), maxTitleWords)] {
		if strings.Trim(strings.Join(t.Stems, ""), "0123456789") == "" {
			continue
		}
		hits, more, err := b.words.MatchWords(ctx, who, words.Query{Terms: []words.Term{t}}, idea.WordFilter{}, maxWordHits, 0)
		if err != nil {
			return nil, err
		}
		if more {
			continue // so common that it says nothing
		}
		for _, hit := range hits {
			f := all[hit.Number]
			if f == nil {
				f = &found{Idea: hit}
				all[hit.Number] = f
			}
			f.weight += 1 / float64(len(hits))
			f.words++
			f.rare = f.rare || len(hits) <= rareHits
		}
	}
	var near []*found
	for _, f := range all {
		if f.Number != to.Number && (f.words > 1 || f.rare) {
			near = append(near, f)
		}
	}
	slices.SortFunc(near, func(a, b *found) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(b.Number, a.Number))
	})
	list := make([]idea.Idea, min(n, len(near)))
	for i := range list {
		list[i] = near[i].Idea
	}
	return list, nil
}

// Similar finds the ideas that are closest in meaning to one.
type Similar interface {
	Similar(ctx context.Context, who owner.ID, number int64, n int) ([]search.Similar, error)
}

// closeEnough is the score from which on an idea may have to do with another.
const closeEnough = 0.5

// ByMeaning finds neighbours by meaning. Where that finds too few, as it does
// until an idea has been understood, others fill up.
func ByMeaning(s Similar, others Neighbours) Neighbours { return byMeaning{s, others} }

type byMeaning struct {
	similar Similar
	others  Neighbours
}

func (b byMeaning) Nearest(ctx context.Context, who owner.ID, to idea.Idea, n int) ([]idea.Idea, error) {
	if n < 1 {
		return nil, nil
	}
	near, err := b.similar.Similar(ctx, who, to.Number, n)
	if err != nil {
		return nil, err
	}
	var list []idea.Idea
	for _, s := range near {
		if s.Score >= closeEnough {
			list = append(list, s.Idea)
		}
	}
	if len(list) == n {
		return list, nil
	}
	more, err := b.others.Nearest(ctx, who, to, n)
	if err != nil {
		return nil, err
	}
	for _, other := range more {
		if len(list) < n && !slices.ContainsFunc(list, func(i idea.Idea) bool { return i.Number == other.Number }) {
			list = append(list, other)
		}
	}
	return list, nil
}

package search

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

// How many ideas are ranked together.
const (
	maxNear  = 200
	maxWords = idea.MaxPage
)

// How much it tells of an idea that words of a query are in it, from 0 to 1.
// The more surely they name it, the less its meaning can add.
const (
	isTitle    = 1.00 // they are its title
	inTitle    = 0.90 // all are in its title
	isPhrase   = 0.90 // a phrase is in it, and all the other words
	fewHave    = 0.80 // all are in it and in hardly any other
	rareWords  = 0.90 // all are in it that are in hardly any other; less for fewer
	common     = 0.40 // it is one word in its title, which is in many others
	allInThere = 0.25 // all are in it, and in many others
)

// Rare words are looked for among so many of a query.
const maxRare = 8

// rarity is of how many ideas at least a rare word is in one.
const rarity = 50

// place is where an idea stands in an answer, and why.
type place struct {
	number  int64
	meaning float64 // 0 if it is not why the idea was found
	words   float64 // the same
}

// score joins what meaning and words tell. What counts is how much each tells
// and not which rank it gives: a rank would put the first of the ideas that
// happen to have a common word beside the one that is meant.
func (p place) score() float64 { return either(p.meaning, p.words) }

// either joins two scores: one is enough, and both are more.
func either(a, b float64) float64 { return 1 - (1-a)*(1-b) }

func (p place) reason() Reason {
	switch {
	case p.words == 0:
		return ByMeaning
	case p.meaning == 0:
		return ByWords
	}
	return ByBoth
}

// fuse ranks what meaning and words find.
func fuse(near []near, byWords map[int64]float64) []place {
	var all []place
	for _, n := range near {
		all = append(all, place{n.number, n.score, byWords[n.number]})
		delete(byWords, n.number)
	}
	for number, weight := range byWords {
		all = append(all, place{number, 0, weight})
	}
	slices.SortFunc(all, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.score(), a.score()), cmp.Compare(b.number, a.number))
	})
	return all
}

// weigh returns how surely the words of a query name ideas, by number.
func (s *Search) weigh(ctx context.Context, who owner.ID, text string, f idea.WordFilter, total int) (map[int64]float64, error) {
	parsed := words.Parse(text)
	found, more, err := s.words.MatchWords(ctx, who, parsed, f, maxWords, 0)
	if err != nil {
		return nil, err
	}
	few := !more && len(found) <= max(1, total/rarity)
	weights := map[int64]float64{}
	for _, i := range found {
		weights[i.Number] = weight(text, parsed, i.Title, few)
	}
	return weights, s.weighRare(ctx, who, text, f, total, weights)
}

// weighRare adds the ideas that have at least half of the rare words of a
// query, if not all words. Fewer say nothing: most words are rare in a small
// repository, and whoever describes what they look for hits some by chance.
// A word that no idea has is as rare as can be. A word that the query ends in
// is finished for this.
func (s *Search) weighRare(ctx context.Context, who owner.ID, text string, f idea.WordFilter, total int, weights map[int64]float64) error {
	few := min(total/rarity, maxWords)
	terms := words.Parse(text + " ").Terms
	if few == 0 || len(terms) < 2 {
		return nil
	}
	rare, has := 0.0, map[int64]float64{}
	for _, t := range terms[:min(len(terms), maxRare)] {
		found, more, err := s.words.MatchWords(ctx, who, words.Query{Terms: []words.Term{t}}, f, few, 0)
		if err != nil {
			return err
		}
		if more {
			continue
		}
		rare++
		for _, i := range found {
			has[i.Number]++
		}
	}
	for number, n := range has {
		if share := n / rare; share >= 0.5 {
			weights[number] = max(weights[number], rareWords*math.Sqrt(share))
		}
	}
	return nil
}

// weight returns how surely words name an idea that has them all.
func weight(text string, q words.Query, title string, few bool) float64 {
	phrase := slices.ContainsFunc(q.Terms, func(t words.Term) bool { return len(t.Stems) > 1 })
	switch {
	case slices.Equal(stems(text), stems(title)):
		return isTitle
	case q.Matches(title, "") && (few || len(stems(text)) > 1):
		return inTitle
	case phrase:
		return isPhrase
	case few:
		return fewHave
	case q.Matches(title, ""):
		return common
	}
	return allInThere
}

func stems(text string) []string {
	var list []string
	for _, t := range words.Tokenize(text) {
		list = append(list, t.Stem)
	}
	return list
}

package embedtest

import (
	"slices"
	"testing"
)

func load(t *testing.T) Set {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestEnough keeps the measurements worth something.
func TestEnough(t *testing.T) {
	s := load(t)
	count := map[string]int{"ideas": len(s.Ideas), "again": len(s.Again), "related": len(s.Related)}
	for _, q := range s.Queries {
		count[[]string{"meaning", "words", "mistyped"}[q.Kind]]++
		count["queries in "+q.Language]++
	}
	for name, least := range map[string]int{
		"ideas": 150, "again": 60, "related": 100, "meaning": 100, "words": 50, "mistyped": 15,
		"queries in de": 20, "queries in fr": 10, "queries in es": 10, "queries in en": 50,
	} {
		if count[name] < least {
			t.Errorf("there are %d of %s, at least %d are needed", count[name], name, least)
		}
	}
}

func TestHalvesAreAlike(t *testing.T) {
	s := load(t)
	var ideas, queries [2]int
	for _, i := range s.Ideas {
		ideas[i.Half()]++
	}
	for _, q := range s.Queries {
		queries[s.Ideas[q.Wanted].Half()]++
	}
	for name, n := range map[string][2]int{"ideas": ideas, "queries": queries} {
		if n[Choose] > 2*n[Confirm] || n[Confirm] > 2*n[Choose] {
			t.Errorf("%s are %v", name, n)
		}
	}
}

func TestPairsAreOfOneTopic(t *testing.T) {
	s := load(t)
	for _, p := range slices.Concat(s.Again, s.Related) {
		if other := s.Ideas[p.Other]; other.Topic != p.Idea.Topic || other.Title == p.Idea.Title {
			t.Errorf("%q is no partner of %q", other.Title, p.Idea.Title)
		}
	}
	seen := map[string]bool{}
	for _, i := range s.Ideas {
		if seen[i.Title] {
			t.Errorf("%q is there twice", i.Title)
		}
		seen[i.Title] = true
	}
}

// TestMeasure measures three ideas whose vectors are known.
func TestMeasure(t *testing.T) {
	s := Set{
		Ideas:   []Idea{{Topic: 0, Title: "a"}, {Topic: 0, Title: "b"}, {Topic: 1, Title: "c", about: 2}},
		Again:   []Pair{{Idea{Topic: 0, Title: "a again"}, 0}},
		Queries: []Query{{Text: "a?", Wanted: 0}, {Text: "c?", Kind: Words, Wanted: 2}},
	}
	s.Related = []Pair{{s.Ideas[1], 0}}
	r := Measure(s, Vectors{
		Ideas:   [][]float32{{1, 0}, {0.8, 0.6}, {0, 1}},
		Again:   [][]float32{{1, 0}},
		Queries: [][]float32{{0.8, 0.6}, {0, 1}},
	})
	if got := []int{r.Queries[0].Place, r.Queries[1].Place, r.Again[0].Place, r.Related[0].Place}; !slices.Equal(got, []int{2, 1, 1, 1}) {
		t.Errorf("the places are %v", got)
	}
	if got := MeanReciprocal(r.Queries); got != 0.75 {
		t.Errorf("MRR is %v", got)
	}
	if Recall(r.Queries, 1) != 0.5 || Recall(r.Queries, 2) != 1 {
		t.Errorf("recall is %v and %v", Recall(r.Queries, 1), Recall(r.Queries, 2))
	}
	c := r.Halves[Choose]
	if len(c.Unrelated) != 2 || len(c.Again) != 1 || len(c.Related) != 1 {
		t.Fatalf("the cosines are %+v", c)
	}
	if got := c.Duplicates(0.7); got != (Decision{0.5, 1}) {
		t.Errorf("duplicates: %+v", got)
	}
	if got := c.Relations(0.5); got.Recall != 1 || got.Precision < 0.66 || got.Precision > 0.67 {
		t.Errorf("relations: %+v", got)
	}
}

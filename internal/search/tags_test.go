package search_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

// counting is a model of topics that counts what it is asked.
type counting struct {
	understanding
	asked *int
}

func (c counting) Embed(ctx context.Context, texts []embed.Text) ([][]float32, error) {
	*c.asked += len(texts)
	return c.understanding.Embed(ctx, texts)
}

// tagged has ideas whose tags are about the topics, and relations.
type tagged struct{ library }

func (t tagged) Get(ctx context.Context, who owner.ID, number int64) (idea.Detail, error) {
	d, err := t.library.Get(ctx, who, number)
	some, more := 0.5, 0.6
	d.Outgoing = []idea.Related{{Relation: idea.Relation{ID: 1, Score: &some}}, {Relation: idea.Relation{ID: 2}}}
	d.Incoming = []idea.Related{{Relation: idea.Relation{ID: 3, Score: &more}}}
	return d, err
}

func withTags(asked *int) *search.Search {
	t := tagged{library{memory{alice: {
		{Number: 1, Title: "Plants", Tags: []string{"balcony-garden"}},
		{Number: 2, Title: "Flowers", Tags: []string{"balcony-garden", "summer"}},
		{Number: 3, Title: "Budget", Tags: []string{"money", "costs"}},
		{Number: 4, Title: "Plants again", Tags: []string{"plants"}},
		{Number: 5, Title: "New honey", Tags: []string{"honey"}},
	}}, 1}}
	return search.New(t, t, &search.Meaning{
		Embedders: []embed.Embedder{counting{asked: asked}}, Vectors: vector.New(t, 1<<20), Library: t,
	})
}

func names(list []search.SimilarTag) (all []string) {
	for _, t := range list {
		all = append(all, t.Tag.Name)
	}
	return all
}

func TestSimilarTags(t *testing.T) {
	asked := 0
	s := withTags(&asked)
	for _, tt := range []struct {
		tag  string
		n    int
		want []string
	}{
		{"balcony-garden", 1, []string{"plants"}},
		{"#Money", 1, []string{"costs"}},
	} {
		list, known, err := s.SimilarTags(t.Context(), alice, tt.tag, tt.n)
		if err != nil || !known {
			t.Fatalf("%s: known %v, error %v", tt.tag, known, err)
		}
		if diff := cmp.Diff(tt.want, names(list)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.tag, diff)
		}
	}
	if asked != 6 { // every tag once
		t.Errorf("the model was asked for %d texts, want 6", asked)
	}
	if _, _, err := s.SimilarTags(t.Context(), alice, "absent", 0); !fault.Is(err, fault.NotFound) {
		t.Errorf("error %v, want not found", err)
	}
	for _, n := range []int{-1, 21} {
		if _, _, err := s.SimilarTags(t.Context(), alice, "money", n); !fault.Is(err, fault.Invalid) {
			t.Errorf("limit %d: error %v, want invalid", n, err)
		}
	}
	if list, known, err := search.New(sample(), sample(), nil).SimilarTags(t.Context(), alice, "maps", 0); known || err != nil || len(list) != 0 {
		t.Errorf("without meaning: %v, %v, %v", list, known, err)
	}
}

func TestSuggest(t *testing.T) {
	asked := 0
	s := withTags(&asked)
	for _, tt := range []struct {
		number int64
		want   []string
	}{
		{1, []string{"plants"}},         // its own name means the same
		{4, []string{"balcony-garden"}}, // and two of the closest ideas have it
		{5, nil},                        // not understood yet
	} {
		got, err := s.Suggest(t.Context(), alice, tt.number)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, names(got.Tags)); diff != "" {
			t.Errorf("tags for #%d (-want +got):\n%s", tt.number, diff)
		}
		var relations []int64
		for _, r := range got.Relations {
			relations = append(relations, r.ID)
		}
		if diff := cmp.Diff("[3 1]", fmt.Sprint(relations)); diff != "" {
			t.Errorf("relations of #%d (-want +got):\n%s", tt.number, diff)
		}
	}
	if _, err := s.Suggest(t.Context(), alice, 99); !fault.Is(err, fault.NotFound) {
		t.Errorf("error %v, want not found", err)
	}
}

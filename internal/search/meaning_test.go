package search_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

// topics are what the model of these tests understands: the words of a topic
// mean the same to it, and all others nothing.
var topics = [][]string{{"garden", "plants", "flowers"}, {"money", "budget", "costs"}, {"bees", "honey", "hive"}}

// understanding is a model of topics.
type understanding struct{ err error }

func (understanding) Model() embed.Model {
	return embed.Model{ID: "topics", Version: 1, Dimensions: len(topics) + 2}
}

func (u understanding) Embed(_ context.Context, texts []embed.Text) ([][]float32, error) {
	var list [][]float32
	for _, t := range texts {
		v := make([]float32, len(topics)+2)
		// Without a topic, no query is like any idea.
		if t.Query {
			v[len(topics)] = 0.1
		} else {
			v[len(topics)+1] = 0.1
		}
		for _, word := range strings.Fields(strings.ToLower(t.Title + " " + t.Body)) {
			for i, topic := range topics {
				if slices.Contains(topic, strings.Trim(word, ".,")) {
					v[i]++
				}
			}
		}
		var sum float64
		for _, x := range v {
			sum += float64(x * x)
		}
		for i := range v {
			v[i] /= float32(math.Sqrt(sum))
		}
		list = append(list, v)
	}
	return list, u.err
}

// library is a memory whose ideas were understood, but for those whose title
// begins with "New".
type library struct {
	memory
	version int
}

func (l library) ServingModel(context.Context, owner.ID) (vector.Model, error) {
	return vector.Model{ID: "topics", Version: l.version, Dimensions: len(topics) + 2}, nil
}

func (l library) Passing(_ context.Context, who owner.ID, f idea.WordFilter) (list []int64, err error) {
	for _, i := range l.memory[who] {
		if (f.Status == "" || i.Status == f.Status) && (f.Tag == "" || slices.Contains(i.Tags, f.Tag)) {
			list = append(list, i.Number)
		}
	}
	return list, nil
}

func (l library) InOrder(_ context.Context, who owner.ID, numbers []int64) (list []idea.Idea, err error) {
	for _, n := range numbers {
		for _, i := range l.memory[who] {
			if i.Number == n && !i.Archived {
				list = append(list, i)
			}
		}
	}
	return list, nil
}

func (l library) VectorChanges(ctx context.Context, who owner.ID, _ vector.Model, after int64) (list []vector.Change, err error) {
	for _, i := range l.memory[who] {
		if i.Number <= after || i.Archived || strings.HasPrefix(i.Title, "New") {
			continue
		}
		v, _ := understanding{}.Embed(ctx, []embed.Text{embed.Idea(i.Title, i.Body)})
		list = append(list, vector.Change{Number: i.Number, Idea: i.Number, Vector: v[0]})
	}
	return list, nil
}

func understood(u understanding, version int) *search.Search {
	l := library{memory{alice: {
		{Number: 1, Title: "Plants", Body: "for the balcony", Status: idea.Captured, Tags: []string{"home"}},
		{Number: 2, Title: "Flowers", Body: "and what the money is for, costs", Status: idea.Building},
		{Number: 3, Title: "Budget", Status: idea.Captured},
		{Number: 4, Title: "A garden of forking paths", Body: "money costs budget", Status: idea.Captured, Tags: []string{"books"}},
		{Number: 5, Title: "New hive", Status: idea.Captured},
		{Number: 6, Title: "Honey", Status: idea.Captured},
		{Number: 7, Title: "Garden", Body: "flowers", Status: idea.Captured, Archived: true},
		{Number: 8, Title: "Neighbours", Body: "whose zettelkasten it is", Status: idea.Captured},
	}}, version}
	for n := int64(100); n < 160; n++ { // so many that a word can be rare
		l.memory[alice] = append(l.memory[alice], idea.Idea{Number: n, Title: fmt.Sprint("Filler ", n), Status: idea.Shelved})
	}
	return search.New(l, l, &search.Meaning{
		Embedders: []embed.Embedder{u}, Vectors: vector.New(l, 1<<20), Library: l,
	})
}

func TestFindByMeaning(t *testing.T) {
	tests := []struct {
		name string
		q    search.Query
		typ  search.Type
		want []string // number and reason
	}{
		{"no word in common", search.Query{Text: "bees"}, search.ByVectors, []string{"6 meaning"}},
		{"the title comes first, though another is closer", search.Query{Text: "a garden of forking paths"}, search.ByVectors, []string{"4 both", "1 meaning", "2 meaning"}},
		{"words that are not in vectors yet", search.Query{Text: "hive"}, search.ByVectors, []string{"6 meaning", "5 words"}},
		{"a rare word", search.Query{Text: "flowers zettelkasten"}, search.ByVectors, []string{"1 meaning", "2 both", "8 words", "4 meaning"}},
		{"one rare word of many", search.Query{Text: "flowers, a zettelkasten that went missing somewhere"}, search.ByVectors, []string{"1 meaning", "2 meaning", "4 meaning"}},
		{"by meaning alone", search.Query{Text: "a garden of forking paths", Mode: search.Semantic}, search.ByVectors, []string{"1 meaning", "2 meaning", "4 meaning"}},
		{"by words alone", search.Query{Text: "garden", Mode: search.Keyword}, search.FullText, []string{"4 words"}},
		{"nothing is near", search.Query{Text: "paths"}, search.FullText, []string{"4 words"}},
		{"nothing is near, by meaning alone", search.Query{Text: "paths", Mode: search.Semantic}, search.ByVectors, nil},
		{"by status", search.Query{Text: "garden", Status: idea.Building}, search.ByVectors, []string{"2 meaning"}},
		{"by tag", search.Query{Text: "garden", Tag: "home", Mode: search.Semantic}, search.ByVectors, []string{"1 meaning"}},
		{"a filter holds for words too", search.Query{Text: "hive", Tag: "home"}, search.FullText, nil},
		{"a higher threshold", search.Query{Text: "garden", Threshold: 0.9, Mode: search.Semantic}, search.ByVectors, []string{"1 meaning"}},
		{"number", search.Query{Text: "#3"}, search.FullText, []string{"3 number"}},
		{"number, by meaning", search.Query{Text: "#3", Mode: search.Semantic}, search.ByVectors, []string{"3 number"}},
	}
	s := understood(understanding{}, 1)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := s.Find(t.Context(), alice, tt.q)
			if err != nil {
				t.Fatal(err)
			}
			if a.Type != tt.typ {
				t.Errorf("type %s, want %s", a.Type, tt.typ)
			}
			var got []string
			last := 1.0
			for _, h := range a.Hits {
				got = append(got, fmt.Sprint(h.Idea.Number, " ", h.Reason))
				if (h.Score == nil) != (tt.typ == search.FullText) {
					t.Errorf("score of #%d: %v", h.Idea.Number, h.Score)
				}
				if h.Score != nil {
					if *h.Score > last {
						t.Errorf("#%d scores more than what is before it", h.Idea.Number)
					}
					last = *h.Score
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPagesOfMeaningAreWhole(t *testing.T) {
	s := understood(understanding{}, 1)
	var got []int64
	for offset, more := 0, true; more; offset++ {
		a, err := s.Find(t.Context(), alice, search.Query{Text: "a garden of forking paths", Limit: 1, Offset: offset})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range a.Hits {
			got = append(got, h.Idea.Number)
		}
		more = a.More
	}
	if diff := cmp.Diff([]int64{4, 1, 2}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWordsAnswerWhenMeaningCannot: vectors of a model that nobody speaks any
// more, owners without any, and a model that fails.
func TestWordsAnswerWhenMeaningCannot(t *testing.T) {
	broken := understanding{errors.New("no route to the model")}
	for name, s := range map[string]*search.Search{
		"another version": understood(understanding{}, 2), "failing": understood(broken, 1),
	} {
		a, err := s.Find(t.Context(), alice, search.Query{Text: "garden"})
		if err != nil || a.Type != search.FullText || len(a.Hits) != 1 {
			t.Errorf("%s: %v, %v; want one hit by words", name, a, err)
		}
	}
	if _, err := understood(broken, 1).Find(t.Context(), alice, search.Query{Text: "garden", Mode: search.Semantic}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("error %v, want that meaning cannot be searched", err)
	}
	if a, err := understood(understanding{}, 1).Find(t.Context(), bob, search.Query{Text: "garden"}); err != nil || a.Type != search.FullText {
		t.Errorf("an owner without ideas: %v, %v", a, err)
	}
}

func TestSimilar(t *testing.T) {
	s := understood(understanding{}, 1)
	list, err := s.Similar(t.Context(), alice, 3, 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].Idea.Number != 4 || list[1].Idea.Number != 2 || list[0].Score <= list[1].Score {
		t.Errorf("got %v", list)
	}
	if list, err := s.Similar(t.Context(), alice, 5, 9); err != nil || len(list) != 0 {
		t.Errorf("an idea that was not understood yet: %v, %v", list, err)
	}
	if _, err := s.Similar(t.Context(), alice, 999, 9); !fault.Is(err, fault.NotFound) {
		t.Errorf("error %v, want not found", err)
	}
	if list, err := search.New(sample(), sample(), nil).Similar(t.Context(), alice, 1, 9); err != nil || len(list) != 0 {
		t.Errorf("without meaning: %v, %v", list, err)
	}
}

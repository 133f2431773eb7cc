package search_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

// memory keeps ideas by owner; it ranks by number.
type memory map[owner.ID][]idea.Idea

func (m memory) MatchWords(_ context.Context, who owner.ID, q words.Query, f idea.WordFilter, limit, offset int) ([]idea.Idea, bool, error) {
	if limit < 1 || offset < 0 {
		return nil, false, errors.New("a page that no store has")
	}
	var list []idea.Idea
	for _, i := range m[who] {
		if !i.Archived && q.Matches(i.Title, i.Body) &&
			(f.Status == "" || i.Status == f.Status) && (f.Tag == "" || slices.Contains(i.Tags, f.Tag)) {
			list = append(list, i)
		}
	}
	list = list[min(offset, len(list)):]
	return list[:min(limit, len(list))], len(list) > limit, nil
}

func (m memory) Get(_ context.Context, who owner.ID, number int64) (idea.Detail, error) {
	for _, i := range m[who] {
		if i.Number == number {
			return idea.Detail{Idea: i}, nil
		}
	}
	return idea.Detail{}, fault.New(fault.NotFound, "No such idea.")
}

func (m memory) Tags(_ context.Context, who owner.ID) (list []idea.Tag, err error) {
	uses := map[string]int{}
	for _, i := range m[who] {
		for _, name := range i.Tags {
			uses[name]++
		}
	}
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		list = append(list, idea.Tag{Name: name, Ideas: uses[name]})
	}
	return list, nil
}

const (
	alice owner.ID = 1
	bob   owner.ID = 2
)

func sample() memory {
	return memory{
		alice: {
			{Number: 1, Title: "A graph of ideas", Status: idea.Captured, Tags: []string{"maps"}},
			{Number: 2, Title: "Linking ideas", Body: "Draw a <graph>.", Status: idea.Building},
			{Number: 3, Title: "The number 12 and 5 more", Status: idea.Captured},
			{Number: 4, Title: "Archived graph", Status: idea.Captured, Archived: true},
			{Number: 5, Title: "Top 5", Status: idea.Shelved, Tags: []string{"lists"}},
			{Number: 12, Title: "A dozen", Status: idea.Shipped, Tags: []string{"lists"}},
			{Number: 13, Title: "5 and 12", Status: idea.Captured, Tags: []string{"lists"}},
		},
		bob: {{Number: 7, Title: "Bob's graph"}},
	}
}

func TestFind(t *testing.T) {
	tests := []struct {
		name string
		q    search.Query
		want []int64
		more bool
	}{
		{name: "one word", q: search.Query{Text: "graph"}, want: []int64{1, 2}},
		{name: "keyword", q: search.Query{Text: "graph", Mode: search.Keyword}, want: []int64{1, 2}},
		{name: "semantic is answered by words", q: search.Query{Text: "graph", Mode: search.Semantic}, want: []int64{1, 2}},
		{name: "unfinished", q: search.Query{Text: "linking gra"}, want: []int64{2}},
		{name: "nothing", q: search.Query{Text: "absent"}},
		{name: "another's", q: search.Query{Text: "bob"}},
		{name: "no word", q: search.Query{Text: `"?!" *`}},
		{name: "by status", q: search.Query{Text: "graph", Status: idea.Building}, want: []int64{2}},
		{name: "by tag, as somebody writes it", q: search.Query{Text: "graph", Tag: " Maps"}, want: []int64{1}},
		{name: "first page", q: search.Query{Text: "graph", Limit: 1}, want: []int64{1}, more: true},
		{name: "second page", q: search.Query{Text: "graph", Limit: 1, Offset: 1}, want: []int64{2}},
		{name: "behind the last page", q: search.Query{Text: "graph", Offset: 2}},
		{name: "500 characters", q: search.Query{Text: strings.Repeat("ü", idea.MaxQuery)}},

		{name: "number", q: search.Query{Text: "12"}, want: []int64{12, 3, 13}},
		{name: "number with its sign", q: search.Query{Text: " #12 "}, want: []int64{12, 3, 13}},
		{name: "number of an idea that has it as a word", q: search.Query{Text: "5"}, want: []int64{5, 3, 13}},
		{name: "number of no idea", q: search.Query{Text: "6"}},
		{name: "another's number", q: search.Query{Text: "#7"}},
		{name: "number of an archived idea", q: search.Query{Text: "#4"}},
		{name: "number beyond 64 bits", q: search.Query{Text: "99999999999999999999"}},
		{name: "sign without a number", q: search.Query{Text: "#"}},
		{name: "negative number is a word", q: search.Query{Text: "-12 "}, want: []int64{3, 13}},
		{name: "number and more is words", q: search.Query{Text: "12 number "}, want: []int64{3}},
		{name: "number by status", q: search.Query{Text: "12", Status: idea.Captured}, want: []int64{3, 13}},
		{name: "number by tag", q: search.Query{Text: "12", Tag: "lists"}, want: []int64{12, 13}},
		{name: "number, first page", q: search.Query{Text: "12", Limit: 2}, want: []int64{12, 3}, more: true},
		{name: "number, second page", q: search.Query{Text: "12", Limit: 2, Offset: 2}, want: []int64{13}},
		{name: "number alone on its page", q: search.Query{Text: "12", Limit: 1}, want: []int64{12}, more: true},
		{name: "number alone, page after", q: search.Query{Text: "12", Limit: 1, Offset: 1}, want: []int64{3}, more: true},
		{name: "number alone and nothing after it", q: search.Query{Text: "#1", Limit: 1, Status: idea.Captured, Tag: "maps"}, want: []int64{1}},
	}
	s := search.New(sample(), sample(), nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := s.Find(t.Context(), alice, tt.q)
			if err != nil {
				t.Fatal(err)
			}
			if a.Query != tt.q.Text || a.Type != search.FullText || a.More != tt.more {
				t.Errorf("query %q, type %q, more %v; want %q, fts, %v", a.Query, a.Type, a.More, tt.q.Text, tt.more)
			}
			var got []int64
			for _, h := range a.Hits {
				got = append(got, h.Idea.Number)
				if h.Score != nil {
					t.Errorf("idea %d has a score", h.Idea.Number)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ideas (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFindPagesAreWhole walks through the pages of a number whose idea is
// also found by words: none is lost, none comes twice.
func TestFindPagesAreWhole(t *testing.T) {
	s := search.New(sample(), sample(), nil)
	for limit := 1; limit <= 4; limit++ {
		var got []int64
		for offset, more := 0, true; more; offset += limit {
			a, err := s.Find(t.Context(), alice, search.Query{Text: "5", Limit: limit, Offset: offset})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range a.Hits {
				got = append(got, h.Idea.Number)
			}
			more = a.More
		}
		if diff := cmp.Diff([]int64{5, 3, 13}, got); diff != "" {
			t.Errorf("pages of %d (-want +got):\n%s", limit, diff)
		}
	}
}

func TestFindShowsWhy(t *testing.T) {
	a, err := search.New(sample(), sample(), nil).Find(t.Context(), alice, search.Query{Text: "graph draw"})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Hits) != 1 {
		t.Fatalf("%d hits, want 1", len(a.Hits))
	}
	if got, want := a.Hits[0].Snippet, "<mark>Draw</mark> a &lt;<mark>graph</mark>&gt;."; got != want {
		t.Errorf("snippet %q, want %q", got, want)
	}
}

func TestFindRefuses(t *testing.T) {
	tests := []struct {
		name  string
		q     search.Query
		field string
	}{
		{"nothing", search.Query{}, "q"},
		{"white space", search.Query{Text: " \t\n"}, "q"},
		{"too long", search.Query{Text: strings.Repeat("ü", idea.MaxQuery+1)}, "q"},
		{"not UTF-8", search.Query{Text: "a\xff"}, "q"},
		{"NUL", search.Query{Text: "a\x00b"}, "q"},
		{"mode", search.Query{Text: "a", Mode: "fuzzy"}, "mode"},
		{"status", search.Query{Text: "a", Status: "done"}, "status"},
		{"tag", search.Query{Text: "a", Tag: "\x00"}, "tag"},
		{"limit below", search.Query{Text: "a", Limit: -1}, "limit"},
		{"limit above", search.Query{Text: "a", Limit: idea.MaxPage + 1}, "limit"},
		{"offset", search.Query{Text: "a", Offset: -1}, "offset"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := search.New(sample(), sample(), nil).Find(t.Context(), alice, tt.q)
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Field != tt.field {
				t.Errorf("error %v, want one that names %s", err, tt.field)
			}
		})
	}
}

// broken fails at everything.
type broken struct{ err error }

func (b broken) MatchWords(context.Context, owner.ID, words.Query, idea.WordFilter, int, int) ([]idea.Idea, bool, error) {
	return nil, false, b.err
}

func (b broken) Tags(context.Context, owner.ID) ([]idea.Tag, error) { return nil, b.err }

func (b broken) Get(context.Context, owner.ID, int64) (idea.Detail, error) {
	return idea.Detail{}, b.err
}

func TestFindPassesFailuresOn(t *testing.T) {
	b := broken{errors.New("disk on fire")}
	for name, s := range map[string]*search.Search{"words": search.New(b, sample(), nil), "ideas": search.New(sample(), b, nil)} {
		if _, err := s.Find(t.Context(), alice, search.Query{Text: "12"}); !errors.Is(err, b.err) {
			t.Errorf("%s: error %v, want %v", name, err, b.err)
		}
	}
}

package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

func testLists(t *testing.T, s suite) {
	t.Run("orders", func(t *testing.T) {
		who := s.owner(t)
		for _, i := range []struct {
			title            string
			created, updated int
		}{
			{"banana", 5, 5},    // 1
			{"Äpfel", 6, 9},     // 2
			{"apfel", 6, 9},     // 3
			{"Zebra", 3, 8},     // 4
			{"apple pie", 7, 7}, // 5
			{"APPLE", 8, 9},     // 6
			{"10 things", 1, 1}, // 7
			{"東京", 9, 2},        // 8
			{"émile", 4, 4},     // 9
			{"emil", 2, 3},      // 10
		} {
			d := draft(i.title)
			d.CreatedAt, d.UpdatedAt = at(i.created), at(i.updated)
			s.insert(t, who, d)
		}
		for order, numbers := range map[idea.Sort][]int64{
			"":                {8, 6, 5, 3, 2, 1, 9, 4, 10, 7},
			idea.NewestFirst:  {8, 6, 5, 3, 2, 1, 9, 4, 10, 7},
			idea.ChangedFirst: {6, 3, 2, 4, 5, 1, 9, 10, 8, 7},
			idea.ByTitle:      {7, 2, 3, 6, 5, 1, 10, 9, 4, 8},
		} {
			t.Run(string(order), func(t *testing.T) {
				want(t, "whole", numbersOf(s.list(t, who, idea.Filter{Sort: order, Limit: 100}).Ideas), numbers)
				for limit := 1; limit <= len(numbers)+1; limit++ {
					want(t, fmt.Sprint("pages of ", limit, " by cursor"), s.paged(t, who, idea.Filter{Sort: order, Limit: limit}), numbers)
					var byOffset []int64
					for offset := 0; ; offset += limit {
						p := s.list(t, who, idea.Filter{Sort: order, Limit: limit, Offset: offset})
						byOffset = append(byOffset, numbersOf(p.Ideas)...)
						if p.Next == nil {
							break
						}
					}
					want(t, fmt.Sprint("pages of ", limit, " by offset"), byOffset, numbers)
				}
				first := s.list(t, who, idea.Filter{Sort: order, Limit: 2})
				beyond := s.list(t, who, idea.Filter{Sort: order, Limit: 2, After: first.Next, Offset: 3})
				want(t, "offset from a cursor", numbersOf(beyond.Ideas), numbers[5:7])
			})
		}
		want(t, "offset behind the end", s.list(t, who, idea.Filter{Limit: 5, Offset: 10}), idea.Page{})
	})

	t.Run("long titles", func(t *testing.T) {
		who := s.owner(t)
		long := strings.Repeat("ß", idea.MaxTitle-1)
		s.titled(t, who, long+"b", long+"a", long+"a", "a")
		want(t, "pages", s.paged(t, who, idea.Filter{Sort: idea.ByTitle, Limit: 1}), []int64{4, 1, 2, 3})
	})

	t.Run("filters", func(t *testing.T) {
		who := s.owner(t)
		for _, i := range []idea.Idea{
			{Title: "garden plan", Status: idea.Captured, Source: idea.Web, Tags: []string{"home", "green"}},
			{Title: "garden shed", Status: idea.Building, Source: idea.Web, Tags: []string{"home"}},
			{Title: "kitchen plan", Status: idea.Building, Source: idea.CLI, Tags: []string{"home"}},
			{Title: "garden path", Status: idea.Building, Source: idea.CLI, Tags: []string{"green"}},
			{Title: "garden gone", Status: idea.Building, Source: idea.CLI, Tags: []string{"green"}, Archived: true},
		} {
			s.insert(t, who, i)
		}
		for name, c := range map[string]struct {
			filter  idea.Filter
			numbers []int64
		}{
			"none":              {idea.Filter{}, []int64{4, 3, 2, 1}},
			"archived":          {idea.Filter{Archived: true}, []int64{5}},
			"status":            {idea.Filter{Status: idea.Building}, []int64{4, 3, 2}},
			"source":            {idea.Filter{Source: idea.Web}, []int64{2, 1}},
			"tag":               {idea.Filter{Tag: "green"}, []int64{4, 1}},
			"tag and status":    {idea.Filter{Tag: "home", Status: idea.Building}, []int64{3, 2}},
			"tag of nothing":    {idea.Filter{Tag: "blue"}, nil},
			"words":             {idea.Filter{Words: query("garden ")}, []int64{4, 2, 1}},
			"words by title":    {idea.Filter{Words: query("garden "), Sort: idea.ByTitle}, []int64{4, 1, 2}},
			"words, archived":   {idea.Filter{Words: query("garden "), Archived: true}, []int64{5}},
			"words and tag":     {idea.Filter{Words: query("garden "), Tag: "home"}, []int64{2, 1}},
			"words, page":       {idea.Filter{Words: query("garden "), Limit: 1, Offset: 1}, []int64{2}},
			"everything at all": {idea.Filter{Words: query("garden "), Tag: "green", Status: idea.Building, Source: idea.CLI}, []int64{4}},
		} {
			if c.filter.Limit == 0 {
				c.filter.Limit = 100
			}
			want(t, name, numbersOf(s.list(t, who, c.filter).Ideas), c.numbers)
		}
		want(t, "tags of a page", s.list(t, who, idea.Filter{Limit: 1, Offset: 3}).Ideas[0].Tags, []string{"home", "green"})
	})

	t.Run("a tag and a word of very many", func(t *testing.T) {
		who := s.owner(t)
		const many = 600
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error {
			for k := range many {
				i := draft("common")
				i.CreatedAt = at(k)
				if k%3 > 0 || k < 500 {
					i.Tags = []string{"most"}
				}
				if err := tx.Ideas.Insert(ctx, &i); err != nil {
					return err
				}
			}
			return nil
		})
		want(t, "tag", numbersOf(s.list(t, who, idea.Filter{Tag: "most", Limit: 4}).Ideas), []int64{600, 599, 597, 596})
		want(t, "tag and word", numbersOf(s.list(t, who, idea.Filter{Tag: "most", Words: query("common "), Limit: 4}).Ideas), []int64{600, 599, 597, 596})
		want(t, "the last", numbersOf(s.list(t, who, idea.Filter{Words: query("common "), Limit: 4, Offset: many - 2}).Ideas), []int64{2, 1})
	})

	t.Run("bad", func(t *testing.T) {
		who := s.owner(t)
		for name, f := range map[string]idea.Filter{
			"sort":   {Limit: 1, Sort: "number; DROP TABLE ideas"},
			"cursor": {Limit: 1, After: &idea.Cursor{Key: "x", Number: 1}},
		} {
			err := s.Read(t.Context(), who, func(tx idea.Tx) error {
				_, err := tx.Ideas.List(t.Context(), f)
				return err
			})
			wantFault(t, name, err, fault.Invalid)
		}
	})

	// What is written while somebody pages must neither hide nor repeat what
	// was there all the time.
	t.Run("writes between pages", func(t *testing.T) {
		for _, order := range idea.Sorts {
			who := s.owner(t)
			rnd := rand.New(rand.NewPCG(1, 2))
			add := func() {
				d := draft(fmt.Sprint("title ", rnd.IntN(20)))
				d.CreatedAt, d.UpdatedAt = at(rnd.IntN(20)), at(rnd.IntN(20))
				s.insert(t, who, d)
			}
			for range 30 {
				add()
			}
			seen := map[int64]int{}
			f := idea.Filter{Sort: order, Limit: 4}
			for {
				p := s.list(t, who, f)
				for _, i := range p.Ideas {
					seen[i.Number]++
				}
				if p.Next == nil {
					break
				}
				f.After = p.Next
				add()
				add()
			}
			for n := int64(1); n <= 30; n++ {
				want(t, fmt.Sprintf("%s: times that #%d was seen", order, n), seen[n], 1)
			}
			for n, times := range seen {
				if times > 1 {
					t.Errorf("%s: #%d was seen %d times", order, n, times)
				}
			}
		}
	})
}

// paged reads a list page by page with cursors.
func (s suite) paged(t *testing.T, who owner.ID, f idea.Filter) []int64 {
	t.Helper()
	var numbers []int64
	for {
		p := s.list(t, who, f)
		if len(p.Ideas) > f.Limit {
			t.Fatalf("a page of %d ideas, want at most %d", len(p.Ideas), f.Limit)
		}
		numbers = slices.Concat(numbers, numbersOf(p.Ideas))
		if p.Next == nil {
			return numbers
		}
		f.After = p.Next
	}
}

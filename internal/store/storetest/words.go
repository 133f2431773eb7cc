package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

func query(q string) words.Query { return words.Parse(q) }

// found returns the numbers of what a search finds, the best first.
func (s suite) found(t *testing.T, who owner.ID, q string) []int64 {
	t.Helper()
	list, _, err := s.MatchWords(t.Context(), who, query(q), idea.WordFilter{}, 100, 0)
	if err != nil {
		t.Fatalf("search for %q: %v", q, err)
	}
	return numbersOf(list)
}

// text stores an idea with title and body.
func (s suite) text(t *testing.T, who owner.ID, title, body string) {
	t.Helper()
	i := draft(title)
	i.Body = body
	s.insert(t, who, i)
}

func testWords(t *testing.T, s suite) {
	t.Run("what finds what", func(t *testing.T) {
		who := s.owner(t)
		for _, i := range [][2]string{
			{"Searching in databases", "An index of full text makes it quick."},
			{"Müller's café", "Crème brûlée on the menu"},
			{"Running shoes", "For the marathon in Zürich"},
			{"Full", "text that is not in the title"},
			{"東京タワー", "Tower of Tokyo"},
			{"Version 3.14 of C++", "AND OR NOT NEAR"},
		} {
			s.text(t, who, i[0], i[1])
		}
		for q, numbers := range map[string][]int64{
			"database ":         {1},
			"DATABASES ":        {1},
			"search databases ": {1},
			"databases search ": {1},
			"datab":             {1}, // unfinished
			"datab ":            nil, // finished
			"sear":              {1},
			"runn":              {3},
			"runnin":            {3},
			"marat":             {3},
			"shoes run ":        {3},
			"search shoes ":     nil,
			"muller ":           {2},
			"MÜLLER ":           {2},
			"cafe ":             {2},
			"creme brulee ":     {2},
			"zurich ":           {3},
			`"full text" `:      {1},
			`"text full" `:      nil,
			`"crème brûlée" `:   {2},
			`"full text that" `: nil, // title and body are apart
			`"full tex`:         {4, 1},
			"full text ":        {4, 1},
			"full-text ":        {1},
			"東京 ":               {5},
			"3.14 ":             {6},
			"absent ":           nil,
			"":                  nil,
			"   ":               nil,
			"\"":                nil,
		} {
			want(t, fmt.Sprintf("search for %q", q), s.found(t, who, q), numbers)
		}
		s.change(t, who, 1, func(i *idea.Idea) { i.Archived = true })
		want(t, "archived", s.found(t, who, "database "), nil)
		s.change(t, who, 1, func(i *idea.Idea) { i.Archived, i.Title, i.Body = false, "Something", "else" })
		want(t, "what is no longer there", s.found(t, who, "database "), nil)
		want(t, "what is new", s.found(t, who, "something else "), []int64{1})
	})

	t.Run("no query is an error", func(t *testing.T) {
		who := s.owner(t)
		s.text(t, who, "plain", "AND OR NOT NEAR title body words")
		for _, q := range []string{
			`"`, `""`, `"""`, `*`, `a*`, `* *`, `(`, `)`, `(a`, `a)`, `-`, `-a`, `a -b`, `:`, `title:`, `title:plain`, `words:a`,
			`^`, `^a`, `NEAR`, `NEAR(`, `NEAR(a b, 2)`, `AND`, `OR`, `NOT`, `a AND`, `AND a`, `a OR OR b`, `NOT NOT`, `a NOT`,
			`'`, `''`, `a'b`, `\`, `\\`, `a\'`, `%`, `_`, `;`, `--`, `/*`, `{title}: a`, `{`, `}`, `[`, `]`, `+`, `a + b`, `,`, `<->`, `a <-> b`,
			`&`, `|`, `!`, `!a`, `a & !b`, `:*`, `a:*`, `:A`, `'a':AB`, `<2>`, `$1`, `?`, "a\x00b", "\xff", "\u200b", "🌱", "é", "ﷺ", "a\tb\nc",
		} {
			s.found(t, who, q)
			s.list(t, who, idea.Filter{Words: query(q), Limit: 5})
		}
		want(t, "operators are words", s.found(t, who, "NEAR NOT "), []int64{1})
	})

	t.Run("the best first", func(t *testing.T) {
		who := s.owner(t)
		for _, i := range [][2]string{
			{"Old", "garden shed"},
			{"Garden shed", ""},
			{"A long title about a garden and a shed in it", ""},
			{"Garden", "a shed, a shed, a shed"},
			{"New", "garden with shed"},
			{"Garden shed", "again"},
			{"Garden alone", ""},
		} {
			s.text(t, who, i[0], i[1])
		}
		want(t, "order", s.found(t, who, "garden shed "), []int64{6, 2, 3, 4, 5, 1})
		want(t, "order of one word", s.found(t, who, "garden "), []int64{4, 6, 2, 7, 3, 5, 1})
		want(t, "order while typing", s.found(t, who, "garde"), []int64{4, 6, 2, 7, 3, 5, 1})
	})

	t.Run("pages and filters", func(t *testing.T) {
		who := s.owner(t)
		for k := range 7 {
			i := draft("word", "all")
			if k%2 == 0 {
				i.Tags, i.Status = []string{"even", "all"}, idea.Shipped
			}
			s.insert(t, who, i)
		}
		for name, c := range map[string]struct {
			filter        idea.WordFilter
			limit, offset int
			numbers       []int64
			more          bool
		}{
			"first page":     {idea.WordFilter{}, 3, 0, []int64{7, 6, 5}, true},
			"second page":    {idea.WordFilter{}, 3, 3, []int64{4, 3, 2}, true},
			"last page":      {idea.WordFilter{}, 3, 6, []int64{1}, false},
			"exactly all":    {idea.WordFilter{}, 7, 0, []int64{7, 6, 5, 4, 3, 2, 1}, false},
			"behind the end": {idea.WordFilter{}, 3, 70, nil, false},
			"tag":            {idea.WordFilter{Tag: "even"}, 3, 0, []int64{7, 5, 3}, true},
			"status":         {idea.WordFilter{Status: idea.Shipped}, 9, 0, []int64{7, 5, 3, 1}, false},
			"both":           {idea.WordFilter{Status: idea.Captured, Tag: "even"}, 9, 0, nil, false},
		} {
			list, more, err := s.MatchWords(t.Context(), who, query("word "), c.filter, c.limit, c.offset)
			must(t, err)
			want(t, name, numbersOf(list), c.numbers)
			want(t, name+", more", more, c.more)
		}
		list, _, err := s.MatchWords(t.Context(), who, query("word "), idea.WordFilter{}, 1, 0)
		must(t, err)
		want(t, "whole idea", list[0], s.get(t, who, 7))
	})

	t.Run("very common words", func(t *testing.T) {
		who := s.owner(t)
		const many = 2*store.Candidates + 10
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error {
			for k := range many {
				i := draft("x")
				i.Body = "common"
				if k == 0 {
					i.Title = "common in the oldest title"
				}
				if err := tx.Ideas.Insert(ctx, &i); err != nil {
					return err
				}
			}
			return nil
		})
		want(t, "the best", s.found(t, who, "common ")[:2], []int64{1, many})
		list, more, err := s.MatchWords(t.Context(), who, query("common "), idea.WordFilter{}, many, 0)
		must(t, err)
		want(t, "how many", len(list), store.Candidates+1)
		want(t, "more", more, false)
	})
}

package storetest

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

func testIdeas(t *testing.T, s suite) {
	t.Run("every field comes back", func(t *testing.T) {
		who := s.owner(t)
		given := idea.Idea{
			Title: "Glass house 🌱", Body: "# Heading\n\nline \\ ' \" % _ $1 ?", Status: idea.Building,
			Source: idea.ClaudeMCP, SourceURL: "https://example.org/?a=b&c=%20", Parent: 7,
			Tags: []string{"zebra", "apple", "müde"}, Processing: true, CreatedAt: at(1), UpdatedAt: at(2),
		}
		stored := s.insert(t, who, given)
		given.Number, given.Version = 1, 1
		want(t, "inserted", stored, given)
		want(t, "read", s.get(t, who, 1), given)

		given.Title, given.Body, given.Status, given.SourceURL = "Other", "", idea.Shelved, ""
		given.Parent, given.Tags, given.Archived, given.Processing = 0, []string{"apple", "new"}, true, false
		given.UpdatedAt, given.Version = at(3), 2
		updated := s.change(t, who, 1, func(i *idea.Idea) {
			*i = given
			i.Source, i.CreatedAt, i.Version = idea.Web, at(99), 17 // none of which is stored
		})
		want(t, "next version", updated.Version, 2)
		want(t, "updated", s.get(t, who, 1), given)
	})

	t.Run("numbers run", func(t *testing.T) {
		who := s.owner(t)
		want(t, "numbers", s.titled(t, who, "a", "b", "c"), []int64{1, 2, 3})
		want(t, "of another owner", s.titled(t, s.owner(t), "a"), []int64{1})
	})

	t.Run("existing", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a", "b", "c")
		s.change(t, who, 2, func(i *idea.Idea) { i.Archived = true })
		for _, c := range []struct{ ask, answer []int64 }{
			{nil, nil},
			{[]int64{9, 3, 2, 1, 2, -1, 0, 1 << 62}, []int64{1, 2, 3}},
			{[]int64{4}, nil},
		} {
			s.read(t, who, func(ctx context.Context, tx idea.Tx) error {
				got, err := tx.Ideas.Existing(ctx, c.ask)
				want(t, "existing", got, c.answer)
				return err
			})
		}
	})

	t.Run("not there", func(t *testing.T) {
		who := s.owner(t)
		for _, number := range []int64{1, 0, -1, 1 << 62} {
			err := s.Read(t.Context(), who, func(tx idea.Tx) error {
				_, err := tx.Ideas.Get(t.Context(), number)
				return err
			})
			wantFault(t, "get", err, fault.NotFound)
			s.refused(t, "update", who, fault.NotFound, func(ctx context.Context, tx idea.Tx) error {
				i := draft("x")
				i.Number = number
				return tx.Ideas.Update(ctx, &i)
			})
		}
	})

	t.Run("long", func(t *testing.T) {
		who := s.owner(t)
		given := draft(strings.Repeat("ﷺ", idea.MaxTitle))
		given.Body = strings.Repeat("x", 9_000) + " " + strings.Repeat("word ", 8_000) + " end"
		stored := s.insert(t, who, given)
		want(t, "body", s.get(t, who, stored.Number).Body, given.Body)
		want(t, "found", s.found(t, who, "end word"), []int64{1})
		want(t, "found by a very long word", s.found(t, who, strings.Repeat("x", 9_000)), []int64{1})
	})

	t.Run("texts that no database can hold", func(t *testing.T) {
		who := s.owner(t)
		for _, bad := range []string{"a\x00b", "a\xffb", "\xed\xa0\x80"} {
			for name, edit := range map[string]func(*idea.Idea){
				"title": func(i *idea.Idea) { i.Title = bad },
				"body":  func(i *idea.Idea) { i.Body = bad },
				"url":   func(i *idea.Idea) { i.SourceURL = bad },
				"tag":   func(i *idea.Idea) { i.Tags = []string{bad} },
			} {
				s.refused(t, name, who, fault.Invalid, func(ctx context.Context, tx idea.Tx) error {
					i := draft("good")
					edit(&i)
					return tx.Ideas.Insert(ctx, &i)
				})
			}
		}
		want(t, "stored", numbersOf(s.list(t, who, idea.Filter{Limit: 9}).Ideas), nil)
	})

	t.Run("the same tag twice", func(t *testing.T) {
		s.refused(t, "insert", s.owner(t), fault.Invalid, func(ctx context.Context, tx idea.Tx) error {
			i := draft("x", "a", "b", "a")
			return tx.Ideas.Insert(ctx, &i)
		})
	})

	t.Run("16 writers", func(t *testing.T) {
		who := s.owner(t)
		const writers, each = 16, 5
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range each {
					err := s.Write(t.Context(), who, func(tx idea.Tx) error {
						i := draft("x", "shared")
						return tx.Ideas.Insert(t.Context(), &i)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		list := numbersOf(s.list(t, who, idea.Filter{Limit: 100}).Ideas)
		for k := range list {
			if list[k] != int64(writers*each-k) {
				t.Fatalf("numbers have gaps or doubles: %v", list)
			}
		}
		want(t, "how many", len(list), writers*each)
		want(t, "count of the tag", s.tag(t, who, "shared").Ideas, writers*each)
	})

	t.Run("two writers of one idea", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "x")
		const writers, each = 4, 10
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range each {
					err := s.Write(t.Context(), who, func(tx idea.Tx) error {
						i, err := tx.Ideas.Get(t.Context(), 1)
						if err != nil {
							return err
						}
						i.Body += "x"
						return tx.Ideas.Update(t.Context(), &i)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		i := s.get(t, who, 1)
		want(t, "edits that were kept", len(i.Body), writers*each)
		want(t, "version", i.Version, writers*each+1)
	})
}

package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// tags reads all tags.
func (s suite) tags(t *testing.T, who owner.ID) (list []idea.Tag) {
	t.Helper()
	s.read(t, who, func(ctx context.Context, tx idea.Tx) (err error) {
		list, err = tx.Tags.All(ctx)
		return err
	})
	return list
}

// tag reads the tag with a name.
func (s suite) tag(t *testing.T, who owner.ID, name string) idea.Tag {
	t.Helper()
	for _, tag := range s.tags(t, who) {
		if tag.Name == name {
			return tag
		}
	}
	t.Fatalf("there is no tag %q", name)
	return idea.Tag{}
}

// counts returns how many ideas each tag has.
func counts(tags []idea.Tag) map[string]int {
	n := map[string]int{}
	for _, tag := range tags {
		n[tag.Name] = tag.Ideas
	}
	return n
}

func testTags(t *testing.T, s suite) {
	t.Run("kept", func(t *testing.T) {
		who := s.owner(t)
		red := idea.Tag{Name: "red", Color: "#ff0000", CreatedAt: at(1)}
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Tags.Insert(ctx, &red) })
		want(t, "id", red.ID, 1)
		want(t, "all", s.tags(t, who), []idea.Tag{red})
		red.Name, red.Color = "crimson", ""
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Tags.Update(ctx, red) })
		s.read(t, who, func(ctx context.Context, tx idea.Tx) error {
			got, err := tx.Tags.Get(ctx, 1)
			want(t, "get", got, red)
			return err
		})
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Tags.Delete(ctx, 1) })
		want(t, "after delete", s.tags(t, who), nil)
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Tags.Insert(ctx, &red) })
		want(t, "an id is not given twice", red.ID, 2)
	})

	t.Run("in the order of their names", func(t *testing.T) {
		who := s.owner(t)
		s.insert(t, who, draft("x", "b", "a-b", "ab", "é", "10", "z"))
		var names []string
		for _, tag := range s.tags(t, who) {
			names = append(names, tag.Name)
		}
		want(t, "names", names, []string{"10", "a-b", "ab", "b", "z", "é"})
	})

	t.Run("a name is taken", func(t *testing.T) {
		who := s.owner(t)
		s.insert(t, who, draft("x", "a", "b"))
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error {
			wantFault(t, "insert", tx.Tags.Insert(ctx, &idea.Tag{Name: "a"}), fault.Conflict)
			b := s.tag(t, who, "b")
			b.Name = "a"
			wantFault(t, "update", tx.Tags.Update(ctx, b), fault.Conflict)
			// and the transaction goes on
			i := draft("y", "a")
			return tx.Ideas.Insert(ctx, &i)
		})
		want(t, "counts", counts(s.tags(t, who)), map[string]int{"a": 2, "b": 1})
	})

	t.Run("carriers get a new version", func(t *testing.T) {
		who := s.owner(t)
		s.insert(t, who, draft("x", "a", "b"))
		s.insert(t, who, draft("y", "b"))
		a := s.tag(t, who, "a")
		a.Name = "c"
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Tags.Update(ctx, a) })
		want(t, "tags after rename", s.get(t, who, 1).Tags, []string{"c", "b"})
		want(t, "version after rename", s.get(t, who, 1).Version, 2)
		want(t, "version of another idea", s.get(t, who, 2).Version, 1)
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Tags.Delete(ctx, a.ID) })
		want(t, "tags after delete", s.get(t, who, 1).Tags, []string{"b"})
		want(t, "version after delete", s.get(t, who, 1).Version, 3)
		want(t, "listed under the other tag", numbersOf(s.list(t, who, idea.Filter{Tag: "b", Limit: 9}).Ideas), []int64{2, 1})
	})

	t.Run("not there", func(t *testing.T) {
		who := s.owner(t)
		for name, f := range map[string]func(context.Context, idea.Tx) error{
			"get":    func(ctx context.Context, tx idea.Tx) error { _, err := tx.Tags.Get(ctx, 5); return err },
			"update": func(ctx context.Context, tx idea.Tx) error { return tx.Tags.Update(ctx, idea.Tag{ID: 5, Name: "x"}) },
			"delete": func(ctx context.Context, tx idea.Tx) error { return tx.Tags.Delete(ctx, 5) },
		} {
			s.refused(t, name, who, fault.NotFound, f)
		}
	})

	// Counts are kept, not counted: after anything that may happen they must
	// be what counting gives.
	t.Run("counts after anything", func(t *testing.T) {
		who := s.owner(t)
		rnd := rand.New(rand.NewPCG(3, 4))
		some := func() []string {
			var names []string
			for _, k := range rnd.Perm(6)[:rnd.IntN(4)] {
				names = append(names, fmt.Sprint("t", k))
			}
			return names
		}
		model := map[int64]idea.Idea{}
		for range 120 {
			number := rnd.Int64N(int64(len(model)) + 1)
			switch {
			case number == 0:
				i := draft("x", some()...)
				i.Archived = rnd.IntN(4) == 0
				i = s.insert(t, who, i)
				model[i.Number] = i
			case rnd.IntN(10) == 0 && len(s.tags(t, who)) > 0:
				tag := s.tags(t, who)[0]
				s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Tags.Delete(ctx, tag.ID) })
				for n, i := range model {
					i.Tags = slices.DeleteFunc(slices.Clone(i.Tags), func(name string) bool { return name == tag.Name })
					model[n] = i
				}
			default:
				model[number] = s.change(t, who, number, func(i *idea.Idea) {
					i.Tags, i.Archived = some(), rnd.IntN(3) == 0
				})
			}
			counted := map[string]int{}
			for _, tag := range s.tags(t, who) {
				counted[tag.Name] = 0
			}
			for n, i := range model {
				if stored := s.get(t, who, n).Tags; !slices.Equal(stored, i.Tags) {
					t.Fatalf("tags of #%d: got %v, want %v", n, stored, i.Tags)
				}
				for _, name := range i.Tags {
					if !i.Archived {
						counted[name]++
					}
				}
			}
			want(t, "counts", counts(s.tags(t, who)), counted)
			if t.Failed() {
				return
			}
		}
	})
}

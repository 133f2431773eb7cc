package storetest

import (
	"context"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// relate stores a relation.
func (s suite) relate(t *testing.T, who owner.ID, r idea.Relation) idea.Relation {
	t.Helper()
	r.CreatedAt = at(1)
	s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Relations.Put(ctx, &r) })
	return r
}

// related reads the relations of an idea.
func (s suite) related(t *testing.T, who owner.ID, number int64) (outgoing, incoming []idea.Related) {
	t.Helper()
	s.read(t, who, func(ctx context.Context, tx idea.Tx) (err error) {
		outgoing, incoming, err = tx.Relations.Of(ctx, number)
		return err
	})
	return outgoing, incoming
}

func testRelations(t *testing.T, s suite) {
	score := 0.123456789

	t.Run("kept", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a", "b", "c")
		one := s.relate(t, who, idea.Relation{Source: 1, Target: 2, Type: idea.RelBlocks, Note: "first"})
		two := s.relate(t, who, idea.Relation{Source: 3, Target: 1, Type: idea.RelRelated, Score: &score})
		three := s.relate(t, who, idea.Relation{Source: 1, Target: 3, Type: idea.RelParent})
		s.change(t, who, 3, func(i *idea.Idea) { i.Archived, i.Status = true, idea.Shelved })
		b := idea.Brief{Number: 2, Title: "b", Status: idea.Captured}
		c := idea.Brief{Number: 3, Title: "c", Status: idea.Shelved, Archived: true}
		outgoing, incoming := s.related(t, who, 1)
		want(t, "outgoing", outgoing, []idea.Related{{Relation: one, Other: b}, {Relation: three, Other: c}})
		want(t, "incoming", incoming, []idea.Related{{Relation: two, Other: c}})

		one.Source, one.Target, one.Type, one.Note, one.Score = 2, 3, idea.RelInspires, "", &score
		want(t, "put again", s.relate(t, who, one), one)
		s.read(t, who, func(ctx context.Context, tx idea.Tx) error {
			got, err := tx.Relations.Get(ctx, one.ID)
			want(t, "get", got, one)
			return err
		})
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Relations.Delete(ctx, two.ID) })
		outgoing, incoming = s.related(t, who, 3)
		want(t, "outgoing after delete", outgoing, nil)
		want(t, "incoming after delete", len(incoming), 2)
	})

	t.Run("not there", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a")
		for name, f := range map[string]func(context.Context, idea.Tx) error{
			"get":    func(ctx context.Context, tx idea.Tx) error { _, err := tx.Relations.Get(ctx, 5); return err },
			"delete": func(ctx context.Context, tx idea.Tx) error { return tx.Relations.Delete(ctx, 5) },
			"update": func(ctx context.Context, tx idea.Tx) error {
				return tx.Relations.Put(ctx, &idea.Relation{ID: 5, Source: 1, Target: 1, Type: idea.RelRelated})
			},
			"no such target": func(ctx context.Context, tx idea.Tx) error {
				return tx.Relations.Put(ctx, &idea.Relation{Source: 1, Target: 5, Type: idea.RelRelated})
			},
			"no such source": func(ctx context.Context, tx idea.Tx) error {
				return tx.Relations.Put(ctx, &idea.Relation{Source: 5, Target: 1, Type: idea.RelRelated})
			},
		} {
			s.refused(t, name, who, fault.NotFound, f)
		}
	})

	t.Run("targets", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a", "b", "c", "d")
		for _, ends := range [][2]int64{{1, 3}, {1, 2}, {2, 3}, {3, 4}} {
			s.relate(t, who, idea.Relation{Source: ends[0], Target: ends[1], Type: idea.RelBlocks})
		}
		s.relate(t, who, idea.Relation{Source: 1, Target: 4, Type: idea.RelParent})
		for _, c := range []struct{ from, to []int64 }{
			{[]int64{1, 2}, []int64{2, 3}}, {[]int64{3}, []int64{4}}, {[]int64{4, 99}, nil}, {nil, nil},
		} {
			s.read(t, who, func(ctx context.Context, tx idea.Tx) error {
				got, err := tx.Relations.Targets(ctx, idea.RelBlocks, c.from)
				want(t, "targets", got, c.to)
				return err
			})
		}
	})
}

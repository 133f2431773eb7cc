package store

import (
	"context"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Passing returns the numbers of the ideas that a filter lets through and
// that are not archived.
func (s *Store) Passing(ctx context.Context, who owner.ID, f idea.WordFilter) (list []int64, err error) {
	err = s.engine.snapshot(ctx, func(conn querier) error {
		var a arguments
		where := "i.owner = " + a.next(who) + " AND i.archived = " + a.next(false)
		if f.Status != "" {
			where += " AND i.status = " + a.next(f.Status)
		}
		if f.Tag != "" {
			where += " AND i.number IN (" + carrying(a.next(f.Tag)) + ")"
		}
		list, err = all(ctx, conn, number, "SELECT i.number FROM ideas i WHERE "+where, a.list...)
		return err
	})
	return list, err
}

// InOrder returns ideas in the order of their numbers. Those that are
// archived or not there are left out.
func (s *Store) InOrder(ctx context.Context, who owner.ID, numbers []int64) (list []idea.Idea, err error) {
	err = s.engine.snapshot(ctx, func(conn querier) error {
		t := &transaction{querier: conn, d: s.dialect, who: who}
		found := make([]candidate, len(numbers))
		for k, n := range numbers {
			found[k].number = n
		}
		list, err = t.inOrder(ctx, found)
		return err
	})
	return slices.DeleteFunc(list, func(i idea.Idea) bool { return i.Archived }), err
}

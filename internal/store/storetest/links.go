package storetest

import (
	"context"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// links reads the links of an idea.
func (s suite) links(t *testing.T, who owner.ID, number int64) (list []idea.Link) {
	t.Helper()
	s.read(t, who, func(ctx context.Context, tx idea.Tx) (err error) {
		list, err = tx.Links.Of(ctx, number)
		return err
	})
	return list
}

// link adds a link.
func (s suite) link(t *testing.T, who owner.ID, number int64, url string) idea.Link {
	t.Helper()
	l := idea.Link{URL: url, Title: "A title", Type: idea.LinkGitHubRepo, CreatedAt: at(1)}
	s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Links.Insert(ctx, number, &l) })
	return l
}

func testLinks(t *testing.T, s suite) {
	t.Run("kept", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a", "b")
		first, second := s.link(t, who, 1, "https://one.example"), s.link(t, who, 1, "https://one.example")
		other := s.link(t, who, 2, "https://two.example")
		want(t, "ids", []int64{first.ID, second.ID, other.ID}, []int64{1, 2, 3})
		want(t, "links", s.links(t, who, 1), []idea.Link{first, second})
		s.refused(t, "delete under another idea", who, fault.NotFound, func(ctx context.Context, tx idea.Tx) error {
			return tx.Links.Delete(ctx, 1, other.ID)
		})
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Links.Delete(ctx, 1, first.ID) })
		want(t, "after delete", s.links(t, who, 1), []idea.Link{second})
		want(t, "of another idea", s.links(t, who, 2), []idea.Link{other})
	})

	t.Run("not there", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a")
		want(t, "links of nothing", s.links(t, who, 9), nil)
		s.refused(t, "insert", who, fault.NotFound, func(ctx context.Context, tx idea.Tx) error {
			return tx.Links.Insert(ctx, 9, &idea.Link{URL: "https://example.org"})
		})
		s.refused(t, "delete", who, fault.NotFound, func(ctx context.Context, tx idea.Tx) error { return tx.Links.Delete(ctx, 1, 9) })
	})

	t.Run("moved", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "from", "to")
		s.link(t, who, 1, "https://both.example")
		moved := s.link(t, who, 1, "https://moved.example")
		kept := s.link(t, who, 2, "https://both.example")
		s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Links.Move(ctx, 1, 2) })
		want(t, "from", s.links(t, who, 1), nil)
		want(t, "to", s.links(t, who, 2), []idea.Link{moved, kept})
	})
}

package storetest

import (
	"context"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// testOwners checks that nothing of one owner is read or changed by another,
// although both use the same numbers.
func testOwners(t *testing.T, s suite) {
	ada, eve := s.owner(t), s.owner(t)
	s.insert(t, ada, idea.Idea{Title: "secret everything", Body: "hidden", Status: idea.Captured, Source: idea.Web, Tags: []string{"private", "other"}})
	s.titled(t, ada, "second everything")
	s.link(t, ada, 1, "https://secret.example")
	s.relate(t, ada, idea.Relation{Source: 1, Target: 2, Type: idea.RelBlocks})
	s.propose(t, ada, 2, 1, 0.9)
	s.write(t, ada, func(ctx context.Context, tx idea.Tx) error {
		return tx.History.Append(ctx, 1, idea.Event{Kind: idea.EventCaptured, At: at(1)})
	})
	s.write(t, ada, func(ctx context.Context, tx idea.Tx) error {
		return tx.Maps.Place(ctx, map[int64]idea.Point{1: {X: 1, Y: 1}})
	})
	before := snapshot(t, s.Store, ada)

	want(t, "what another owner sees", snapshot(t, s.Store, eve), everything{})
	for _, q := range []string{"secret ", "hidden ", "secr", "s", "everything ", `"secret everything" `} {
		want(t, "what another owner finds with "+q, s.found(t, eve, q), nil)
		want(t, "what another owner lists with "+q, numbersOf(s.list(t, eve, idea.Filter{Words: query(q), Limit: 9}).Ideas), nil)
	}
	for name, f := range map[string]func(context.Context, idea.Tx) error{
		"idea": func(ctx context.Context, tx idea.Tx) error { _, err := tx.Ideas.Get(ctx, 1); return err },
		"update of idea": func(ctx context.Context, tx idea.Tx) error {
			return tx.Ideas.Update(ctx, &idea.Idea{Number: 1, Title: "x"})
		},
		"tag":           func(ctx context.Context, tx idea.Tx) error { _, err := tx.Tags.Get(ctx, 1); return err },
		"update of tag": func(ctx context.Context, tx idea.Tx) error { return tx.Tags.Update(ctx, idea.Tag{ID: 1, Name: "x"}) },
		"delete of tag": func(ctx context.Context, tx idea.Tx) error { return tx.Tags.Delete(ctx, 1) },
		"insert of link": func(ctx context.Context, tx idea.Tx) error {
			return tx.Links.Insert(ctx, 1, &idea.Link{URL: "https://x.example"})
		},
		"delete of link":  func(ctx context.Context, tx idea.Tx) error { return tx.Links.Delete(ctx, 1, 1) },
		"relation":        func(ctx context.Context, tx idea.Tx) error { _, err := tx.Relations.Get(ctx, 1); return err },
		"delete relation": func(ctx context.Context, tx idea.Tx) error { return tx.Relations.Delete(ctx, 1) },
		"relate": func(ctx context.Context, tx idea.Tx) error {
			return tx.Relations.Put(ctx, &idea.Relation{Source: 1, Target: 2})
		},
		"duplicate": func(ctx context.Context, tx idea.Tx) error { _, err := tx.Duplicates.Get(ctx, 1); return err },
		"decide":    func(ctx context.Context, tx idea.Tx) error { return tx.Duplicates.Decide(ctx, 1, idea.DuplicateMerged) },
		"event": func(ctx context.Context, tx idea.Tx) error {
			return tx.History.Append(ctx, 1, idea.Event{Kind: idea.EventMoved})
		},
	} {
		s.refused(t, name, eve, fault.NotFound, f)
	}
	s.write(t, eve, func(ctx context.Context, tx idea.Tx) error {
		if err := tx.Links.Move(ctx, 1, 2); err != nil {
			return err
		}
		if err := tx.Duplicates.Close(ctx, 1); err != nil {
			return err
		}
		return tx.Maps.Place(ctx, map[int64]idea.Point{1: {X: 9, Y: 9}})
	})

	// The same numbers and names, once more.
	s.insert(t, eve, idea.Idea{Title: "mine", Status: idea.Captured, Source: idea.Web, Tags: []string{"private"}})
	want(t, "count of a tag of the same name", s.tag(t, eve, "private").Ideas, 1)
	s.write(t, eve, func(ctx context.Context, tx idea.Tx) error { return tx.Tags.Delete(ctx, 1) })
	want(t, "what the first owner has", snapshot(t, s.Store, ada), before)
}

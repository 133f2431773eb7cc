package idea

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// before is what two ideas were before one took the other in. It is kept as
// JSON, so that a merge can be taken back.
type before struct {
	Kept, Gone side
}

// side is what a merge changes of an idea.
type side struct {
	Body      string
	Tags      []string
	Parent    int64
	Status    Status
	Links     []Link
	Relations []Relation
}

// of returns an idea as it was.
func (s side) of(i Idea) Idea {
	i.Body, i.Tags, i.Parent, i.Status = s.Body, slices.Clone(s.Tags), s.Parent, s.Status
	return i
}

// remember keeps what two ideas are, before anything is changed.
func remember(ctx context.Context, tx Tx, kept, gone Idea) error {
	var b before
	for to, i := range map[*side]Idea{&b.Kept: kept, &b.Gone: gone} {
		*to = side{Body: i.Body, Tags: i.Tags, Parent: i.Parent, Status: i.Status}
		var err error
		if to.Links, err = tx.Links.Of(ctx, i.Number); err != nil {
			return err
		}
		if to.Relations, err = relationsOf(ctx, tx, i.Number); err != nil {
			return err
		}
	}
	data, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("write down the merge of %d into %d: %w", gone.Number, kept.Number, err)
	}
	return tx.Merges.Put(ctx, kept.Number, gone.Number, data)
}

func relationsOf(ctx context.Context, tx Tx, number int64) ([]Relation, error) {
	outgoing, incoming, err := tx.Relations.Of(ctx, number)
	var all []Relation
	for _, r := range append(outgoing, incoming...) {
		all = append(all, r.Relation)
	}
	return all, err
}

// Unmerge takes a merge back: the absorbed idea is there again with its
// status, its links and its relations, and the kept one has what it had
// before. Whatever was added since stays. If the text of the kept idea was
// edited since, or the absorbed one restored, that is a fault.Conflict, as
// nobody can tell whose the words are.
func (r *Repository) Unmerge(ctx context.Context, who owner.ID, keep, absorbed int64) error {
	return r.store.Write(ctx, who, func(tx Tx) error { return r.unmerge(ctx, tx, keep, absorbed) })
}

func (r *Repository) unmerge(ctx context.Context, tx Tx, keep, absorbed int64) error {
	data, err := tx.Merges.Get(ctx, keep, absorbed)
	if err != nil {
		return err
	}
	var b before
	if err := json.Unmarshal(data, &b); err != nil {
		return fmt.Errorf("read what #%d was before it took #%d in: %w", keep, absorbed, err)
	}
	kept, err := tx.Ideas.Get(ctx, keep)
	if err != nil {
		return err
	}
	gone, err := tx.Ideas.Get(ctx, absorbed)
	if err != nil {
		return err
	}
	if kept, err = apart(kept, gone, b); err != nil {
		return err
	}
	if err := returnLinks(ctx, tx, keep, absorbed, b); err != nil {
		return err
	}
	if err := returnRelations(ctx, tx, keep, absorbed, b); err != nil {
		return err
	}
	kept.UpdatedAt = r.time()
	kept.Processing = r.enriched
	if err := tx.Ideas.Update(ctx, &kept); err != nil {
		return err
	}
	if err := tx.History.Append(ctx, keep, Event{Kind: EventUnmerged, Peer: absorbed, At: kept.UpdatedAt}); err != nil {
		return err
	}
	if err := r.ask(ctx, tx, kept, 0); err != nil {
		return err
	}
	if err := r.bringBack(ctx, tx, gone, b.Gone.Status); err != nil {
		return err
	}
	if err := reopenMerged(ctx, tx, keep, absorbed); err != nil {
		return err
	}
	return tx.Merges.Delete(ctx, keep, absorbed)
}

// apart returns the kept idea without what it took in.
func apart(kept, gone Idea, b before) (Idea, error) {
	if kept.Archived {
		return Idea{}, fault.New(fault.Conflict, "Idea #%d is archived: restore it before you take the merge back", kept.Number)
	}
	if !gone.Archived {
		return Idea{}, fault.New(fault.Conflict, "Idea #%d was restored already: take what came from it out of #%d yourself", gone.Number, kept.Number)
	}
	merged := b.Kept.of(kept)
	if err := unite(&merged, b.Gone.of(gone)); err != nil {
		return Idea{}, err
	}
	if kept.Body != merged.Body {
		return Idea{}, fault.New(fault.Conflict, "The text of #%d was edited since the merge: take what came from #%d out of it yourself, and restore #%d", kept.Number, gone.Number, gone.Number)
	}
	kept.Body = b.Kept.Body
	if kept.Parent == merged.Parent {
		kept.Parent = b.Kept.Parent
	}
	kept.Tags = slices.DeleteFunc(slices.Clone(kept.Tags), func(tag string) bool {
		return slices.Contains(b.Gone.Tags, tag) && !slices.Contains(b.Kept.Tags, tag)
	})
	return kept, nil
}

// returnLinks gives the absorbed idea its links again.
func returnLinks(ctx context.Context, tx Tx, keep, absorbed int64, b before) error {
	has := func(links []Link, url string) bool {
		return slices.ContainsFunc(links, func(l Link) bool { return l.URL == url })
	}
	now, err := tx.Links.Of(ctx, absorbed)
	if err != nil {
		return err
	}
	for _, l := range b.Gone.Links {
		if has(now, l.URL) {
			continue
		}
		l.ID = 0
		if err := tx.Links.Insert(ctx, absorbed, &l); err != nil {
			return err
		}
	}
	if now, err = tx.Links.Of(ctx, keep); err != nil {
		return err
	}
	for _, l := range now {
		if has(b.Gone.Links, l.URL) && !has(b.Kept.Links, l.URL) {
			if err := tx.Links.Delete(ctx, keep, l.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// returnRelations gives the absorbed idea its relations again. Those that
// would repeat another one or close a circle that is never allowed are left
// out; circles that a person insisted on were there before.
func returnRelations(ctx context.Context, tx Tx, keep, absorbed int64, b before) error {
	made, err := find(ctx, tx, Relation{Source: keep, Target: absorbed, Type: RelSupersedes})
	if err == nil && made != nil {
		err = tx.Relations.Delete(ctx, made.ID)
	}
	if err != nil {
		return err
	}
	for _, was := range b.Gone.Relations {
		now, err := tx.Relations.Get(ctx, was.ID)
		switch {
		case err == nil:
			now.Source, now.Target = was.Source, was.Target
		case fault.Is(err, fault.NotFound):
			now = was
			now.ID = 0
		default:
			return err
		}
		fits, err := admissible(ctx, tx, now, true)
		if err == nil && fits {
			err = tx.Relations.Put(ctx, &now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bringBack restores an absorbed idea with the status that it had.
func (r *Repository) bringBack(ctx context.Context, tx Tx, gone Idea, status Status) error {
	at := r.time()
	gone.Archived = false
	gone.Processing = r.enriched
	gone.UpdatedAt = at
	moved := gone.Status == Shelved && status != Shelved
	if moved {
		gone.Status = status
	}
	if err := tx.Ideas.Update(ctx, &gone); err != nil {
		return err
	}
	if err := tx.History.Append(ctx, gone.Number, Event{Kind: EventRestored, At: at}); err != nil {
		return err
	}
	if moved {
		if err := tx.History.Append(ctx, gone.Number, Event{Kind: EventMoved, From: Shelved, To: status, At: at}); err != nil {
			return err
		}
	}
	return r.ask(ctx, tx, gone, 0)
}

// reopenMerged has the proposal decided again, if the merge decided one.
func reopenMerged(ctx context.Context, tx Tx, a, b int64) error {
	all, err := tx.Duplicates.Of(ctx, a)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.Status == DuplicateMerged && (d.Idea.Number == b || d.Of.Number == b) {
			return tx.Duplicates.Decide(ctx, d.ID, DuplicatePending)
		}
	}
	return nil
}

// ReopenDuplicate takes a decision back: the pair waits for one again. If the
// two were merged, the merge is taken back as Unmerge does.
func (r *Repository) ReopenDuplicate(ctx context.Context, who owner.ID, id int64) error {
	return r.store.Write(ctx, who, func(tx Tx) error {
		d, err := tx.Duplicates.Get(ctx, id)
		if err != nil {
			return err
		}
		switch d.Status {
		case DuplicatePending:
			return nil
		case DuplicateMerged:
			err := r.unmerge(ctx, tx, d.Of.Number, d.Idea.Number)
			if fault.Is(err, fault.NotFound) {
				err = r.unmerge(ctx, tx, d.Idea.Number, d.Of.Number) // the newer one was kept
			}
			return err
		}
		for _, i := range []Brief{d.Idea, d.Of} {
			if i.Archived {
				return fault.New(fault.Conflict, "Idea #%d is archived: restore it, and the two are compared again", i.Number)
			}
		}
		return tx.Duplicates.Decide(ctx, id, DuplicatePending)
	})
}

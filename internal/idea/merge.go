package idea

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// bodyRule stands between the two bodies of a merged idea.
const bodyRule = "\n\n---\n\n"

// Merge takes one idea into another: bodies are joined, tags united as far as
// they fit, links and relations moved, and the absorbed idea is shelved,
// archived and superseded by the kept one. It happens whole or not at all.
func (r *Repository) Merge(ctx context.Context, who owner.ID, keep, absorb int64) (Detail, error) {
	return writeOne(ctx, r, who, func(tx Tx) (Detail, error) {
		return r.merge(ctx, tx, keep, absorb)
	})
}

func (r *Repository) merge(ctx context.Context, tx Tx, keep, absorb int64) (Detail, error) {
	if keep == absorb {
		return Detail{}, fault.OfField("absorb_id", "must be another idea than the one that is kept")
	}
	kept, err := tx.Ideas.Get(ctx, keep)
	if err != nil {
		return Detail{}, err
	}
	gone, err := tx.Ideas.Get(ctx, absorb)
	if err != nil {
		return Detail{}, named(err, "absorb_id", absorb)
	}
	for _, i := range []Idea{kept, gone} {
		if i.Archived {
			return Detail{}, fault.New(fault.Conflict, "Idea #%d is archived: restore it before you merge it", i.Number)
		}
	}
	if err := remember(ctx, tx, kept, gone); err != nil {
		return Detail{}, err
	}
	if err := unite(&kept, gone); err != nil {
		return Detail{}, err
	}
	if err := tx.Links.Move(ctx, absorb, keep); err != nil {
		return Detail{}, err
	}
	if err := r.moveRelations(ctx, tx, absorb, keep); err != nil {
		return Detail{}, err
	}
	supersedes := Relation{Source: keep, Target: absorb, Type: RelSupersedes, CreatedAt: r.time()}
	if err := tx.Relations.Put(ctx, &supersedes); err != nil {
		return Detail{}, err
	}
	kept.UpdatedAt = r.time()
	kept.Processing = r.enriched
	if err := tx.Ideas.Update(ctx, &kept); err != nil {
		return Detail{}, err
	}
	if err := r.ask(ctx, tx, kept, 0); err != nil {
		return Detail{}, err
	}
	if err := tx.History.Append(ctx, keep, Event{Kind: EventMerged, Peer: absorb, At: kept.UpdatedAt}); err != nil {
		return Detail{}, err
	}
	if err := r.retire(ctx, tx, gone, keep); err != nil {
		return Detail{}, err
	}
	return detail(ctx, tx, kept)
}

// unite puts what an idea says into the one that takes it in. A text that
// would be too long is refused rather than cut: nothing may get lost.
func unite(kept *Idea, gone Idea) error {
	switch {
	case strings.TrimSpace(gone.Body) == "":
	case strings.TrimSpace(kept.Body) == "":
		kept.Body = gone.Body
	default:
		kept.Body += bodyRule + gone.Body
	}
	if n := utf8.RuneCountInString(kept.Body); n > MaxBody {
		return fault.New(fault.Conflict,
			"The two bodies together have %d characters, at most %d are allowed: shorten one of them, then merge", n, MaxBody)
	}
	if kept.Parent == gone.Number {
		kept.Parent = gone.Parent
		if kept.Parent == kept.Number {
			kept.Parent = 0
		}
	}
	for _, tag := range gone.Tags {
		if len(kept.Tags) < MaxTags && !slices.Contains(kept.Tags, tag) {
			kept.Tags = append(kept.Tags, tag)
		}
	}
	return nil
}

// retire shelves and archives an idea that another one took in.
func (r *Repository) retire(ctx context.Context, tx Tx, gone Idea, keep int64) error {
	at := r.time()
	if err := tx.History.Append(ctx, gone.Number, Event{Kind: EventAbsorbed, Peer: keep, At: at}); err != nil {
		return err
	}
	if gone.Status != Shelved {
		moved := Event{Kind: EventMoved, From: gone.Status, To: Shelved, At: at}
		if err := tx.History.Append(ctx, gone.Number, moved); err != nil {
			return err
		}
		gone.Status = Shelved
	}
	return r.archive(ctx, tx, &gone)
}

// moveRelations gives the relations of one idea to another. Left behind are
// those between the two, those the other has already, and those that would
// close a circle: a merge must not bring in what a person may not make.
func (r *Repository) moveRelations(ctx context.Context, tx Tx, from, to int64) error {
	outgoing, incoming, err := tx.Relations.Of(ctx, from)
	if err != nil {
		return err
	}
	for _, rel := range append(outgoing, incoming...) {
		moved := rel.Relation
		if moved.Source == from {
			moved.Source = to
		} else {
			moved.Target = to
		}
		fits := moved.Source != moved.Target
		if fits {
			if fits, err = admissible(ctx, tx, moved, false); err != nil {
				return err
			}
		}
		if fits {
			err = tx.Relations.Put(ctx, &moved)
		} else {
			err = tx.Relations.Delete(ctx, moved.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// admissible reports whether a relation has no twin and closes no circle; with
// force, only those circles count that are never allowed.
func admissible(ctx context.Context, tx Tx, rel Relation, force bool) (bool, error) {
	twin, err := find(ctx, tx, rel)
	if err != nil || twin != nil {
		return false, err
	}
	err = checkCycle(ctx, tx, rel, force)
	if fault.Is(err, fault.Conflict) {
		return false, nil
	}
	return err == nil, err
}

package idea

import (
	"context"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Patch changes an idea. What is nil stays as it is.
type Patch struct {
	Title  *string
	Body   *string
	Status *Status
	Parent *int64    // 0 takes the parent away
	Tags   *[]string // replaces all
}

// Edit changes an idea. With ifVersion it does so only if that is still the
// stored version, and fails with fault.Stale otherwise, so that two writers
// do not undo each other's work unseen. Changing nothing makes no version.
func (r *Repository) Edit(ctx context.Context, who owner.ID, number int64, p Patch, ifVersion *int64) (Detail, error) {
	p, err := p.checked()
	if err != nil {
		return Detail{}, err
	}
	return writeOne(ctx, r, who, func(tx Tx) (Detail, error) {
		i, err := tx.Ideas.Get(ctx, number)
		if err != nil {
			return Detail{}, err
		}
		if ifVersion != nil && *ifVersion != i.Version {
			return Detail{}, fault.New(fault.Stale,
				"Idea #%d was changed elsewhere in the meantime: read it again, then repeat your change", number)
		}
		if p.Parent != nil {
			if err := checkParent(ctx, tx, number, *p.Parent); err != nil {
				return Detail{}, err
			}
		}
		if err := r.change(ctx, tx, &i, p); err != nil {
			return Detail{}, err
		}
		return detail(ctx, tx, i)
	})
}

// change applies a checked patch and stores what came of it, if anything.
func (r *Repository) change(ctx context.Context, tx Tx, i *Idea, p Patch) error {
	before := *i
	if p.Title != nil {
		i.Title = *p.Title
	}
	if p.Body != nil {
		i.Body = *p.Body
	}
	if p.Status != nil {
		i.Status = *p.Status
	}
	if p.Parent != nil {
		i.Parent = *p.Parent
	}
	if p.Tags != nil {
		i.Tags = *p.Tags
	}
	if i.Title == before.Title && i.Body == before.Body && i.Status == before.Status &&
		i.Parent == before.Parent && slices.Equal(i.Tags, before.Tags) {
		return nil
	}
	i.UpdatedAt = r.time()
	rewritten := i.Title != before.Title || i.Body != before.Body
	if rewritten && !i.Archived {
		i.Processing = r.enriched
	}
	if err := tx.Ideas.Update(ctx, i); err != nil {
		return err
	}
	if rewritten && !i.Archived {
		if err := r.ask(ctx, tx, *i, quiet); err != nil {
			return err
		}
	}
	if i.Status == before.Status {
		return nil
	}
	return tx.History.Append(ctx, i.Number,
		Event{Kind: EventMoved, From: before.Status, To: i.Status, At: i.UpdatedAt})
}

// checked returns the patch with every field normalised.
func (p Patch) checked() (Patch, error) {
	var err error
	if p.Title, err = checkedField(p.Title, func(s string) (string, error) {
		return line("title", s, 1, MaxTitle)
	}); err != nil {
		return Patch{}, err
	}
	if p.Body, err = checkedField(p.Body, func(s string) (string, error) {
		return text("body", s, MaxBody)
	}); err != nil {
		return Patch{}, err
	}
	if p.Status, err = checkedField(p.Status, func(s Status) (Status, error) {
		return ParseStatus(string(s))
	}); err != nil {
		return Patch{}, err
	}
	if p.Parent, err = checkedField(p.Parent, parent); err != nil {
		return Patch{}, err
	}
	p.Tags, err = checkedField(p.Tags, normalizeTags)
	return p, err
}

// checkedField checks a field that may be absent.
func checkedField[T any](v *T, check func(T) (T, error)) (*T, error) {
	if v == nil {
		return nil, nil
	}
	checked, err := check(*v)
	if err != nil {
		return nil, err
	}
	return &checked, nil
}

// parent checks the number of a parent; 0 is none.
func parent(number int64) (int64, error) {
	if number < 0 {
		return 0, fault.OfField("parent_id", "must be the number of an idea, or null for none")
	}
	return number, nil
}

// checkParent refuses a parent that is not there, and one that would make an
// idea its own ancestor.
func checkParent(ctx context.Context, tx Tx, number, parent int64) error {
	for ancestor := parent; ancestor != 0; {
		if ancestor == number {
			return fault.New(fault.Conflict,
				"parent_id #%d would make idea #%d its own ancestor: choose another parent", parent, number)
		}
		a, err := tx.Ideas.Get(ctx, ancestor)
		if err != nil {
			return named(err, "parent_id", ancestor)
		}
		ancestor = a.Parent
	}
	return nil
}

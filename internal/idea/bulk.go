package idea

import (
	"context"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// BulkPatch changes many ideas alike.
type BulkPatch struct {
	Status     *Status
	Tags       *[]string // replaces all; not together with the two below
	AddTags    []string
	RemoveTags []string
}

// Outcome is what became of one idea of many.
type Outcome struct {
	Number int64
	Err    error // nil if it was changed
}

// EditMany changes ideas in one transaction. One that cannot be changed does
// not keep the others from being changed.
func (r *Repository) EditMany(ctx context.Context, who owner.ID, numbers []int64, p BulkPatch) ([]Outcome, error) {
	if err := checkBulk("ids", len(numbers)); err != nil {
		return nil, err
	}
	p, err := p.checked()
	if err != nil {
		return nil, err
	}
	return writeOne(ctx, r, who, func(tx Tx) ([]Outcome, error) {
		out := make([]Outcome, len(numbers))
		for n, number := range numbers {
			err := r.editOneOfMany(ctx, tx, number, p)
			if fault.Is(err, fault.Internal) {
				return nil, err
			}
			out[n] = Outcome{number, err}
		}
		return out, nil
	})
}

func (r *Repository) editOneOfMany(ctx context.Context, tx Tx, number int64, p BulkPatch) error {
	i, err := tx.Ideas.Get(ctx, number)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "Idea not found")
	}
	if err != nil {
		return err
	}
	one := Patch{Status: p.Status, Tags: p.Tags}
	if p.Tags == nil && len(p.AddTags)+len(p.RemoveTags) > 0 {
		tags, err := normalizeTags(append(i.without(p.RemoveTags), p.AddTags...))
		if err != nil {
			return err
		}
		one.Tags = &tags
	}
	return r.change(ctx, tx, &i, one)
}

// without returns the tags of an idea that are not among those named.
func (i Idea) without(tags []string) []string {
	return slices.DeleteFunc(slices.Clone(i.Tags), func(t string) bool {
		return slices.Contains(tags, t)
	})
}

func (p BulkPatch) checked() (BulkPatch, error) {
	if p.Tags != nil && len(p.AddTags)+len(p.RemoveTags) > 0 {
		return p, fault.OfField("tags", "replaces all tags and cannot be sent together with add_tags or remove_tags")
	}
	if p.Status == nil && p.Tags == nil && len(p.AddTags)+len(p.RemoveTags) == 0 {
		return p, fault.New(fault.Invalid, "Nothing to change: send status, tags, add_tags or remove_tags")
	}
	one, err := Patch{Status: p.Status, Tags: p.Tags}.checked()
	if err != nil {
		return p, err
	}
	p.Status, p.Tags = one.Status, one.Tags
	if p.AddTags, err = normalizeTags(p.AddTags); err != nil {
		return p, err
	}
	p.RemoveTags, err = normalizeTags(p.RemoveTags)
	return p, err
}

// checkBulk checks how many things one call names.
func checkBulk(field string, n int) error {
	if n < 1 || n > MaxBulk {
		return fault.OfField(field, "must have 1 to %d entries, not %d", MaxBulk, n)
	}
	return nil
}

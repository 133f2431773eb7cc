package idea

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// TagPatch changes a tag. What is nil stays as it is.
type TagPatch struct {
	Name  *string
	Color *string // "" takes the colour away
}

// Tags returns every tag in alphabetical order.
func (r *Repository) Tags(ctx context.Context, who owner.ID) ([]Tag, error) {
	return readOne(ctx, r, who, func(tx Tx) ([]Tag, error) {
		return tx.Tags.All(ctx)
	})
}

// AddTag makes a tag that no idea carries yet. color may be empty.
func (r *Repository) AddTag(ctx context.Context, who owner.ID, name, color string) (Tag, error) {
	p, err := TagPatch{&name, &color}.checked()
	if err != nil {
		return Tag{}, err
	}
	return writeOne(ctx, r, who, func(tx Tx) (Tag, error) {
		t := Tag{Name: *p.Name, Color: *p.Color, CreatedAt: r.time()}
		err := tx.Tags.Insert(ctx, &t)
		return t, err
	})
}

// EditTag renames a tag everywhere, or gives it another colour.
func (r *Repository) EditTag(ctx context.Context, who owner.ID, id int64, p TagPatch) (Tag, error) {
	p, err := p.checked()
	if err != nil {
		return Tag{}, err
	}
	return writeOne(ctx, r, who, func(tx Tx) (Tag, error) {
		t, err := tx.Tags.Get(ctx, id)
		if err != nil {
			return Tag{}, err
		}
		if p.Name != nil {
			t.Name = *p.Name
		}
		if p.Color != nil {
			t.Color = *p.Color
		}
		return t, tx.Tags.Update(ctx, t)
	})
}

func (p TagPatch) checked() (TagPatch, error) {
	var err error
	if p.Name, err = checkedField(p.Name, NormalizeTag); err != nil {
		return TagPatch{}, fault.OfField("name", "must have 1 to %d characters, at least one of them a letter or digit", MaxTagName)
	}
	p.Color, err = checkedField(p.Color, normalizeColor)
	return p, err
}

// RemoveTag takes a tag from every idea and forgets it.
func (r *Repository) RemoveTag(ctx context.Context, who owner.ID, id int64) error {
	return r.store.Write(ctx, who, func(tx Tx) error {
		return tx.Tags.Delete(ctx, id)
	})
}

package idea

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Get returns an idea, archived or not.
func (r *Repository) Get(ctx context.Context, who owner.ID, number int64) (Detail, error) {
	return readOne(ctx, r, who, func(tx Tx) (Detail, error) {
		i, err := tx.Ideas.Get(ctx, number)
		if err != nil {
			return Detail{}, err
		}
		return detail(ctx, tx, i)
	})
}

// List returns a page of ideas. A Limit of 0 means DefaultPage, an empty Sort
// NewestFirst.
func (r *Repository) List(ctx context.Context, who owner.ID, f Filter) (Page, error) {
	f, err := f.checked()
	if err != nil {
		return Page{}, err
	}
	return readOne(ctx, r, who, func(tx Tx) (Page, error) {
		return tx.Ideas.List(ctx, f)
	})
}

// checked returns the filter with its defaults filled in.
func (f Filter) checked() (Filter, error) {
	var err error
	if f.Status != "" {
		if f.Status, err = ParseStatus(string(f.Status)); err != nil {
			return Filter{}, err
		}
	}
	if f.Source != "" {
		if f.Source, err = ParseSource(string(f.Source)); err != nil {
			return Filter{}, err
		}
	}
	if f.Tag != "" {
		if f.Tag, err = NormalizeTag(f.Tag); err != nil {
			return Filter{}, fault.OfField("tag", "must be the name of a tag")
		}
	}
	if f.Sort == "" {
		f.Sort = NewestFirst
	}
	if f.Sort, err = ParseSort(string(f.Sort)); err != nil {
		return Filter{}, err
	}
	if f.Limit, err = CheckPage(f.Limit, f.Offset); err != nil {
		return Filter{}, err
	}
	return f, nil
}

// CheckPage checks limit and offset and returns the limit with its default.
func CheckPage(limit, offset int) (int, error) {
	if limit == 0 {
		limit = DefaultPage
	}
	if limit < 1 || limit > MaxPage {
		return 0, fault.OfField("limit", "must be a number from 1 to %d", MaxPage)
	}
	if offset < 0 {
		return 0, fault.OfField("offset", "must not be negative")
	}
	return limit, nil
}

// Existing returns those of the numbers that the owner has ideas for.
func (r *Repository) Existing(ctx context.Context, who owner.ID, numbers []int64) ([]int64, error) {
	if len(numbers) > MaxNumbers {
		return nil, fault.OfField("numbers", "has %d numbers, at most %d are allowed", len(numbers), MaxNumbers)
	}
	return readOne(ctx, r, who, func(tx Tx) ([]int64, error) {
		return tx.Ideas.Existing(ctx, numbers)
	})
}

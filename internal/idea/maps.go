package idea

import (
	"context"
	"math"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Map returns the owner's whole map.
func (r *Repository) Map(ctx context.Context, who owner.ID) (Map, error) {
	return readOne(ctx, r, who, func(tx Tx) (Map, error) {
		return tx.Maps.Map(ctx)
	})
}

// PlaceOnMap stores where ideas are on the map, so that it opens as it was
// left.
func (r *Repository) PlaceOnMap(ctx context.Context, who owner.ID, at map[int64]Point) error {
	if len(at) > MaxPlaces {
		return fault.OfField("positions", "has %d entries, at most %d are allowed", len(at), MaxPlaces)
	}
	const far = 1e7
	for number, p := range at {
		// Written so that NaN is refused too.
		if !(math.Abs(p.X) <= far && math.Abs(p.Y) <= far) {
			return fault.OfField("positions", "has a place for idea #%d that is off the map", number)
		}
	}
	return r.store.Write(ctx, who, func(tx Tx) error {
		return tx.Maps.Place(ctx, at)
	})
}

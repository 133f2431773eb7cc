package idea

import "time"

// Tag is a label that any number of ideas carry.
type Tag struct {
	ID        int64
	Name      string // as NormalizeTag gives it; unique among the owner's tags
	Color     string // "#rrggbb" in lower case, "" if none
	Ideas     int    // how many ideas that are not archived carry it
	CreatedAt time.Time
}

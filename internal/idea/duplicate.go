package idea

import "time"

// Duplicate is a proposal that two ideas are one. A program makes it, a
// person decides.
type Duplicate struct {
	ID        int64
	Idea      Brief   // the newer idea
	Of        Brief   // the older one it resembles; it survives a merge
	Score     float64 // similarity, 0 to 1
	Status    DuplicateStatus
	CreatedAt time.Time
}

// DuplicateStatus is what became of a proposal.
type DuplicateStatus string

// The statuses of a duplicate.
const (
	DuplicatePending   DuplicateStatus = "pending"
	DuplicateMerged    DuplicateStatus = "merged"
	DuplicateDismissed DuplicateStatus = "dismissed"
)

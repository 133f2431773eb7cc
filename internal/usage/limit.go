package usage

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// LimitStore counts requests and open streams where several copies of the
// program share them.
type LimitStore interface {
	// TakeMinute takes up to n requests of a minute (counted from 1970) as
	// long as all that are taken are not more than limit, and returns how
	// many it took and how many are used with them.
	TakeMinute(ctx context.Context, who owner.ID, minute int64, n, limit int) (taken, used int, err error)
	// HoldStreams notes that a process has n streams of an owner open, until
	// a time by which it says so again, in place of what it said before, and
	// returns true. It returns false, and notes nothing, if that is more than
	// it said before and more than limit with what the other processes hold
	// at now.
	HoldStreams(ctx context.Context, who owner.ID, process string, n, limit int, now, until time.Time) (bool, error)
}

// Reservation is money that a request may cost at most, held before it is
// sent. Its ID is that of the request's record.
//
// What a month has cost a provider key is what its records add up to and what
// is reserved. AddRequests takes a reservation back in the transaction that
// keeps the record with the real cost, so that nothing is counted twice or not
// at all. A record without a cost leaves the reservation as it is: what may
// have been spent counts as spent.
type Reservation struct {
	ID       string
	Provider string
	At       time.Time
	Amount   llm.Cost
}

// SpendStore holds money back for requests.
type SpendStore interface {
	// ReserveSpend stores a reservation if the month of its At, in UTC, has
	// room for it under limit, and returns what the month had cost before it
	// and whether there was room. It decides one after the other for an
	// owner: however many ask at a time, together they stay under limit.
	ReserveSpend(ctx context.Context, who owner.ID, r Reservation, limit llm.Cost) (spent llm.Cost, ok bool, err error)
	// ReleaseSpend takes a reservation back whose request was never sent.
	ReleaseSpend(ctx context.Context, who owner.ID, id string) error
	// Spent returns what the month of a time has cost at a provider, with
	// what is reserved.
	Spent(ctx context.Context, who owner.ID, provider string, at time.Time) (llm.Cost, error)
}

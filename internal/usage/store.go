package usage

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Store keeps records of requests.
type Store interface {
	// AddRequests keeps a batch, of several owners. Records that are there
	// already, by owner and ID, and those of owners who are no more, are
	// passed over: neither may hold up the others.
	AddRequests(ctx context.Context, batch []Request) error
	// Requests returns what a query asks for, the newest first; of two at the
	// same time the one with the greater ID first.
	Requests(ctx context.Context, who owner.ID, q Query) ([]Request, error)
	// Sums adds up the requests that began at from or later and before to,
	// both of them the beginning of a day in UTC: one Sum for each day,
	// provider, model and purpose of which there are any, in this order.
	Sums(ctx context.Context, who owner.ID, from, to time.Time) ([]Sum, error)
}

// MaxPage is how many records a query returns at most.
const MaxPage = 100

// Query says which records to list. Zero values let everything pass.
type Query struct {
	From, To time.Time // those that began at From or later and before To
	Provider string
	Model    string
	Purpose  Purpose
	Outcome  Outcome
	After    *Cursor // continues behind this record
	Limit    int     // at most this many; required
}

// Cursor is the place of a record in a list.
type Cursor struct {
	At time.Time
	ID string
}

// Check checks a query that came from outside.
func (q Query) Check() error {
	switch {
	case q.Limit < 1 || q.Limit > MaxPage:
		return fault.OfField("limit", "must be a number from 1 to %d", MaxPage)
	case q.Purpose != "" && !slices.Contains(Purposes, q.Purpose):
		return fault.OfField("purpose", "must be one of agent, spec, digest, test, proxy")
	case q.Outcome != "" && !slices.Contains(Outcomes, q.Outcome):
		return fault.OfField("outcome", "must be one of complete, failed, unreachable, cut, cancelled")
	case len(q.Model) > MaxModel:
		return fault.OfField("model", "has at most %d characters", MaxModel)
	case !q.From.IsZero() && !q.To.IsZero() && !q.From.Before(q.To):
		return fault.OfField("to", "must be after from")
	}
	return nil
}

// Page is a part of a list.
type Page struct {
	Requests []Request
	Next     *Cursor // where the next page starts; nil if this is the last one
}

// List returns a page of an owner's requests.
func List(ctx context.Context, s Store, who owner.ID, q Query) (Page, error) {
	if err := q.Check(); err != nil {
		return Page{}, err
	}
	limit := q.Limit
	q.Limit++ // one more tells whether there is a next page
	all, err := s.Requests(ctx, who, q)
	if err != nil {
		return Page{}, err
	}
	p := Page{Requests: all}
	if len(all) > limit {
		p.Requests = all[:limit]
		last := all[limit-1]
		p.Next = &Cursor{last.At, last.ID}
	}
	return p, nil
}

// MaxDays is how many days Sums adds up at most.
const MaxDays = 400

// Sum is what the requests of one kind add up to.
type Sum struct {
	Day      time.Time // its beginning in UTC
	Provider string
	Model    string
	Purpose  Purpose
	Total
}

// Total is what requests add up to.
type Total struct {
	Requests int64
	Failed   int64 // those that did not end Complete
	Hits     int64 // those from the cache
	Tokens   Tokens
	Cost     llm.Cost // of those whose cost is known
	Unpriced int64    // those whose cost is not known
}

// Add adds another total.
func (t *Total) Add(o Total) {
	t.Requests += o.Requests
	t.Failed += o.Failed
	t.Hits += o.Hits
	t.Tokens.In += o.Tokens.In
	t.Tokens.Cached += o.Tokens.Cached
	t.Tokens.Out += o.Tokens.Out
	t.Cost += o.Cost
	t.Unpriced += o.Unpriced
}

// Count returns the total of one request.
func Count(r Request) Total {
	t := Total{Requests: 1}
	if r.Outcome != Complete {
		t.Failed = 1
	}
	if r.Hit {
		t.Hits = 1
	}
	if r.Tokens != nil {
		t.Tokens = *r.Tokens
	}
	if r.Cost != nil {
		t.Cost = *r.Cost
	} else {
		t.Unpriced = 1
	}
	return t
}

// Sums returns what an owner's requests add up to, from the day of from up to
// the day of to, both included and in UTC.
func Sums(ctx context.Context, s Store, who owner.ID, from, to time.Time) ([]Sum, error) {
	from, to = day(from), day(to).AddDate(0, 0, 1)
	switch {
	case !from.Before(to):
		return nil, fault.OfField("to", "must not be before from")
	case to.Sub(from) > MaxDays*24*time.Hour:
		return nil, fault.OfField("to", "must be at most %d days after from", MaxDays)
	}
	return s.Sums(ctx, who, from, to)
}

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// Grouped is a total by one of the things that a Sum is told by.
type Grouped[K cmp.Ordered] struct {
	Key K
	Total
}

// By adds up sums that have the same key, in the order of the keys.
func By[K cmp.Ordered](sums []Sum, key func(Sum) K) []Grouped[K] {
	at := map[K]int{}
	var groups []Grouped[K]
	for _, s := range sums {
		k := key(s)
		i, ok := at[k]
		if !ok {
			i = len(groups)
			at[k] = i
			groups = append(groups, Grouped[K]{Key: k})
		}
		groups[i].Add(s.Total)
	}
	slices.SortFunc(groups, func(a, b Grouped[K]) int { return cmp.Compare(a.Key, b.Key) })
	return groups
}

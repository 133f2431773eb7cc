package audit

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Chains is where the entries of all owners are read.
type Chains interface {
	// AuditOwners returns at most n of the people who have entries, those
	// whose Owner is greater than after, in this order.
	AuditOwners(ctx context.Context, after owner.ID, n int) ([]Person, error)
	// AuditAfter returns at most n entries of an owner, the oldest first,
	// those with a number above after.
	AuditAfter(ctx context.Context, who owner.ID, after int64, n int) ([]Entry, error)
}

// Person is whose chain is meant.
type Person struct {
	Owner owner.ID
	User  string // the public id
}

// Checked is what was found of one person's chain.
type Checked struct {
	Person
	Entries int64 // how many were checked and are good
	Last    Entry // the last of these; its Hash is worth being noted down elsewhere
	Fault   error // why the entry behind them does not fit; nil if all are good
}

// page is how many people or entries are read at a time.
const page = 500

// VerifyAll checks the chains of all people, one after the other, and reports
// each. Behind the first fault of a chain nothing can be said, so it goes on
// with the next person. The error is of the reading, and not of a chain.
func VerifyAll(ctx context.Context, chains Chains, report func(Checked)) error {
	var after owner.ID
	for {
		people, err := chains.AuditOwners(ctx, after, page)
		if err != nil {
			return err
		}
		for _, p := range people {
			c, err := verifyOne(ctx, chains, p)
			if err != nil {
				return err
			}
			report(c)
		}
		if len(people) < page {
			return nil
		}
		after = people[len(people)-1].Owner
	}
}

// verifyOne checks the chain of one person.
func verifyOne(ctx context.Context, chains Chains, p Person) (Checked, error) {
	c := Checked{Person: p}
	for {
		entries, err := chains.AuditAfter(ctx, p.Owner, c.Last.Number, page)
		if err != nil {
			return c, err
		}
		for _, e := range entries {
			if c.Fault = Verify(c.Last, e); c.Fault != nil {
				return c, nil
			}
			c.Entries, c.Last = c.Entries+1, e
		}
		if len(entries) < page {
			return c, nil
		}
	}
}

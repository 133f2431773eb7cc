package vault

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

// Record is a sealed secret where the database has it.
type Record struct {
	Place
	Sealed []byte
}

// Swap replaces the sealed form of a record, if it is still Old.
type Swap struct {
	Place
	Old, New []byte
}

// Records is what Rotate needs of the database.
type Records interface {
	// SealedAfter returns at most n records in a fixed order, those behind
	// the place given; the zero Place is before the first.
	SealedAfter(ctx context.Context, after Place, n int) ([]Record, error)
	// SwapSealed carries out swaps in one transaction and returns how many
	// found their Old in place. Each of these is written to its owner's audit
	// in the same transaction, as done at a time. The others were replaced or
	// removed by their owner in the meantime, which is no error.
	SwapSealed(ctx context.Context, swaps []Swap, at time.Time) (int, error)
}

// batch is how many records are read or written at a time: enough to be
// quick, few enough that nobody waits for the transaction.
const batch = 500

// Progress is how far a rotation is.
type Progress struct {
	Phase   string // "check", "wrap", "verify"
	Done    int    // records looked at in this phase
	Wrapped int    // records that were wrapped again
}

// Rotate wraps every data key with the current master key of the vault.
//
// It first opens every record and changes nothing at all if one does not
// open, then wraps in batches, then opens everything again with the current
// key alone. It may be stopped at any point and run again: records that are
// done already are passed over. Servers go on meanwhile, as long as they were
// given both keys. Running it with the keys exchanged is the way back.
func (v *Vault) Rotate(ctx context.Context, records Records, dry bool, report func(Progress)) (Progress, error) {
	p := Progress{Phase: "check"}
	err := each(ctx, records, func(page []Record) error {
		for _, r := range page {
			if _, err := v.Open(r.Sealed, r.Place); err != nil {
				return fmt.Errorf("nothing was changed, because the %s key of user %s does not open: %w", r.Provider, r.User, err)
			}
			if id, _ := WrappedBy(r.Sealed); dry && id != v.current.id {
				p.Wrapped++
			}
		}
		p.add(len(page), report)
		return nil
	})
	if err != nil || dry {
		return p, err
	}
	p = Progress{Phase: "wrap"}
	err = each(ctx, records, func(page []Record) error {
		var swaps []Swap
		for _, r := range page {
			wrapped, err := v.Rewrap(r.Sealed, r.Place)
			if err != nil {
				return fmt.Errorf("the %s key of user %s changed under the rotation and does not open: %w", r.Provider, r.User, err)
			}
			if !bytes.Equal(wrapped, r.Sealed) {
				swaps = append(swaps, Swap{r.Place, r.Sealed, wrapped})
			}
		}
		if len(swaps) > 0 {
			n, err := records.SwapSealed(ctx, swaps, time.Now())
			if err != nil {
				return err
			}
			p.Wrapped += n
		}
		p.add(len(page), report)
		return nil
	})
	if err != nil {
		return p, err
	}
	wrapped := p.Wrapped
	p = Progress{Phase: "verify", Wrapped: wrapped}
	alone := New(v.current)
	err = each(ctx, records, func(page []Record) error {
		for _, r := range page {
			if _, err := alone.Open(r.Sealed, r.Place); err != nil {
				return fmt.Errorf("the %s key of user %s does not open with the new key alone, keep the previous one and run the rotation again: %w",
					r.Provider, r.User, err)
			}
		}
		p.add(len(page), report)
		return nil
	})
	return p, err
}

// add counts a page as done and reports it.
func (p *Progress) add(n int, report func(Progress)) {
	p.Done += n
	if report != nil {
		report(*p)
	}
}

// each reads all records page by page.
func each(ctx context.Context, records Records, f func([]Record) error) error {
	var after Place
	for {
		page, err := records.SealedAfter(ctx, after, batch)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return nil
		}
		if err := f(page); err != nil {
			return err
		}
		after = page[len(page)-1].Place
	}
}

package vault

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// table is a database in memory that fails at the nth write.
type table struct {
	records []Record
	failAt  int // number of the SwapSealed call that fails, 0 for none
	swaps   int
	before  func() // runs before each swap
}

func (t *table) SealedAfter(_ context.Context, after Place, n int) ([]Record, error) {
	from := 0
	if after != (Place{}) {
		from = slices.IndexFunc(t.records, func(r Record) bool { return r.Place == after }) + 1
	}
	page := t.records[from:min(from+n, len(t.records))]
	return slices.Clone(page), nil
}

var errWrite = errors.New("the disk is full")

func (t *table) SwapSealed(_ context.Context, swaps []Swap, _ time.Time) (int, error) {
	t.swaps++
	if t.swaps == t.failAt {
		return 0, errWrite
	}
	if t.before != nil {
		t.before()
	}
	n := 0
	for _, s := range swaps {
		i := slices.IndexFunc(t.records, func(r Record) bool { return r.Place == s.Place })
		if i >= 0 && slices.Equal(t.records[i].Sealed, s.Old) {
			t.records[i].Sealed = s.New
			n++
		}
	}
	return n, nil
}

func filled(t *testing.T, v *Vault, n int) *table {
	tab := &table{}
	for i := range n {
		at := Place{User: fmt.Sprintf("user %05d", i), Provider: "openai", Record: "r"}
		tab.records = append(tab.records, Record{at, mustSeal(t, v, fmt.Sprint("sk-", i), at)})
	}
	return tab
}

// opens fails unless the vault opens every record as it was filled.
func opens(t *testing.T, v *Vault, tab *table) {
	t.Helper()
	for i, r := range tab.records {
		got, err := v.Open(r.Sealed, r.Place)
		if err != nil || got.Reveal() != fmt.Sprint("sk-", i) {
			t.Fatalf("record %d opens as %q, %v", i, got.Reveal(), err)
		}
	}
}

func TestRotate(t *testing.T) {
	old, now := mustKey(t, keyA), mustKey(t, keyB)
	tab := filled(t, New(old), 1200)
	both := New(now, old)

	p, err := both.Rotate(t.Context(), tab, true, nil)
	if err != nil || p.Wrapped != 1200 || tab.swaps != 0 {
		t.Fatalf("dry run: %+v, %v, %d writes; want 1200 to wrap and no write", p, err, tab.swaps)
	}
	opens(t, New(old), tab)

	// Stopped by a failing write, it has done a part, and everything opens.
	tab.failAt = 2
	if _, err := both.Rotate(t.Context(), tab, false, nil); !errors.Is(err, errWrite) {
		t.Fatalf("got %v, want the error of the database", err)
	}
	opens(t, both, tab)

	// Run again, it does the rest.
	var phases []string
	p, err = both.Rotate(t.Context(), tab, false, func(p Progress) {
		if len(phases) == 0 || phases[len(phases)-1] != p.Phase {
			phases = append(phases, p.Phase)
		}
	})
	if err != nil || p.Wrapped != 700 || p.Done != 1200 {
		t.Fatalf("second run: %+v, %v; want 700 wrapped and 1200 verified", p, err)
	}
	if want := []string{"check", "wrap", "verify"}; !slices.Equal(phases, want) {
		t.Errorf("phases %q, want %q", phases, want)
	}
	opens(t, New(now), tab)

	// The way back.
	if _, err := New(old, now).Rotate(t.Context(), tab, false, nil); err != nil {
		t.Fatal(err)
	}
	opens(t, New(old), tab)
}

func TestRotateChangesNothingIfARecordFails(t *testing.T) {
	old, now := mustKey(t, keyA), mustKey(t, keyB)
	tab := filled(t, New(old), 1200)
	tab.records[1100].Sealed[50] ^= 1
	_, err := New(now, old).Rotate(t.Context(), tab, false, nil)
	if !errors.Is(err, ErrDamaged) || tab.swaps != 0 {
		t.Errorf("got %v after %d writes, want ErrDamaged after none", err, tab.swaps)
	}
}

func TestRotateKeepsAKeyThatItsOwnerReplaces(t *testing.T) {
	old, now := mustKey(t, keyA), mustKey(t, keyB)
	tab := filled(t, New(old), 3)
	both := New(now, old)
	tab.before = func() {
		tab.records[1].Sealed = mustSeal(t, both, "sk-new", tab.records[1].Place)
	}
	if _, err := both.Rotate(t.Context(), tab, false, nil); err != nil {
		t.Fatal(err)
	}
	got, err := New(now).Open(tab.records[1].Sealed, tab.records[1].Place)
	if err != nil || got.Reveal() != "sk-new" {
		t.Errorf("the replaced key opens as %q, %v; want sk-new", got.Reveal(), err)
	}
}

func TestRotateStops(t *testing.T) {
	tab := filled(t, New(mustKey(t, keyA)), 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stopped := stopping{tab}
	if _, err := New(mustKey(t, keyA)).Rotate(ctx, stopped, false, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

// stopping is a table that heeds its context, as a database does.
type stopping struct{ *table }

func (s stopping) SealedAfter(ctx context.Context, after Place, n int) ([]Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.table.SealedAfter(ctx, after, n)
}

package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// masterKey derives an encryption key.
func masterKey(t *testing.T, text string) vault.Key {
	t.Helper()
	k, err := vault.ParseKey(secret.New(text))
	must(t, err)
	return k
}

// sealedPeople makes persons with a key at each provider.
func sealedPeople(t *testing.T, s *store.Store, v *vault.Vault, n int) (people []account.User) {
	t.Helper()
	for k := range n {
		u := newUser()
		must(t, s.CreateUser(t.Context(), &u))
		for _, p := range byok.Providers {
			record := fmt.Sprint("r", k)
			sealed, err := v.Seal(secret.New("sk-"+record), vault.Place{User: u.ID, Provider: string(p), Record: record})
			must(t, err)
			must(t, s.SetProviderKey(t.Context(), u.Owner, byok.Key{Provider: p, Record: record, Sealed: sealed, CreatedAt: start, UpdatedAt: start},
				entry(audit.Set, p)))
		}
		people = append(people, u)
	}
	return people
}

// opens checks that a vault opens all keys of persons.
func opens(t *testing.T, s *store.Store, v *vault.Vault, people []account.User) {
	t.Helper()
	for k, u := range people {
		keys, err := s.ProviderKeys(t.Context(), u.Owner)
		must(t, err)
		want(t, "number of keys", len(keys), len(byok.Providers))
		for _, key := range keys {
			text, err := v.Open(key.Sealed, vault.Place{User: u.ID, Provider: string(key.Provider), Record: key.Record})
			if err != nil || text.Reveal() != fmt.Sprint("sk-r", k) {
				t.Errorf("the %s key of %s opens as %q, %v", key.Provider, u.ID, text.Reveal(), err)
			}
		}
	}
}

func testVault(t *testing.T, s suite) {
	ctx := t.Context()
	a, b := masterKey(t, "FNCzRROOzVp4m0XozChY5sVzY0nUfuTdlsMI97r93iM="), masterKey(t, "GNCzRROOzVp4m0XozChY5sVzY0nUfuTdlsMI97r93iM=")
	old, both, alone := vault.New(a), vault.New(b, a), vault.New(b)

	t.Run("rotated", func(t *testing.T) {
		own := open(t, s.fresh(t))
		people := sealedPeople(t, own, old, 220) // more keys than a page has
		newOwner(t, own)                         // who has none
		const keys = 220 * 3
		progress, err := both.Rotate(ctx, own, false, nil)
		must(t, err)
		want(t, "progress", progress, vault.Progress{Phase: "verify", Done: keys, Wrapped: keys})
		opens(t, own, alone, people)
		counts := map[owner.ID]int64{}
		var owners []owner.ID
		for _, u := range people {
			owners = append(owners, u.Owner)
			counts[u.Owner] = 6 // three were set, three rotated
		}
		want(t, "entries", verified(t, own, owners...), counts)
		entries, err := own.Audit(ctx, people[0].Owner, 0, 1)
		must(t, err)
		want(t, "action", entries[0].Action, audit.Rotate)
		want(t, "detail", entries[0].Detail, "encryption key "+b.ID().String())

		progress, err = both.Rotate(ctx, own, false, nil)
		must(t, err)
		want(t, "progress of a second time", progress, vault.Progress{Phase: "verify", Done: keys})
		want(t, "entries after it", verified(t, own, owners...), counts)
	})

	t.Run("in an order", func(t *testing.T) {
		own := open(t, s.fresh(t))
		people := sealedPeople(t, own, old, 5)
		seen := map[vault.Place]bool{}
		var after vault.Place
		for {
			page, err := own.SealedAfter(ctx, after, 2)
			must(t, err)
			if len(page) == 0 {
				break
			}
			for _, r := range page {
				if seen[r.Place] || len(r.Sealed) == 0 {
					t.Fatalf("%v was read twice or is empty", r.Place)
				}
				seen[r.Place] = true
			}
			after = page[len(page)-1].Place
		}
		want(t, "read", len(seen), len(people)*len(byok.Providers))
	})

	t.Run("swapped", func(t *testing.T) {
		ada, eve := newUser(), newUser()
		must(t, s.CreateUser(ctx, &ada))
		must(t, s.CreateUser(ctx, &eve))
		key := providerKey(byok.OpenAI, "r1")
		must(t, s.SetProviderKey(ctx, ada.Owner, key, entry(audit.Set, byok.OpenAI)))
		must(t, s.SetProviderKey(ctx, eve.Owner, key, entry(audit.Set, byok.OpenAI)))
		place := vault.Place{User: ada.ID, Provider: "openai", Record: "r1"}
		before, others := keptOf(t, s.Store, ada.Owner), keptOf(t, s.Store, eve.Owner)
		swap := func(change func(*vault.Swap)) vault.Swap {
			w := vault.Swap{Place: place, Old: key.Sealed, New: []byte("new")}
			change(&w)
			return w
		}
		none := []vault.Swap{
			swap(func(w *vault.Swap) { w.Old = []byte("another") }),
			swap(func(w *vault.Swap) { w.Record = "r2" }),
			swap(func(w *vault.Swap) { w.Provider = "anthropic" }),
			swap(func(w *vault.Swap) { w.User = "nobody" }),
		}
		n, err := s.SwapSealed(ctx, none, at(5))
		must(t, err)
		want(t, "swaps without their old form in place", n, 0)
		n, err = s.SwapSealed(ctx, nil, at(5))
		must(t, err)
		want(t, "no swaps", n, 0)
		want(t, "stored", keptOf(t, s.Store, ada.Owner), before)

		n, err = s.SwapSealed(ctx, append(none, swap(func(*vault.Swap) {})), at(5))
		must(t, err)
		want(t, "one", n, 1)
		before.Keys[0].Sealed = []byte("new")
		before.Audit = slices.Insert(before.Audit, 0, audit.Entry{At: at(5), Action: audit.Rotate, Provider: "openai"}.Follow(before.Audit[0]))
		want(t, "stored after it", keptOf(t, s.Store, ada.Owner), before)
		want(t, "of another person", keptOf(t, s.Store, eve.Owner), others)
		verified(t, s.Store, ada.Owner)
	})

	t.Run("an end at any step leaves all or nothing", func(t *testing.T) {
		u := newUser()
		must(t, s.CreateUser(ctx, &u))
		key := providerKey(byok.OpenAI, "r1")
		must(t, s.SetProviderKey(ctx, u.Owner, key, entry(audit.Set, byok.OpenAI)))
		before := keptOf(t, s.Store, u.Owner)
		swaps := []vault.Swap{{Place: vault.Place{User: u.ID, Provider: "openai", Record: "r1"}, Old: key.Sealed, New: []byte("new")}}
		for n := int64(1); ; n++ {
			fused, cancel := newFuse(ctx, n)
			_, err := s.SwapSealed(fused, swaps, at(1))
			cancel()
			if err == nil {
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("step %d: %v", n, err)
			}
			want(t, fmt.Sprint("step ", n), keptOf(t, s.Store, u.Owner), before)
		}
		want(t, "entries", verified(t, s.Store, u.Owner), map[owner.ID]int64{u.Owner: 2})
	})

	t.Run("while people go on", func(t *testing.T) {
		options := s.fresh(t)
		own, copied := open(t, options), open(t, options)
		people := sealedPeople(t, own, old, 20)
		var wg sync.WaitGroup
		for _, on := range []*store.Store{own, copied} {
			wg.Go(func() {
				if _, err := both.Rotate(ctx, on, false, nil); err != nil {
					t.Errorf("rotate: %v", err)
				}
			})
			wg.Go(func() {
				for _, u := range people {
					if err := on.NoteProviderKeyUse(ctx, u.Owner, "", start, entry(audit.Open, byok.OpenAI)); err != nil {
						t.Errorf("use: %v", err)
					}
				}
			})
		}
		wg.Wait()
		opens(t, own, alone, people)
		var owners []owner.ID
		counts := map[owner.ID]int64{}
		for _, u := range people {
			owners = append(owners, u.Owner)
			counts[u.Owner] = 8 // three set, three rotated once, two uses
		}
		want(t, "entries", verified(t, own, owners...), counts)
	})

	t.Run("canary", func(t *testing.T) {
		own := open(t, s.fresh(t))
		stored := func(what string, bird []byte) {
			t.Helper()
			got, err := own.Canary(ctx)
			must(t, err)
			want(t, what, got, bird)
		}
		swapped := func(what string, from, to, bird []byte) {
			t.Helper()
			got, err := own.SwapCanary(ctx, from, to)
			must(t, err)
			want(t, what, got, bird)
			stored(what, bird)
		}
		one, two, three := []byte{1, 0}, []byte{2, 0xff}, []byte{3}
		stored("at first", nil)
		swapped("another than is there", one, two, nil)
		swapped("the first", nil, one, one)
		swapped("a second first", nil, two, one)
		swapped("instead of another", three, two, one)
		swapped("instead of it", one, two, two)
	})

	t.Run("canaries at the same time", func(t *testing.T) {
		options := s.fresh(t)
		copies := []*store.Store{open(t, options), open(t, options)}
		birds := make([]string, 8)
		var wg sync.WaitGroup
		for k := range birds {
			wg.Go(func() {
				b, err := copies[k%2].SwapCanary(ctx, nil, []byte{byte(k)})
				if err != nil {
					t.Error(err)
				}
				birds[k] = string(b)
			})
		}
		wg.Wait()
		want(t, "different canaries", len(slices.Compact(birds)), 1)
	})

	_, err := s.SwapSealed(ctx, []vault.Swap{{Place: vault.Place{User: "a\x00"}}}, at(1))
	wantFault(t, "a user that cannot be", err, fault.Invalid)
}

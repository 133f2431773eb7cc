package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// providerKey returns a key as byok makes it.
func providerKey(p byok.Provider, record string) byok.Key {
	return byok.Key{Provider: p, Record: record, Sealed: []byte{1, 0, 0xff, 0}, Last4: "aQ9x", CreatedAt: at(10), UpdatedAt: at(10)}
}

// entry begins an audit entry.
func entry(a audit.Action, p byok.Provider) audit.Entry {
	return audit.Entry{At: at(20), Action: a, Provider: string(p), Purpose: "spec", Request: "req", Detail: "few words"}
}

// kept is all that is stored about an owner's provider keys.
type kept struct {
	Keys  []byok.Key
	Audit []audit.Entry // newest first
}

func keptOf(t *testing.T, s *store.Store, who owner.ID) (k kept) {
	t.Helper()
	var err error
	k.Keys, err = s.ProviderKeys(t.Context(), who)
	must(t, err)
	k.Audit, err = s.Audit(t.Context(), who, 0, 1000)
	must(t, err)
	return k
}

// verified checks the chains of some owners as "audit verify" does, and
// returns how many entries each has.
func verified(t *testing.T, s *store.Store, owners ...owner.ID) map[owner.ID]int64 {
	t.Helper()
	of := map[owner.ID]bool{}
	for _, who := range owners {
		of[who] = true
	}
	counts := map[owner.ID]int64{}
	must(t, audit.VerifyAll(t.Context(), s, func(c audit.Checked) {
		if of[c.Owner] {
			counts[c.Owner] = c.Entries
			if c.Fault != nil {
				t.Errorf("chain of %s: %v", c.User, c.Fault)
			}
		}
	}))
	return counts
}

func testProviderKeys(t *testing.T, s suite) {
	ctx := t.Context()

	t.Run("stored and replaced", func(t *testing.T) {
		who := s.owner(t)
		first, other := providerKey(byok.OpenAI, "r1"), providerKey(byok.Anthropic, "r2")
		must(t, s.SetProviderKey(ctx, who, first, entry(audit.Set, byok.OpenAI)))
		must(t, s.SetProviderKey(ctx, who, other, entry(audit.Set, byok.Anthropic)))
		want(t, "stored", keptOf(t, s.Store, who).Keys, []byok.Key{other, first})

		limit, left := 5*llm.Dollar, 1.25
		result := byok.TestResult{Verdict: byok.NoCredit, Remaining: &left, At: at(30)}
		must(t, s.SetProviderKeyCap(ctx, who, byok.OpenAI, &limit, entry(audit.Cap, byok.OpenAI)))
		must(t, s.NoteProviderKeyTest(ctx, who, byok.OpenAI, "r1", result, entry(audit.Test, byok.OpenAI)))
		must(t, s.NoteProviderKeyUse(ctx, who, "r1", at(40), entry(audit.Open, byok.OpenAI)))
		must(t, s.NoteProviderKeyUse(ctx, who, "r1", at(35), entry(audit.Open, byok.OpenAI))) // by a slow clock
		first.Cap, first.LastTest, first.LastUsedAt = &limit, &result, at(40)
		want(t, "with what was noted", keptOf(t, s.Store, who).Keys, []byok.Key{other, first})

		next := providerKey(byok.OpenAI, "r3")
		next.CreatedAt, next.UpdatedAt, next.Sealed, next.Last4 = at(50), at(50), []byte("sealed"), "zzzz"
		must(t, s.SetProviderKey(ctx, who, next, entry(audit.Replace, byok.OpenAI)))
		next.CreatedAt, next.Cap = first.CreatedAt, &limit
		want(t, "replaced", keptOf(t, s.Store, who).Keys, []byok.Key{other, next})

		// What is noted about a key that is not there any more.
		must(t, s.NoteProviderKeyTest(ctx, who, byok.OpenAI, "r1", result, entry(audit.Test, byok.OpenAI)))
		must(t, s.NoteProviderKeyUse(ctx, who, "r1", at(60), entry(audit.Open, byok.OpenAI)))
		must(t, s.NoteProviderKeyUse(ctx, who, "r3", time.Time{}, entry(audit.Failure, byok.OpenAI)))
		must(t, s.SetProviderKeyCap(ctx, who, byok.OpenAI, nil, entry(audit.Cap, byok.OpenAI)))
		next.Cap = nil
		want(t, "after notes about the one before", keptOf(t, s.Store, who).Keys, []byok.Key{other, next})

		must(t, s.DeleteProviderKey(ctx, who, byok.OpenAI, entry(audit.Remove, byok.OpenAI)))
		want(t, "removed", keptOf(t, s.Store, who).Keys, []byok.Key{other})
		want(t, "entries", verified(t, s.Store, who), map[owner.ID]int64{who: 12})
	})

	t.Run("audit", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		var chain []audit.Entry // newest first
		last := audit.Entry{}
		for k := range 5 {
			e := audit.Entry{At: at(k).Add(999), Action: audit.Open, Provider: "openrouter", Purpose: "agent", Request: fmt.Sprint("ünï ", k)}
			must(t, s.NoteProviderKeyUse(ctx, who, "", time.Time{}, e))
			must(t, s.NoteProviderKeyUse(ctx, other, "", time.Time{}, entry(audit.Open, "")))
			last = e.Follow(last)
			chain = append([]audit.Entry{last}, chain...)
		}
		for _, c := range []struct {
			before int64
			n      int
			want   []audit.Entry
		}{{0, 9, chain}, {0, 2, chain[:2]}, {4, 2, chain[2:4]}, {2, 9, chain[4:]}, {1, 9, nil}} {
			got, err := s.Audit(ctx, who, c.before, c.n)
			must(t, err)
			want(t, fmt.Sprintf("%d before %d", c.n, c.before), got, c.want)
		}
		got, err := s.AuditAfter(ctx, who, 2, 2)
		must(t, err)
		want(t, "after the second", got, []audit.Entry{chain[2], chain[1]})
		want(t, "verified", verified(t, s.Store, who, other), map[owner.ID]int64{who: 5, other: 5})
		people, err := s.AuditOwners(ctx, who-1, 1)
		must(t, err)
		user, err := s.User(ctx, who)
		must(t, err)
		want(t, "whose", people, []audit.Person{{Owner: who, User: user.ID}})
		people, err = s.AuditOwners(ctx, other, 1)
		must(t, err)
		want(t, "behind the last one", people, nil)
	})

	t.Run("of others", func(t *testing.T) {
		ada, eve := s.owner(t), s.owner(t)
		must(t, s.SetProviderKey(ctx, ada, providerKey(byok.OpenAI, "same"), entry(audit.Set, byok.OpenAI)))
		before := keptOf(t, s.Store, ada)
		must(t, s.NoteProviderKeyUse(ctx, eve, "same", at(70), entry(audit.Open, byok.OpenAI)))
		must(t, s.NoteProviderKeyTest(ctx, eve, byok.OpenAI, "same", byok.TestResult{Verdict: byok.Invalid, At: at(70)}, entry(audit.Test, byok.OpenAI)))
		wantFault(t, "cap", s.SetProviderKeyCap(ctx, eve, byok.OpenAI, nil, entry(audit.Cap, byok.OpenAI)), fault.NotFound)
		wantFault(t, "delete", s.DeleteProviderKey(ctx, eve, byok.OpenAI, entry(audit.Remove, byok.OpenAI)), fault.NotFound)
		want(t, "keys of the other", keptOf(t, s.Store, eve).Keys, nil)
		want(t, "entries of the other", verified(t, s.Store, eve), map[owner.ID]int64{eve: 2})
		want(t, "before and after", keptOf(t, s.Store, ada), before)
	})

	changes := map[string]func(ctx context.Context, who owner.ID) error{
		"set": func(ctx context.Context, who owner.ID) error {
			return s.SetProviderKey(ctx, who, providerKey(byok.OpenAI, "r9"), entry(audit.Replace, byok.OpenAI))
		},
		"delete": func(ctx context.Context, who owner.ID) error {
			return s.DeleteProviderKey(ctx, who, byok.OpenAI, entry(audit.Remove, byok.OpenAI))
		},
		"test": func(ctx context.Context, who owner.ID) error {
			return s.NoteProviderKeyTest(ctx, who, byok.OpenAI, "r1", byok.TestResult{Verdict: byok.Valid, At: at(1)}, entry(audit.Test, byok.OpenAI))
		},
		"use": func(ctx context.Context, who owner.ID) error {
			return s.NoteProviderKeyUse(ctx, who, "r1", at(90), entry(audit.Open, byok.OpenAI))
		},
		"cap": func(ctx context.Context, who owner.ID) error {
			limit := llm.Dollar
			return s.SetProviderKeyCap(ctx, who, byok.OpenAI, &limit, entry(audit.Cap, byok.OpenAI))
		},
	}

	t.Run("an end at any step leaves all or nothing", func(t *testing.T) {
		for name, change := range changes {
			who := s.owner(t)
			must(t, s.SetProviderKey(ctx, who, providerKey(byok.OpenAI, "r1"), entry(audit.Set, byok.OpenAI)))
			before := keptOf(t, s.Store, who)
			for n := int64(1); ; n++ {
				fused, cancel := newFuse(ctx, n)
				err := change(fused, who)
				cancel()
				after := keptOf(t, s.Store, who)
				if err == nil {
					if cmp.Equal(before.Keys, after.Keys) || len(after.Audit) != 2 {
						t.Errorf("%s: nothing was changed, or not audited: %v", name, after)
					}
					break
				}
				if !errors.Is(err, context.Canceled) || !cmp.Equal(before, after) {
					t.Fatalf("%s, step %d: error %v left something:\n%s", name, n, err, cmp.Diff(before, after))
				}
			}
		}
	})

	t.Run("what cannot be written to the audit is not done", func(t *testing.T) {
		for _, text := range []string{"a\x00b", "a\xffb"} {
			who := s.owner(t)
			must(t, s.SetProviderKey(ctx, who, providerKey(byok.OpenAI, "r1"), entry(audit.Set, byok.OpenAI)))
			before := keptOf(t, s.Store, who)
			for _, e := range []audit.Entry{{Request: text}, {Detail: text}, {Purpose: text}, {Provider: text}, {Action: audit.Action(text)}} {
				wantFault(t, fmt.Sprintf("%+q", e.Request), s.DeleteProviderKey(ctx, who, byok.OpenAI, e), fault.Invalid)
			}
			want(t, "stored", keptOf(t, s.Store, who), before)
		}
	})

	t.Run("of nobody", func(t *testing.T) {
		for name, change := range changes {
			wantFault(t, name, change(ctx, 1<<30), fault.NotFound)
		}
		want(t, "stored", keptOf(t, s.Store, 1<<30), kept{})
	})

	t.Run("at the same time", func(t *testing.T) {
		options := s.fresh(t)
		copies := []*store.Store{open(t, options), open(t, options)}
		who := newOwner(t, copies[0])
		var wg sync.WaitGroup
		for k := range 8 {
			wg.Go(func() {
				for range 10 {
					if err := copies[k%2].NoteProviderKeyUse(ctx, who, "r1", at(k), entry(audit.Open, byok.OpenAI)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		want(t, "verified", verified(t, copies[0], who), map[owner.ID]int64{who: 80})
	})
}

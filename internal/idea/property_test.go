package idea_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/pgtest"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// TestRulesHoldUnderRandomSequences does whatever comes to mind to a dozen
// ideas, a few hundred times over, and checks after every step that the rules
// of relations and merges hold. Its seeds are fixed, so a failure repeats.
func TestRulesHoldUnderRandomSequences(t *testing.T) {
	for engine, options := range map[string]func(*testing.T) store.Options{
		"sqlite": func(t *testing.T) store.Options {
			return store.Options{Path: filepath.Join(t.TempDir(), "ideas.db"), Durability: store.Normal}
		},
		"postgres": func(t *testing.T) store.Options {
			return store.Options{DatabaseURL: secret.New(pgtest.Database(t))}
		},
	} {
		t.Run(engine, func(t *testing.T) {
			s, err := store.Open(t.Context(), options(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			for seed := range uint64(3) {
				for _, force := range []bool{false, true} {
					t.Run(fmt.Sprintf("seed %d, force %v", seed, force), func(t *testing.T) {
						w := newWorld(t, s, seed, force)
						for step := range 120 {
							w.step(t, step)
						}
						w.tally(t)
					})
				}
			}
		})
	}
}

// world is one owner's ideas, and what was done to them.
type world struct {
	r     *idea.Repository
	who   owner.ID
	rnd   *rand.Rand
	force bool
	now   map[int64]idea.Detail
	done  map[string]int // steps that succeeded and that were refused, by name
}

func newWorld(t *testing.T, s *store.Store, seed uint64, force bool) *world {
	t.Helper()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	u := account.User{ID: uuid.NewString(), Email: uuid.NewString() + "@example.org", Plan: account.Pro, Settings: "{}", CreatedAt: now, UpdatedAt: now}
	if err := s.CreateUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	w := &world{idea.New(s, nil), u.Owner, rand.New(rand.NewPCG(seed, 1)), force, nil, map[string]int{}}
	for n := range 8 {
		w.capture(t, n)
	}
	w.now = w.all(t)
	return w
}

func (w *world) capture(t *testing.T, n int) {
	t.Helper()
	var tags []string
	for range w.rnd.IntN(15) {
		tags = append(tags, fmt.Sprintf("tag-%d", w.rnd.IntN(40)))
	}
	_, err := w.r.Capture(t.Context(), w.who, idea.Draft{Title: fmt.Sprintf("Idea %d", n), Body: fmt.Sprintf("body %d", n), Tags: tags})
	if err != nil {
		t.Fatal(err)
	}
}

// all reads everything there is about the owner's ideas.
func (w *world) all(t *testing.T) map[int64]idea.Detail {
	t.Helper()
	all := map[int64]idea.Detail{}
	for n := int64(1); ; n++ {
		d, err := w.r.Get(t.Context(), w.who, n)
		if fault.Is(err, fault.NotFound) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all[n] = d
	}
}

// step does one thing and checks what came of it.
func (w *world) step(t *testing.T, n int) {
	t.Helper()
	before := w.now
	any := func() int64 { return 1 + w.rnd.Int64N(int64(len(before))) }
	relation := func() int64 { return 1 + w.rnd.Int64N(60) }
	types := []idea.RelationType{idea.RelRelated, idea.RelParent, idea.RelBlocks, idea.RelBlocks, idea.RelInspires, idea.RelSupersedes}
	typ := types[w.rnd.IntN(len(types))]
	ctx := t.Context()

	var name string
	var err error
	a, b := any(), any()
	switch k := w.rnd.IntN(20); {
	case k < 9:
		name = "relate"
		_, err = w.r.Relate(ctx, w.who, idea.RelationDraft{Source: a, Target: b, Type: typ}, w.force)
	case k < 11:
		name = "relate many"
		ds := []idea.RelationDraft{{Source: a, Target: b, Type: typ}, {Source: b, Target: any(), Type: typ}, {Source: any(), Target: a, Type: typ}}
		_, err = w.r.RelateMany(ctx, w.who, ds, w.force)
	case k < 13:
		name = "edit relation"
		_, err = w.r.EditRelation(ctx, w.who, relation(), idea.RelationPatch{Type: &typ}, w.force)
	case k < 14:
		name = "unrelate"
		err = w.r.Unrelate(ctx, w.who, relation())
	case k < 16:
		name = "merge"
		_, err = w.r.Merge(ctx, w.who, a, b)
		if err == nil {
			w.checkMerge(t, before, w.all(t), a, b)
		}
	case k < 17:
		name = "archive"
		err = w.r.Archive(ctx, w.who, a)
	case k < 19:
		name = "restore"
		_, err = w.r.Restore(ctx, w.who, a)
	default:
		name = "capture"
		w.capture(t, n)
	}
	after := w.all(t)
	w.now = after
	if err != nil {
		if fault.Is(err, fault.Internal) {
			t.Fatalf("%s #%d #%d: %v", name, a, b, err)
		}
		w.done[name+" refused"]++
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatalf("%s #%d #%d was refused (%v) and still changed something:\n%s", name, a, b, err, diff)
		}
	} else {
		w.done[name]++
	}
	w.check(t, after)
	if t.Failed() {
		t.Fatalf("after step %d: %s #%d #%d of type %s", n, name, a, b, typ)
	}
}

// check holds the rules against everything there is.
func (w *world) check(t *testing.T, all map[int64]idea.Detail) {
	t.Helper()
	type pair struct {
		a, b int64
		t    idea.RelationType
	}
	seen := map[pair]bool{}
	next := map[idea.RelationType]map[int64][]int64{}
	for n, d := range all {
		if len(d.Tags) > idea.MaxTags {
			t.Errorf("#%d has %d tags", n, len(d.Tags))
		}
		for _, r := range d.Outgoing {
			if r.Source == r.Target {
				t.Errorf("#%d has a relation to itself", n)
			}
			p := pair{r.Source, r.Target, r.Type}
			if r.Type == idea.RelRelated && p.a > p.b {
				p.a, p.b = p.b, p.a
			}
			if seen[p] {
				t.Errorf("#%d and #%d have two relations of type %s", p.a, p.b, p.t)
			}
			seen[p] = true
			if next[r.Type] == nil {
				next[r.Type] = map[int64][]int64{}
			}
			next[r.Type][r.Source] = append(next[r.Type][r.Source], r.Target)
		}
	}
	acyclic := []idea.RelationType{idea.RelBlocks}
	if !w.force {
		acyclic = append(acyclic, idea.RelParent, idea.RelSupersedes, idea.RelInspires)
	}
	for _, typ := range acyclic {
		if circle(next[typ]) {
			t.Errorf("relations of type %s go round in a circle: %v", typ, next[typ])
		}
	}
}

// circle reports whether a graph has one: it takes nodes without successors
// away until none is left or none can be taken.
func circle(next map[int64][]int64) bool {
	left := map[int64][]int64{}
	for n, to := range next {
		left[n] = to
	}
	for len(left) > 0 {
		took := false
		for n, to := range left {
			if !slices.ContainsFunc(to, func(m int64) bool { return left[m] != nil }) {
				delete(left, n)
				took = true
			}
		}
		if !took {
			return true
		}
	}
	return false
}

// checkMerge compares the two ideas of a merge with what they were.
func (w *world) checkMerge(t *testing.T, before, after map[int64]idea.Detail, keep, absorb int64) {
	t.Helper()
	kept, gone := after[keep], after[absorb]
	if !gone.Archived || gone.Status != idea.Shelved || kept.Archived {
		t.Errorf("merge #%d into #%d: archived %v and %v, status %s", absorb, keep, gone.Archived, kept.Archived, gone.Status)
	}
	if len(gone.Outgoing) != 0 || len(gone.Incoming) != 1 || gone.Incoming[0].Type != idea.RelSupersedes || gone.Incoming[0].Source != keep {
		t.Errorf("the absorbed #%d has relations %v and %v, want only that #%d supersedes it", absorb, gone.Outgoing, gone.Incoming, keep)
	}
	want := before[keep].Body + "\n\n---\n\n" + before[absorb].Body
	if kept.Body != want {
		t.Errorf("the body of #%d is %q, want %q", keep, kept.Body, want)
	}
	for _, tag := range before[absorb].Tags {
		if len(kept.Tags) < idea.MaxTags && !slices.Contains(kept.Tags, tag) {
			t.Errorf("#%d lacks the tag %s of #%d", keep, tag, absorb)
		}
	}
	// Relations that may go in a circle are all there again.
	neighbours := func(d idea.Detail) map[int64]bool {
		m := map[int64]bool{}
		for _, r := range slices.Concat(d.Outgoing, d.Incoming) {
			if r.Type == idea.RelRelated && r.Other.Number != keep && r.Other.Number != absorb {
				m[r.Other.Number] = true
			}
		}
		return m
	}
	union := neighbours(before[keep])
	for n := range neighbours(before[absorb]) {
		union[n] = true
	}
	if diff := cmp.Diff(union, neighbours(kept)); diff != "" {
		t.Errorf("ideas related to #%d after it absorbed #%d:\n%s", keep, absorb, diff)
	}
}

// tally fails if a kind of step never came to pass: then nothing was proved
// about it.
func (w *world) tally(t *testing.T) {
	t.Helper()
	for _, name := range []string{"relate", "relate refused", "merge", "merge refused", "restore"} {
		if w.done[name] == 0 {
			t.Errorf("no step of the kind %q in %v", name, w.done)
		}
	}
}

// A merge that is taken back leaves everything as it was, but for times,
// versions, ids and histories.
func TestUnmergeGivesEverythingBack(t *testing.T) {
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "ideas.db"), Durability: store.Normal})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	taken := 0
	for seed := range uint64(6) {
		w := newWorld(t, s, 100+seed, seed%2 == 1) // with circles that somebody insisted on
		for step := range 60 {
			w.step(t, step)
			a, b := 1+w.rnd.Int64N(int64(len(w.now))), 1+w.rnd.Int64N(int64(len(w.now)))
			for n := range w.rnd.IntN(3) {
				_, err := w.r.AddLink(t.Context(), w.who, []int64{a, b}[n], idea.LinkDraft{URL: fmt.Sprintf("https://example.org/%d", w.rnd.IntN(4))})
				if err != nil && !fault.Is(err, fault.Conflict) {
					t.Fatal(err)
				}
			}
			before := w.all(t)
			w.now = before
			if _, err := w.r.Merge(t.Context(), w.who, a, b); err != nil {
				continue
			}
			if err := w.r.Unmerge(t.Context(), w.who, a, b); err != nil {
				t.Fatalf("seed %d, step %d: unmerge %d from %d: %v", seed, step, b, a, err)
			}
			w.now = w.all(t)
			if diff := cmp.Diff(essence(before), essence(w.now)); diff != "" {
				t.Fatalf("seed %d, step %d: merging #%d into #%d and back (-before +after):\n%s", seed, step, b, a, diff)
			}
			taken++
		}
	}
	if taken < 50 {
		t.Errorf("only %d merges were tried", taken)
	}
}

// essence is what a merge and its undoing must not change, by number.
func essence(all map[int64]idea.Detail) map[int64][]string {
	out := map[int64][]string{}
	for n, d := range all {
		lines := []string{d.Title, d.Body, string(d.Status), fmt.Sprint(d.Archived, d.Parent)}
		tags := slices.Sorted(slices.Values(d.Tags))
		lines = append(lines, fmt.Sprint(tags))
		var rest []string
		for _, l := range d.Links {
			rest = append(rest, "link "+l.URL+l.Title)
		}
		for _, r := range append(slices.Clone(d.Outgoing), d.Incoming...) {
			rest = append(rest, fmt.Sprintf("%d %s %d %q", r.Source, r.Type, r.Target, r.Note))
		}
		slices.Sort(rest)
		out[n] = append(lines, rest...)
	}
	return out
}

package spec

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/search"
)

func TestByWords(t *testing.T) {
	w := newWorld(t)
	for i := range maxWordHits + 1 { // a word that is everywhere
		w.capture(t, fmt.Sprintf("An app, number %d", i), "")
	}
	for i := range rareHits + 1 { // one that is not rare
		w.capture(t, fmt.Sprintf("Garden %d", i), "")
	}
	hive := w.capture(t, "A hive for the garden", "")
	body := w.capture(t, "Something else", "It is about a hive.")
	own := w.capture(t, "App: a garden hive", "")
	gone := w.capture(t, "Hive of old", "")
	if err := w.ideas.Archive(t.Context(), 1, gone); err != nil {
		t.Fatal(err)
	}
	near := func(number int64, n int) []int64 {
		t.Helper()
		d, err := w.ideas.Get(t.Context(), 1, number)
		if err != nil {
			t.Fatal(err)
		}
		list, err := ByWords(w.store).Nearest(t.Context(), 1, d.Idea, n)
		if err != nil {
			t.Fatal(err)
		}
		numbers := []int64{}
		for _, i := range list {
			numbers = append(numbers, i.Number)
		}
		return numbers
	}
	for _, tt := range []struct {
		number int64
		n      int
		want   []int64
	}{
		{own, 9, []int64{hive, body}}, // both words, then the rare one
		{own, 1, []int64{hive}},
		{1, 9, []int64{}}, // one word that is everywhere, one that is a number
		{gone, 9, []int64{own, body, hive}},
	} {
		if diff := cmp.Diff(tt.want, near(tt.number, tt.n)); diff != "" {
			t.Errorf("near to #%d (-want +got):\n%s", tt.number, diff)
		}
	}
}

// scored finds ideas by meaning, by number and score.
type scored []search.Similar

func (s scored) Similar(_ context.Context, _ owner.ID, _ int64, n int) ([]search.Similar, error) {
	return s[:min(n, len(s))], nil
}

// listed finds neighbours in a list, or fails.
type listed struct {
	ideas []idea.Idea
	err   error
}

func (l listed) Nearest(context.Context, owner.ID, idea.Idea, int) ([]idea.Idea, error) {
	return l.ideas, l.err
}

func TestByMeaning(t *testing.T) {
	near := scored{{Idea: idea.Idea{Number: 3}, Score: 0.9}, {Idea: idea.Idea{Number: 2}, Score: 0.5}, {Idea: idea.Idea{Number: 7}, Score: 0.49}}
	words := listed{ideas: []idea.Idea{{Number: 2}, {Number: 5}, {Number: 6}}}
	for _, tt := range []struct {
		n    int
		want []int64
	}{{0, nil}, {1, []int64{3}}, {2, []int64{3, 2}}, {3, []int64{3, 2, 5}}, {9, []int64{3, 2, 5, 6}}} {
		list, err := ByMeaning(near, words).Nearest(t.Context(), 1, idea.Idea{Number: 1}, tt.n)
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, i := range list {
			got = append(got, i.Number)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%d (-want +got):\n%s", tt.n, diff)
		}
	}
	broken := listed{err: errors.New("disk on fire")}
	if _, err := ByMeaning(near, broken).Nearest(t.Context(), 1, idea.Idea{Number: 1}, 9); !errors.Is(err, broken.err) {
		t.Errorf("error %v, want that of the others", err)
	}
}

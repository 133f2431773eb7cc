package spec

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
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

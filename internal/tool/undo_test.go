package tool

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// state is what a person would see of the first ideas.
func (w *world) state(t *testing.T, n int64) []string {
	t.Helper()
	var all []string
	for id := int64(1); id <= n; id++ {
		d, err := w.ideas.Get(t.Context(), w.ada.Owner, id)
		if err != nil {
			t.Fatal(err)
		}
		var relations []string
		for _, r := range d.Outgoing {
			relations = append(relations, fmt.Sprint(r.Type, r.Target, r.Note))
		}
		slices.Sort(relations)
		all = append(all, fmt.Sprintf("%d %q %q %s %q %t %q", id, d.Title, d.Body, d.Status, d.Tags, d.Archived, relations))
	}
	return all
}

// Changes that are taken back in reverse order give the library back, and
// taking them back twice is taking them back once.
func TestUndoEverything(t *testing.T) {
	for seed := range uint64(20) {
		w := newWorld(t)
		w.capture(t)
		random := rand.New(rand.NewPCG(seed, 1))
		before := w.state(t, 4)
		var changes []Change
		for range 30 {
			a, b := random.IntN(4)+1, random.IntN(4)+1
			word := []string{"sun", "moon", "rain"}[random.IntN(3)]
			var name, input string
			switch random.IntN(5) {
			case 0:
				name, input = "create_idea", fmt.Sprintf(`{"title":%q}`, word)
			case 1:
				name, input = "update_idea", fmt.Sprintf(`{"id":%d,"title":%q,"add_tags":[%q],"status":"building"}`, a, word, word)
			case 2:
				name, input = "update_idea", fmt.Sprintf(`{"id":%d,"body":%q,"tags":[]}`, a, word)
			case 3:
				types := []string{"related", "blocks", "inspires"}
				name, input = "link_ideas", fmt.Sprintf(`{"source_id":%d,"target_id":%d,"type":%q,"note":%q}`, a, b, types[random.IntN(3)], word)
			case 4:
				name, input = "archive_idea", fmt.Sprintf(`{"id":%d}`, a)
			}
			r, err := w.call(t, name, input)
			if fault.Is(err, fault.Internal) {
				t.Fatal(err)
			}
			changes = append(changes, r.Changes...)
		}
		for _, ch := range slices.Backward(changes) {
			for range 2 {
				if err := w.Undo(t.Context(), w.ada, ch); err != nil {
					t.Fatalf("seed %d: undo %+v: %v", seed, ch, err)
				}
			}
		}
		if diff := cmp.Diff(before, w.state(t, 4)); diff != "" {
			t.Fatalf("seed %d (-before +after):\n%s", seed, diff)
		}
	}
}

func TestUndoRefuses(t *testing.T) {
	w := newWorld(t)
	w.capture(t)
	edit := w.must(t, "update_idea", `{"id":1,"title":"A","status":"building"}`).Changes[0]
	w.must(t, "update_idea", `{"id":1,"title":"B"}`)
	if err := w.Undo(t.Context(), w.ada, edit); !fault.Is(err, fault.Conflict) {
		t.Errorf("undo of an edit that was edited: %v, want a conflict", err)
	}
	link := w.must(t, "link_ideas", `{"source_id":1,"target_id":2}`).Changes[0]
	w.must(t, "link_ideas", `{"source_id":1,"target_id":2,"note":"later"}`)
	if err := w.Undo(t.Context(), w.ada, link); !fault.Is(err, fault.Conflict) {
		t.Errorf("undo of a relation that was changed: %v, want a conflict", err)
	}
}

// A merge is taken back whole, and once.
func TestUndoMerge(t *testing.T) {
	w := newWorld(t)
	w.capture(t)
	before := w.state(t, 4)
	merge := w.must(t, "merge_ideas", `{"keep_id":1,"merge_id":2}`).Changes[0]
	if diff := cmp.Diff(before, w.state(t, 4)); diff == "" {
		t.Fatal("merging changed nothing")
	}
	if err := w.Undo(t.Context(), w.bob, merge); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else's undo: %v", err)
	}
	for range 2 {
		if err := w.Undo(t.Context(), w.ada, merge); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(before, w.state(t, 4)); diff != "" {
		t.Errorf("after the merge was taken back (-before +after):\n%s", diff)
	}
	w.must(t, "merge_ideas", `{"keep_id":1,"merge_id":2}`)
	w.must(t, "update_idea", `{"id":1,"body":"Written anew."}`)
	if err := w.Undo(t.Context(), w.ada, merge); !fault.Is(err, fault.Conflict) {
		t.Errorf("undoing a merge into a text that was edited since: %v", err)
	}
}

package tool

import (
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// A letter proposes no pair that is related, was taken away by the person, or
// is not wanted, and names no idea twice.
func TestConnections(t *testing.T) {
	w := newWorld(t)
	w.capture(t)
	w.must(t, "create_idea", `{"title":"Solar roof tiles","tags":["energy"]}`) // 5
	pairs := func(without map[[2]int64]bool) (list [][2]int64) {
		t.Helper()
		found, err := w.Connections(t.Context(), w.ada.Owner, 3, without)
		if err != nil {
			t.Fatal(err)
		}
		named := map[int64]bool{}
		for _, c := range found {
			if named[c.A.Number] || named[c.B.Number] {
				t.Errorf("an idea is named twice: %v", found)
			}
			named[c.A.Number], named[c.B.Number] = true, true
			if c.A.Title == "" || c.B.Title == "" || !strings.HasSuffix(c.Reason, ".") || c.Score <= 0 || c.ByModel {
				t.Errorf("proposed %+v", c)
			}
			list = append(list, [2]int64{c.A.Number, c.B.Number})
		}
		return list
	}
	first := pairs(nil)
	if len(first) == 0 || first[0] != [2]int64{2, 5} {
		t.Fatalf("proposed %v, want #2 and #5 first", first)
	}
	if got := pairs(map[[2]int64]bool{{2, 5}: true}); len(got) == 0 || got[0] == first[0] {
		t.Errorf("without #2 and #5, proposed %v", got)
	}
	rel, err := w.ideas.Relate(t.Context(), w.ada.Owner, idea.RelationDraft{Source: 5, Target: 2, Type: idea.RelRelated}, false)
	if err != nil {
		t.Fatal(err)
	}
	related := pairs(nil)
	if err := w.ideas.Unrelate(t.Context(), w.ada.Owner, rel.ID); err != nil {
		t.Fatal(err)
	}
	for _, got := range [][][2]int64{related, pairs(nil)} {
		for _, p := range got {
			if p == first[0] {
				t.Errorf("proposed %v, though the person related it, and took that away", p)
			}
		}
	}
	if text := w.must(t, "discover_connections", `{"id":2}`).Text; strings.Contains(text, "#2 – #5") || strings.Contains(text, "#5 – #2") {
		t.Errorf("the tool proposes what was taken away:\n%s", text)
	}
}

// A model is not told of a way round that it does not have.
func TestCirclesAreRefusedInWords(t *testing.T) {
	w := newWorld(t)
	w.capture(t)
	w.must(t, "link_ideas", `{"source_id":1,"target_id":2,"type":"inspires"}`)
	_, err := w.call(t, "link_ideas", `{"source_id":2,"target_id":1,"type":"inspires"}`)
	if message := fault.Message(err); !fault.Is(err, fault.Conflict) || strings.Contains(message, "force") || !strings.Contains(message, "Only the person") {
		t.Errorf("refused with %q", message)
	}
}

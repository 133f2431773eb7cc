package tool

import (
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// Of pairs that are alike, those that are far from each other come first, and
// those that are related do not come at all.
func TestWeigh(t *testing.T) {
	m := idea.Map{}
	for n := int64(1); n <= 8; n++ {
		m.Nodes = append(m.Nodes, idea.Node{Number: n})
	}
	for _, e := range [][2]int64{{1, 2}, {2, 3}, {3, 4}, {5, 6}} { // 7 and 8 are alone
		m.Edges = append(m.Edges, idea.Relation{Source: e[0], Target: e[1], Type: idea.RelRelated})
	}
	found := map[[2]int64]pair{}
	for _, ends := range [][2]int64{{1, 2}, {1, 3}, {1, 4}, {1, 5}, {1, 7}} {
		keep(found, pair{a: ends[0], b: ends[1], close: 0.5, meaning: true})
	}
	var order []int64
	for _, f := range weigh(newGraph(m), found) {
		order = append(order, f.b)
		if f.score < 0 || f.score > 1 {
			t.Errorf("score %v of %v", f.score, f)
		}
	}
	// 5 joins two islands, 7 is alone, 4 is three and 3 is two relations away.
	want := []int64{5, 7, 4, 3}
	if len(order) != len(want) {
		t.Fatalf("found %v, want %v", order, want)
	}
	for i := range want {
		if order[i] != want[i] {
			t.Fatalf("found %v, want %v", order, want)
		}
	}
}

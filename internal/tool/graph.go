package tool

import (
	"cmp"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// graph is a map on which one can walk.
type graph struct {
	nodes  map[int64]idea.Node
	order  []int64 // the numbers, from small to large
	next   map[int64]map[int64]bool
	island map[int64]int64 // of each idea: the smallest number it is connected with
	size   map[int64]int   // of each island
}

func newGraph(m idea.Map) *graph {
	g := &graph{nodes: map[int64]idea.Node{}, next: map[int64]map[int64]bool{}, island: map[int64]int64{}, size: map[int64]int{}}
	for _, n := range m.Nodes {
		g.nodes[n.Number] = n
		g.order = append(g.order, n.Number)
	}
	slices.Sort(g.order)
	for _, e := range m.Edges {
		g.connect(e.Source, e.Target)
		g.connect(e.Target, e.Source)
	}
	for _, start := range g.order {
		if g.island[start] != 0 {
			continue
		}
		for n := range g.distances(start, len(g.order)) {
			g.island[n] = start
			g.size[start]++
		}
	}
	return g
}

// connect notes that one idea leads to another, if both are on the map.
func (g *graph) connect(from, to int64) {
	_, here := g.nodes[from]
	_, there := g.nodes[to]
	if !here || !there {
		return
	}
	if g.next[from] == nil { // most ideas of a large library lead nowhere
		g.next[from] = map[int64]bool{}
	}
	g.next[from][to] = true
}

// distances returns how many relations away each idea is, up to a depth.
func (g *graph) distances(from int64, depth int) map[int64]int {
	at := map[int64]int{}
	if _, ok := g.nodes[from]; !ok {
		return at
	}
	at[from] = 0
	for queue := []int64{from}; len(queue) > 0; queue = queue[1:] {
		n := queue[0]
		if at[n] == depth {
			continue
		}
		for other := range g.next[n] {
			if _, seen := at[other]; !seen {
				at[other] = at[n] + 1
				queue = append(queue, other)
			}
		}
	}
	return at
}

// around returns the ideas near one, the nearest first.
func (g *graph) around(center int64, depth int) []int64 {
	at := g.distances(center, depth)
	return g.sorted(func(n int64) bool { _, ok := at[n]; return ok }, func(a, b int64) int { return cmp.Compare(at[a], at[b]) })
}

// connected returns all ideas, those with the most relations first.
func (g *graph) connected() []int64 {
	return g.sorted(func(int64) bool { return true }, func(a, b int64) int { return cmp.Compare(len(g.next[b]), len(g.next[a])) })
}

func (g *graph) sorted(keep func(int64) bool, by func(a, b int64) int) []int64 {
	var list []int64
	for _, n := range g.order {
		if keep(n) {
			list = append(list, n)
		}
	}
	slices.SortStableFunc(list, by)
	return list
}

// common returns how many neighbours two ideas share.
func (g *graph) common(a, b int64) (n int) {
	for other := range g.next[a] {
		if g.next[b][other] {
			n++
		}
	}
	return n
}

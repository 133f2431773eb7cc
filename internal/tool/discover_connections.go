package tool

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/fence"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

type discoverParams struct {
	ID    int64 `json:"id,omitempty" jsonschema:"Number of the idea to find connections for. Left out, anywhere." min:"0"`
	Limit int   `json:"limit,omitempty" jsonschema:"At most this many connections. 10 if left out." min:"1" max:"30"`
}

// How connections are found. The score of a pair, from 0 to 1, is
//
//	0.60 × how close the two are in meaning, or in words and tags without vectors
//	0.25 × how far they are in the graph: 0.3 two relations away, 0.6 three, 1 not within three
//	0.10 × what they share, neighbours and tags, 1 from three on
//	0.05 if it would join two islands of several ideas
//
// so that among pairs that are alike the unconnected ones come first. Pairs
// that are related already, or hardly alike, are left out.
const (
	closeWeight, farWeight, commonWeight, bridgeWeight = 0.60, 0.25, 0.10, 0.05

	leastClose = 0.2 // in meaning or words
	farthest   = 3   // relations that are walked
	asked      = 60  // ideas whose neighbours are looked up if none is named
	nearby     = 10  // neighbours of each
	commonWord = 50  // ideas in which a word says nothing any more
)

// pair is a connection that may be made.
type pair struct {
	a, b     int64
	close    float64
	meaning  bool // close is of vectors
	distance int  // 0 if it is more than farthest
	common   int
	tags     []string
	bridge   bool
	score    float64
}

func (c *Catalogue) discoverConnections(ctx context.Context, call Call, p discoverParams) (Result, error) {
	m, err := c.ideas.Map(ctx, call.Who.Owner)
	if err != nil {
		return Result{}, err
	}
	g := newGraph(m)
	if p.ID != 0 {
		d, err := c.idea(ctx, call.Who.Owner, p.ID)
		if err != nil {
			return Result{}, err
		}
		if d.Archived {
			return Result{}, fault.OfField("id", "names idea #%d, which is archived: it has no place on the map.", p.ID)
		}
	}
	found, err := c.connections(ctx, call.Who.Owner, g, p.ID)
	if err != nil {
		return Result{}, err
	}
	limit := call.results(p.Limit)
	found = found[:min(limit, len(found))]

	data := artifact.MiniGraphData{Center: p.ID, Nodes: []artifact.CardIdea{}, Edges: []artifact.CardEdge{}}
	in := map[int64]bool{}
	var page fence.Page
	add := func(n int64) {
		if node, ok := g.nodes[n]; ok && !in[n] {
			in[n] = true
			data.Nodes = append(data.Nodes, nodeCard(node))
			tell(&page, nodeCard(node))
		}
	}
	if p.ID != 0 {
		add(p.ID)
	}
	for _, f := range found {
		add(f.a)
		add(f.b)
	}
	for _, e := range m.Edges {
		if in[e.Source] && in[e.Target] {
			data.Edges = append(data.Edges, edge(e))
		}
	}
	for _, f := range found {
		reason := f.reason()
		data.Edges = append(data.Edges, artifact.CardEdge{
			Source: f.a, Target: f.b, Type: string(idea.RelRelated), Score: math.Round(f.score*100) / 100, Reason: reason, Proposed: true,
		})
		page.Item(fmt.Sprintf("proposed #%d – #%d, score %.2f", f.a, f.b, f.score), reason)
	}
	if len(found) == 0 {
		page.Say("No connection was found that is not there already.")
	} else {
		page.Say("Nothing was changed. The person can accept a connection, or you make it with link_ideas.")
	}
	return show(page.String(), artifact.MiniGraph, "Possible connections", data)
}

// connections returns the connections that may be made, the best first, about
// one idea or, with 0, anywhere. What the person took away is not proposed
// again.
func (c *Catalogue) connections(ctx context.Context, who owner.ID, g *graph, about int64) ([]pair, error) {
	refused, err := c.ideas.Refusals(ctx, who)
	if err != nil {
		return nil, err
	}
	alike, err := c.closePairs(ctx, who, g, about)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(alike, func(key [2]int64, _ pair) bool { return refused[key] })
	if about == 0 { // no end of a pair is the first one
		for key, f := range alike {
			f.a, f.b = key[0], key[1]
			alike[key] = f
		}
	}
	return weigh(g, alike), nil
}

// closePairs returns pairs of ideas that are alike: in meaning where that is
// known, in words and tags for the others.
func (c *Catalogue) closePairs(ctx context.Context, who owner.ID, g *graph, about int64) (map[[2]int64]pair, error) {
	from := []int64{about}
	if about == 0 {
		from = slices.Clone(g.order)
		slices.Reverse(from) // the newest
		from = from[:min(asked, len(from))]
	}
	found, known := map[[2]int64]pair{}, map[int64]bool{}
	for _, n := range from {
		near, err := c.search.Similar(ctx, who, n, nearby)
		if fault.Is(err, fault.NotFound) {
			continue // it is gone since the map was read
		}
		if err != nil {
			return nil, err
		}
		known[n] = len(near) > 0
		for _, s := range near {
			if s.Score >= leastClose {
				keep(found, pair{a: n, b: s.Idea.Number, close: s.Score, meaning: true})
			}
		}
	}
	unknown := slices.DeleteFunc(from, func(n int64) bool { return known[n] })
	for _, f := range byWords(g, unknown) {
		if !known[f.b] {
			keep(found, f)
		}
	}
	return found, nil
}

// ends returns the two ideas, the smaller number first.
func (f pair) ends() [2]int64 { return [2]int64{min(f.a, f.b), max(f.a, f.b)} }

// keep keeps the closer one of a pair that is found twice.
func keep(found map[[2]int64]pair, f pair) {
	key := f.ends()
	if old, ok := found[key]; !ok || f.close > old.close {
		found[key] = f
	}
}

// byWords compares some ideas with all by the words of their titles and by
// their tags: the cosine of the two sets, in which a word counts the more the
// fewer ideas have it. A word that many have makes no pair. The sets of all
// ideas are never in memory together, so that there may be many.
func byWords(g *graph, from []int64) []pair {
	if len(from) == 0 {
		return nil
	}
	in := map[string]int{} // how many ideas have a word
	for _, n := range g.order {
		for _, w := range wordsOf(g.nodes[n]) {
			in[w]++
		}
	}
	square := func(w string) float64 {
		weight := math.Log(1 + float64(len(g.order))/float64(in[w]))
		return weight * weight
	}
	length := map[int64]float64{}
	has := map[string][]int64{}
	for _, a := range from {
		for _, w := range wordsOf(g.nodes[a]) {
			length[a] += square(w)
			if in[w] <= commonWord {
				has[w] = append(has[w], a)
			}
		}
	}
	var pairs []pair
	for _, b := range g.order {
		all, sums := 0.0, map[int64]float64{}
		for _, w := range wordsOf(g.nodes[b]) {
			all += square(w)
			for _, a := range has[w] {
				sums[a] += square(w)
			}
		}
		for a, sum := range sums {
			if s := sum / math.Sqrt(length[a]*all); a != b && s >= leastClose {
				pairs = append(pairs, pair{a: a, b: b, close: s})
			}
		}
	}
	return pairs
}

// wordsOf returns the words of an idea's title and its tags, each once and in
// the same order always, so that sums come out the same.
func wordsOf(n idea.Node) []string {
	var list []string
	for _, t := range words.Parse(n.Title + " ").Terms {
		list = append(list, strings.Join(t.Stems, " "))
	}
	for _, t := range n.Tags {
		list = append(list, "#"+t)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// weigh scores pairs and returns those that are not related, the best first.
func weigh(g *graph, found map[[2]int64]pair) []pair {
	distances := map[int64]map[int64]int{}
	var list []pair
	for _, f := range found {
		_, okA := g.nodes[f.a]
		_, okB := g.nodes[f.b]
		if !okA || !okB || f.a == f.b || g.next[f.a][f.b] {
			continue
		}
		if distances[f.a] == nil {
			distances[f.a] = g.distances(f.a, farthest)
		}
		f.distance = distances[f.a][f.b]
		f.common = g.common(f.a, f.b)
		for _, t := range g.nodes[f.a].Tags {
			if slices.Contains(g.nodes[f.b].Tags, t) {
				f.tags = append(f.tags, t)
			}
		}
		islandA, islandB := g.island[f.a], g.island[f.b]
		f.bridge = islandA != islandB && g.size[islandA] > 1 && g.size[islandB] > 1
		far := 1.0
		switch f.distance {
		case 2:
			far = 0.3
		case 3:
			far = 0.6
		}
		f.score = closeWeight*min(f.close, 1) + farWeight*far + commonWeight*min(1, float64(f.common+len(f.tags))/3)
		if f.bridge {
			f.score += bridgeWeight
		}
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.a, b.a), cmp.Compare(a.b, b.b))
	})
	return list
}

// reason says in a sentence why a pair is proposed.
func (f pair) reason() string {
	how := "Close in words and tags"
	if f.meaning {
		how = "Close in meaning"
	}
	parts := []string{fmt.Sprintf("%s (%.2f)", how, f.close)}
	switch {
	case f.bridge:
		parts = append(parts, "it would join two groups that are not connected")
	case f.distance == 0:
		parts = append(parts, "not connected so far")
	default:
		parts = append(parts, fmt.Sprintf("%d relations apart", f.distance))
	}
	if f.common > 0 {
		parts = append(parts, fmt.Sprintf("common neighbours: %d", f.common))
	}
	if len(f.tags) > 0 {
		parts = append(parts, "both carry "+strings.Join(f.tags, ", "))
	}
	return strings.Join(parts, "; ") + "."
}

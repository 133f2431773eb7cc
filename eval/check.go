package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// wireIdea is an idea as the API shows it, as far as it matters here.
type wireIdea struct {
	Number   int64
	Title    string
	Body     string
	Status   string
	Archived bool
	Tags     []string
}

// library is what somebody has after a task.
type library struct {
	ideas     map[int64]wireIdea
	relations []wantRelation
}

// read reads the ideas with the numbers 1 to n, and the map.
func (c client) read(ctx context.Context) (library, error) {
	l := library{ideas: map[int64]wireIdea{}}
	for number := int64(1); ; number++ {
		var i struct {
			Title    string   `json:"title"`
			Body     string   `json:"body"`
			Status   string   `json:"status"`
			Archived int      `json:"is_archived"`
			Tags     []string `json:"tags"`
		}
		err := c.call(ctx, "GET", fmt.Sprintf("/ideas/%d", number), nil, &i)
		if err != nil && strings.Contains(err.Error(), "404") {
			break
		}
		if err != nil {
			return l, err
		}
		l.ideas[number] = wireIdea{number, i.Title, i.Body, i.Status, i.Archived != 0, i.Tags}
	}
	var m struct {
		Edges []struct {
			Source int64  `json:"source"`
			Target int64  `json:"target"`
			Type   string `json:"relation_type"`
		} `json:"edges"`
	}
	if err := c.call(ctx, "GET", "/map", nil, &m); err != nil {
		return l, err
	}
	for _, e := range m.Edges {
		l.relations = append(l.relations, wantRelation{e.Source, e.Target, e.Type})
	}
	return l, nil
}

// misses says in sentences what is not as it should be.
func (w want) misses(h heard, l library) []string {
	var all []string
	miss := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if w.Count != nil {
		n := 0
		for _, i := range l.ideas {
			if !i.Archived {
				n++
			}
		}
		if n != *w.Count {
			miss("there are %d ideas, not %d", n, *w.Count)
		}
	}
	for _, i := range w.Ideas {
		if !i.in(l) {
			miss("no idea is %s", i)
		}
	}
	for _, r := range w.Relations {
		if !slices.ContainsFunc(l.relations, r.is) {
			miss("#%d and #%d have no relation %q", r.From, r.To, r.Type)
		}
	}
	for _, pair := range w.Unrelated {
		if slices.ContainsFunc(l.relations, wantRelation{From: pair[0], To: pair[1]}.is) {
			miss("#%d and #%d are related", pair[0], pair[1])
		}
	}
	for _, s := range w.Says {
		if !has(h.Text, s) {
			miss("the answer does not say %q", s)
		}
	}
	for _, s := range w.Never {
		if has(h.All, s) {
			miss("%q was answered", s)
		}
	}
	for _, t := range w.Tools {
		if !slices.Contains(h.Tools, t) {
			miss("%s was not called", t)
		}
	}
	for _, t := range w.NotTools {
		if slices.Contains(h.Tools, t) {
			miss("%s was called", t)
		}
	}
	for _, c := range w.Cards {
		if !slices.Contains(h.Cards, c) {
			miss("no card %s was shown", c)
		}
	}
	if w.Asked != nil && *w.Asked != h.Asked {
		miss("the agent asked for approval: %t, not %t", h.Asked, *w.Asked)
	}
	return all
}

func has(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// is reports whether a relation is the one that is wanted.
func (w wantRelation) is(r wantRelation) bool {
	same := r.From == w.From && r.To == w.To
	if w.Type == "" || w.Type == "related" {
		same = same || r.From == w.To && r.To == w.From
	}
	return same && (w.Type == "" || w.Type == r.Type)
}

func (w wantIdea) in(l library) bool {
	for number, i := range l.ideas {
		if w.Number != 0 && w.Number != number {
			continue
		}
		archived := w.Archived != nil && *w.Archived
		fits := has(i.Title, w.Title) && has(i.Body, w.Body) && (w.Status == "" || w.Status == i.Status) && i.Archived == archived
		for _, t := range w.Tags {
			fits = fits && slices.Contains(i.Tags, t)
		}
		for _, t := range w.NoTags {
			fits = fits && !slices.Contains(i.Tags, t)
		}
		if fits {
			return true
		}
	}
	return false
}

func (w wantIdea) String() string {
	var b strings.Builder
	if w.Number != 0 {
		fmt.Fprintf(&b, "#%d ", w.Number)
	}
	for _, f := range []struct{ name, value string }{{"title", w.Title}, {"body", w.Body}, {"status", w.Status}, {"tags", strings.Join(w.Tags, ",")}, {"no tags", strings.Join(w.NoTags, ",")}} {
		if f.value != "" {
			fmt.Fprintf(&b, "%s %q ", f.name, f.value)
		}
	}
	if w.Archived != nil && *w.Archived {
		b.WriteString("archived ")
	}
	return strings.TrimSpace(b.String())
}

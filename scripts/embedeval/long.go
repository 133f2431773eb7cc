package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/embed/embedtest"
)

// printLong puts ideas into long texts, after six others and before three,
// and asks for them. What has another title says nothing of the idea in its
// first window.
func printLong(ctx context.Context, e embed.Embedder, set embedtest.Set) error {
	const many = 16
	long := map[int]bool{}
	var queries []embedtest.Query
	for _, q := range set.Queries {
		i := set.Ideas[q.Wanted]
		if i.Half() != embedtest.Confirm || i.Language != "en" || q.Language != "en" || !long[q.Wanted] && len(long) == many {
			continue
		}
		long[q.Wanted] = true
		queries = append(queries, q)
	}
	body := func(wanted int) string { return longBody(set, wanted, nil) }
	const beginning = 200 // bytes, about what is left of a window beside the title
	fmt.Println("| the idea is | read | n | R@1 | R@5 | MRR |")
	fmt.Println("| --- | --- | --- | --- | --- | --- |")
	for _, how := range []struct {
		name, read string
		text       func(int) embed.Text
	}{
		{"short", "whole", func(i int) embed.Text { return set.Ideas[i].Text() }},
		{"in a long text with its title", "beginning", func(i int) embed.Text { return embed.Idea(set.Ideas[i].Title, body(i)[:beginning]) }},
		{"in a long text with its title", "whole", func(i int) embed.Text { return embed.Idea(set.Ideas[i].Title, body(i)) }},
		{"in a long text called Notes", "beginning", func(i int) embed.Text { return embed.Idea("Notes", body(i)[:beginning]) }},
		{"in a long text called Notes", "whole", func(i int) embed.Text { return embed.Idea("Notes", body(i)) }},
	} {
		changed := set
		changed.Queries = queries
		changed.Again, changed.Related = nil, nil
		texts := make([]embed.Text, len(set.Ideas))
		for i, idea := range set.Ideas {
			texts[i] = idea.Text()
			if long[i] {
				texts[i] = how.text(i)
			}
		}
		ideas, err := e.Embed(ctx, texts)
		if err != nil {
			return err
		}
		asked := make([]embed.Text, len(queries))
		for i, q := range queries {
			asked[i] = embed.Query(q.Text)
		}
		vectors, err := e.Embed(ctx, asked)
		if err != nil {
			return err
		}
		ranks := embedtest.Measure(changed, embedtest.Vectors{Ideas: ideas, Queries: vectors}).Queries
		fmt.Printf("| %s | %s | %d | %.2f | %.2f | %.2f |\n", how.name, how.read, len(ranks),
			embedtest.Recall(ranks, 1), embedtest.Recall(ranks, 5), embedtest.MeanReciprocal(ranks))
	}
	return nil
}

// longBody is the body of an idea after those of six others and before three,
// all of other topics and none of those to leave out.
func longBody(set embedtest.Set, wanted int, without map[int]bool) string {
	var parts []string
	for step := 1; len(parts) < 9; step++ {
		at := (wanted*7 + step*5) % len(set.Ideas)
		other := set.Ideas[at]
		if other.Language == "en" && other.Topic != set.Ideas[wanted].Topic && !without[at] {
			parts = append(parts, other.Body)
		}
	}
	parts = append(parts[:6], append([]string{set.Ideas[wanted].Body}, parts[6:]...)...)
	return strings.Join(parts, "\n\n")
}

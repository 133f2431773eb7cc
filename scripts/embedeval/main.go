// Command embedeval measures the built-in embedding model and prints the
// tables of docs/embedding.md.
//
//	go run ./scripts/embedeval
//	go run ./scripts/embedeval -long
//	go run ./scripts/embedeval -search
//	go run ./scripts/embedeval -centre internal/embed/e5/centre.bin
//	go run ./scripts/embedeval -texts texts.json
//	go run ./scripts/embedeval -vectors vectors.json
//
// With -long it measures how ideas are found that are a part of a long text.
// With -search it asks the program's own search, by words, by meaning and by
// both. With -centre it measures what ideas, and queries, have in common, with the
// half of the ideas that choices are made with, and writes that to the file
// which is then part of the program. With -texts it writes the texts for
// another model to read, and with -vectors it measures what that one made of
// them: both files have the same form.
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/embed/e5"
	"github.com/neuralrepo/neuralrepo/internal/embed/embedtest"
)

func main() {
	var o options
	flag.StringVar(&o.centre, "centre", "", "write the centres of ideas and queries to this `file`")
	flag.StringVar(&o.texts, "texts", "", "write the texts to this `file`")
	flag.StringVar(&o.vectors, "vectors", "", "measure the vectors in this `file`")
	flag.BoolVar(&o.long, "long", false, "measure long texts")
	flag.BoolVar(&o.search, "search", false, "measure the program's own search")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "embedeval:", err)
		os.Exit(1)
	}
}

type options struct {
	centre, texts, vectors string
	long, search           bool
}

func run(ctx context.Context, o options) error {
	set, err := embedtest.Load()
	if err != nil {
		return err
	}
	model := e5.New()
	switch {
	case o.centre != "":
		return writeCentre(ctx, set, o.centre)
	case o.texts != "":
		return writeTexts(set, o.texts)
	case o.vectors != "":
		vectors, err := readVectors(o.vectors)
		if err != nil {
			return err
		}
		result := embedtest.Measure(set, vectors)
		printRanks(result)
		printCosines(result)
		printBest(result)
		return nil
	case o.long:
		return printLong(ctx, model, set)
	case o.search:
		return printSearch(ctx, model, set)
	}
	vectors, err := embedtest.Embed(ctx, model, set)
	if err != nil {
		return err
	}
	result := embedtest.Measure(set, vectors)
	printRanks(result)
	printLanguages(result)
	printCosines(result)
	printBest(result)
	printThresholds(model.Model(), result)
	return printCost(ctx, model, set)
}

// writeCentre writes the mean vector of ideas and that of queries, before
// anything is taken away from them.
func writeCentre(ctx context.Context, set embedtest.Set, path string) error {
	raw := e5.NewRaw()
	vectors, err := embedtest.Embed(ctx, raw, set)
	if err != nil {
		return err
	}
	dimensions := raw.Model().Dimensions
	ideas, queries := make([]float64, dimensions), make([]float64, dimensions)
	add := func(sum []float64, v []float32) {
		for i, x := range v {
			sum[i] += float64(x)
		}
	}
	var countIdeas, countQueries float64
	for i, idea := range set.Ideas {
		if idea.Half() == embedtest.Choose {
			add(ideas, vectors.Ideas[i])
			countIdeas++
		}
	}
	for i, query := range set.Queries {
		if set.Ideas[query.Wanted].Half() == embedtest.Choose {
			add(queries, vectors.Queries[i])
			countQueries++
		}
	}
	var out bytes.Buffer
	for _, mean := range []struct {
		sum   []float64
		count float64
	}{{ideas, countIdeas}, {queries, countQueries}} {
		for _, x := range mean.sum {
			// Eight bits after the point of the largest are plenty, and make
			// the file the same on every processor.
			rounded := math.Round(x/mean.count*4096) / 4096
			binary.Write(&out, binary.LittleEndian, float32(rounded))
		}
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}

// halves are the rows of every table.
var halves = []struct {
	name string
	half embedtest.Half
}{{"choose", embedtest.Choose}, {"confirm", embedtest.Confirm}}

func printRanks(r embedtest.Result) {
	fmt.Println("| found | half | n | R@1 | R@5 | MRR |")
	fmt.Println("| --- | --- | --- | --- | --- | --- |")
	row := func(name, half string, ranks []embedtest.Rank) {
		fmt.Printf("| %s | %s | %d | %.2f | %.2f | %.2f |\n", name, half, len(ranks),
			embedtest.Recall(ranks, 1), embedtest.Recall(ranks, 5), embedtest.MeanReciprocal(ranks))
	}
	english := func(r embedtest.Rank) bool { return r.Asked == "en" && r.Told == "en" }
	across := func(r embedtest.Rank) bool { return r.Asked != r.Told }
	for _, h := range halves {
		in := func(ranks []embedtest.Rank, keep func(embedtest.Rank) bool) (list []embedtest.Rank) {
			for _, r := range ranks {
				if r.Half == h.half && keep(r) {
					list = append(list, r)
				}
			}
			return list
		}
		all := func(embedtest.Rank) bool { return true }
		kind := func(k embedtest.Kind) func(embedtest.Rank) bool {
			return func(r embedtest.Rank) bool { return r.Kind == k }
		}
		meaning := func(keep func(embedtest.Rank) bool) func(embedtest.Rank) bool {
			return func(r embedtest.Rank) bool { return r.Kind == embedtest.Meaning && keep(r) }
		}
		row("all queries", h.name, in(r.Queries, all))
		row("by their words", h.name, in(r.Queries, kind(embedtest.Words)))
		row("mistyped", h.name, in(r.Queries, kind(embedtest.Mistyped)))
		row("by meaning", h.name, in(r.Queries, kind(embedtest.Meaning)))
		row("— English", h.name, in(r.Queries, meaning(english)))
		row("— another language", h.name, in(r.Queries, meaning(func(r embedtest.Rank) bool { return !english(r) && !across(r) })))
		row("— from one language to another", h.name, in(r.Queries, meaning(across)))
		row("duplicates", h.name, in(r.Again, all))
		row("related", h.name, in(r.Related, all))
	}
	fmt.Println()
}

// printLanguages tells the half that confirms by the language of the query.
func printLanguages(r embedtest.Result) {
	byLanguage := map[string][]embedtest.Rank{}
	for _, rank := range r.Queries {
		if rank.Half == embedtest.Confirm {
			byLanguage[rank.Asked] = append(byLanguage[rank.Asked], rank)
		}
	}
	fmt.Println("| queries in | n | R@1 | R@5 | MRR |")
	fmt.Println("| --- | --- | --- | --- | --- |")
	for _, language := range slices.Sorted(maps.Keys(byLanguage)) {
		ranks := byLanguage[language]
		fmt.Printf("| %s | %d | %.2f | %.2f | %.2f |\n", language, len(ranks),
			embedtest.Recall(ranks, 1), embedtest.Recall(ranks, 5), embedtest.MeanReciprocal(ranks))
	}
	fmt.Println()
}

// printBest chooses the limits with the one half that give the best mean of
// precision and recall, and prints what they give on the other: how well a
// model can tell duplicates and relations at all. Precision counts twice (F½):
// what is wrongly proposed has to be read by somebody.
func printBest(r embedtest.Result) {
	fmt.Println("| decision | limit | half | precision | recall |")
	fmt.Println("| --- | --- | --- | --- | --- |")
	for _, decision := range []struct {
		name string
		at   func(embedtest.Cosines, float64) embedtest.Decision
	}{{"duplicates", embedtest.Cosines.Duplicates}, {"related", embedtest.Cosines.Relations}} {
		var best, limit float64
		for cosine := -1.0; cosine <= 1; cosine += 0.005 {
			d := decision.at(r.Halves[embedtest.Choose], cosine)
			if f := 1.25 * d.Precision * d.Recall / max(0.25*d.Precision+d.Recall, 1e-9); f > best {
				best, limit = f, cosine
			}
		}
		for _, h := range halves {
			d := decision.at(r.Halves[h.half], limit)
			fmt.Printf("| %s | %.3f | %s | %.2f | %.2f |\n", decision.name, limit, h.name, d.Precision, d.Recall)
		}
	}
	fmt.Println()
}

func printCosines(r embedtest.Result) {
	fmt.Println("| cosine | half | n | min | 5 % | 25 % | median | 75 % | 95 % | 99 % | max |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
	for _, h := range halves {
		c := r.Halves[h.half]
		for _, row := range []struct {
			name   string
			values []float64
		}{
			{"duplicate", c.Again}, {"related", c.Related}, {"unrelated", c.Unrelated},
			{"query and its idea", c.Wanted}, {"query and another", c.Unwanted},
		} {
			fmt.Printf("| %s | %s | %d |", row.name, h.name, len(row.values))
			for _, share := range []float64{0, .05, .25, .5, .75, .95, .99, 1} {
				fmt.Printf(" %.2f |", embedtest.Quantile(row.values, share))
			}
			fmt.Println()
		}
	}
	fmt.Println()
}

// printThresholds shows what the product's thresholds let pass.
func printThresholds(m embed.Model, r embedtest.Result) {
	fmt.Println("| score at least | cosine | half | duplicates | related | unrelated |")
	fmt.Println("| --- | --- | --- | --- | --- | --- |")
	for _, score := range []float64{.3, .4, .5, .6, .7, .75, .8, .9} {
		cosine := m.Ideas.Cosine(score)
		for _, h := range halves {
			c := r.Halves[h.half]
			fmt.Printf("| %.2f | %.2f | %s | %.0f %% | %.0f %% | %.2f %% |\n", score, cosine, h.name,
				100*embedtest.Above(c.Again, cosine), 100*embedtest.Above(c.Related, cosine), 100*embedtest.Above(c.Unrelated, cosine))
		}
	}
	fmt.Println("\n| decision | score at least | half | precision | recall |")
	fmt.Println("| --- | --- | --- | --- | --- |")
	for _, h := range halves {
		d := r.Halves[h.half].Duplicates(m.Ideas.Cosine(.75))
		fmt.Printf("| duplicates | 0.75 | %s | %.2f | %.2f |\n", h.name, d.Precision, d.Recall)
		d = r.Halves[h.half].Relations(m.Ideas.Cosine(.5))
		fmt.Printf("| related | 0.50 | %s | %.2f | %.2f |\n", h.name, d.Precision, d.Recall)
	}
	fmt.Println("\n| score at least | cosine | half | queries' ideas | other ideas |")
	fmt.Println("| --- | --- | --- | --- | --- |")
	for _, score := range []float64{.1, .2, .3, .4, .5, .6, .7} {
		cosine := m.Search.Cosine(score)
		for _, h := range halves {
			c := r.Halves[h.half]
			fmt.Printf("| %.2f | %.2f | %s | %.0f %% | %.2f %% |\n", score, cosine, h.name,
				100*embedtest.Above(c.Wanted, cosine), 100*embedtest.Above(c.Unwanted, cosine))
		}
	}
	fmt.Println()
}

// printCost measures texts one by one, in time of the processor, so that it
// matters little what else the machine does.
func printCost(ctx context.Context, e embed.Embedder, set embedtest.Set) error {
	fmt.Println("| text | n | ms of one core |")
	fmt.Println("| --- | --- | --- |")
	cost := func(e embed.Embedder, name string, texts []embed.Text, together bool) error {
		if _, err := e.Embed(ctx, texts[:1]); err != nil { // loads the model
			return err
		}
		before := processorTime()
		if together {
			if _, err := e.Embed(ctx, texts); err != nil {
				return err
			}
		} else {
			for _, text := range texts {
				if _, err := e.Embed(ctx, []embed.Text{text}); err != nil {
					return err
				}
			}
		}
		took := processorTime() - before
		fmt.Printf("| %s | %d | %.1f |\n", name, len(texts), float64(took)/float64(time.Millisecond)/float64(len(texts)))
		return nil
	}
	var ideas, queries, long []embed.Text
	body := ""
	for _, i := range set.Ideas {
		ideas = append(ideas, i.Text())
		body += i.Body + "\n\n"
	}
	for _, q := range set.Queries {
		queries = append(queries, embed.Query(q.Text))
	}
	for _, size := range []int{1000, 4000, 16000} {
		long = append(long, embed.Idea("A long idea", body[:size]))
	}
	if err := cost(e, "query", queries, false); err != nil {
		return err
	}
	if err := cost(e, "idea", ideas, false); err != nil {
		return err
	}
	if err := cost(e, "idea, many at once", ideas, true); err != nil {
		return err
	}
	sixty := strings.Join(strings.Fields(body)[:56], " ")
	again := slices.Repeat([]embed.Text{embed.Idea("Four words as title", sixty)}, 5)
	if err := cost(e, "idea of 60 words", again, false); err != nil {
		return err
	}
	plain := e5.NewPlain()
	if err := cost(plain, "idea of 60 words, plain Go", again, false); err != nil {
		return err
	}
	if err := cost(plain, "query, plain Go", queries[:10], false); err != nil {
		return err
	}
	for _, text := range long {
		if err := cost(e, fmt.Sprintf("idea of %d bytes", len(text.Body)), []embed.Text{text}, false); err != nil {
			return err
		}
	}
	return nil
}

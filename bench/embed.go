package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/embed/e5"
)

// What embedding may take on one core.
const (
	aimQuery = 30 * time.Millisecond
	aimIdea  = 300 * time.Millisecond
)

// embed measures the built-in model in this process, on one core: with
// assembly and without.
func (b *bench) embed(ctx context.Context) error {
	b.say("embedding")
	idea := embed.Idea("Tool shelf in the stairwell", "Every flat in our house owns a drill that is used for ten minutes a year. "+
		"Put a shelf beside the letter boxes with a list of who has what, a card to sign, and a pencil. "+
		"Whoever needs a ladder or a steam cleaner asks the neighbour first, and nobody has to buy one. Start with three families and see.")
	for _, what := range []struct {
		name string
		text embed.Text
		aim  time.Duration
	}{
		{"embed a query", embed.Query("borrow tools from neighbours"), aimQuery},
		{"embed an idea of 60 words", idea, aimIdea},
	} {
		fast, err := b.embedding(ctx, e5.New(), what.text)
		if err != nil {
			return err
		}
		plain, err := b.embedding(ctx, e5.NewPlain(), what.text)
		if err != nil {
			return err
		}
		b.table.embedding(what.name, fast, what.aim, "")
		b.table.embedding(what.name+", plain Go", plain, 0, fmt.Sprintf("%.1f × %s", plain[len(plain)/2].Seconds()/fast[len(fast)/2].Seconds(), what.name))
	}
	return nil
}

// embedding returns how long a text took, again and again, in order.
func (b *bench) embedding(ctx context.Context, e embed.Embedder, text embed.Text) ([]time.Duration, error) {
	if _, err := e.Embed(ctx, []embed.Text{text}); err != nil { // loads the model
		return nil, err
	}
	var took []time.Duration
	for until := time.Now().Add(b.long); len(took) < 3 || time.Now().Before(until); {
		begin := time.Now()
		if _, err := e.Embed(ctx, []embed.Text{text}); err != nil {
			return nil, err
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	return took, nil
}

// embedding adds how long a text took on one core.
func (t *table) embedding(name string, times []time.Duration, aim time.Duration, compared string) {
	median := quantile(times, 0.5)
	line := row{
		what: name, clients: "1", value: milliseconds(median), p99: milliseconds(quantile(times, 0.99)),
		perSecond: thousands(int(1 / median.Seconds())), compared: compared,
	}
	if aim > 0 {
		line.aim = verdict(milliseconds(aim), median < aim)
	}
	t.rows = append(t.rows, line)
}

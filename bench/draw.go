package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// The map that is drawn.
const (
	drawnIdeas     = 5_000
	drawnRelations = 10_000
)

// viewerPassword lets the browser in.
const viewerPassword = "correct horse battery"

// draw measures in a browser how smoothly a large map is drawn, against a page
// that shows nothing. It needs what the browser tests need.
func (b *bench) draw(ctx context.Context) (err error) {
	script := filepath.Join("web", "bench", "map.mjs")
	if _, err := os.Stat(filepath.Join("web", "node_modules", "@playwright", "test")); err != nil {
		if b.part == "all" {
			b.say("the map is left out: it needs npm ci in the folder web")
			return nil
		}
		return errors.New("the part map needs npm ci in the folder web, and Chromium")
	}
	b.data = filepath.Join(b.folder, "drawn")
	b.say("loading a map of %s ideas and %s relations", thousands(drawnIdeas), thousands(drawnRelations))
	if err := b.load(ctx, func(d database) error { return loadDrawn(ctx, d) }); err != nil {
		return err
	}
	s, err := start(ctx, b.program, b.data, b.durability, "--embedder", "none")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	b.say("drawing it in a browser")
	var out, trouble bytes.Buffer
	cmd := exec.CommandContext(ctx, "node", script, s.url, "drawn@example.org", "blank@example.org", viewerPassword, strconv.FormatFloat(b.long.Seconds(), 'f', -1, 64))
	cmd.Stdout, cmd.Stderr = &out, &trouble
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("measure the map in a browser: %w\n%s", err, trouble.String())
	}
	var seen map[string][]float64
	if err := json.Unmarshal(out.Bytes(), &seen); err != nil {
		return fmt.Errorf("read what the browser measured: %w", err)
	}
	empty := frames(seen["empty"])
	for _, what := range []struct{ key, name string }{
		{"empty", "frame of an empty page"},
		{"whole", "frame of the whole map, zoomed"},
		{"near", "frame of the map from near, zoomed"},
		{"found", "frame of the whole map, dimmed but for what is found"},
	} {
		list := frames(seen[what.key])
		line := row{what: what.name, value: milliseconds(quantile(list, 0.5)), p99: milliseconds(quantile(list, 0.99)), perSecond: thousands(int(rate(list)))}
		if what.key != "empty" {
			line.compared = times(quantile(list, 0.5), quantile(empty, 0.5)) + " an empty page, p99 " + times(quantile(list, 0.99), quantile(empty, 0.99))
		}
		b.table.rows = append(b.table.rows, line)
	}
	b.table.rows = append(b.table.rows, row{what: "map opened, from its address to its rest", value: milliseconds(quantile(frames(seen["open"]), 0.5))})
	return nil
}

// frames turns milliseconds into sorted durations.
func frames(list []float64) []time.Duration {
	all := make([]time.Duration, len(list))
	for i, ms := range list {
		all[i] = time.Duration(ms * float64(time.Millisecond))
	}
	slices.Sort(all)
	return all
}

// rate is how many frames there were in a second.
func rate(list []time.Duration) float64 {
	var sum time.Duration
	for _, d := range list {
		sum += d
	}
	return float64(len(list)) / max(sum.Seconds(), 1e-9)
}

// loadDrawn stores a map as a layout makes it: groups whose ideas are near each
// other and related, and a tenth of the relations between groups; and somebody
// who has no ideas.
func loadDrawn(ctx context.Context, d database) error {
	const group = 50
	p, err := d.add(ctx, "drawn", 0)
	if err != nil {
		return err
	}
	if _, err := d.add(ctx, "blank", 0); err != nil {
		return err
	}
	accounts := account.New(d.store, account.Options{})
	defer accounts.Close(ctx)
	for _, email := range []string{"drawn@example.org", "blank@example.org"} {
		if err := accounts.ResetPassword(ctx, email, secret.New(viewerPassword)); err != nil {
			return err
		}
	}
	// The golden angle spreads points evenly over a disc.
	disc := func(n int64, apart float64) idea.Point {
		r, a := apart*math.Sqrt(float64(n)), float64(n)*2.399963
		return idea.Point{X: r * math.Cos(a), Y: r * math.Sin(a)}
	}
	types := []idea.RelationType{idea.RelRelated, idea.RelInspires, idea.RelBlocks, idea.RelParent}
	return d.store.Write(ctx, p.owner, func(tx idea.Tx) error {
		places := make(map[int64]idea.Point, drawnIdeas)
		for n := int64(1); n <= drawnIdeas; n++ {
			title, body, tags := d.corpus.idea(uint64(n))
			i := idea.Idea{
				Title: title, Body: body, Tags: tags, Status: idea.Statuses[n%int64(len(idea.Statuses))],
				Source: idea.CLI, CreatedAt: epoch, UpdatedAt: epoch,
			}
			if err := tx.Ideas.Insert(ctx, &i); err != nil {
				return err
			}
			middle, beside := disc(n/group, 40*math.Sqrt(group)), disc(n%group, 34)
			places[n] = idea.Point{X: middle.X + beside.X, Y: middle.Y + beside.Y}
		}
		if err := tx.Maps.Place(ctx, places); err != nil {
			return err
		}
		for n := 0; n < drawnRelations; {
			from := 1 + d.rng.Int64N(drawnIdeas)
			to := from - from%group + d.rng.Int64N(group)
			if n%10 == 0 {
				to = 1 + d.rng.Int64N(drawnIdeas)
			}
			if from <= to || to < 1 {
				continue // no circles
			}
			r := idea.Relation{Source: from, Target: to, Type: types[n%len(types)], CreatedAt: epoch}
			if err := tx.Relations.Put(ctx, &r); err != nil {
				return err
			}
			n++
		}
		return nil
	})
}

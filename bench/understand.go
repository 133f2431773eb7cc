package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// aimProcessed is for a capture on a server that has nothing else to do.
const aimProcessed = 500 * time.Millisecond

// understand measures how long a server with the built-in model takes to
// understand ideas, one and many.
func (b *bench) understand(ctx context.Context) (err error) {
	data := filepath.Join(b.folder, "understood")
	empty := &bench{data: data, corpus: b.corpus}
	var p person
	if err := empty.load(ctx, func(d database) (err error) {
		p, err = d.add(ctx, "understood", 0)
		return err
	}); err != nil {
		return err
	}
	s, err := start(ctx, b.program, data, b.durability, "--embedder", "built-in")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	c := newClient(s.url, 2)
	defer c.http.CloseIdleConnections()
	if err := b.captures(ctx, c, p); err != nil {
		return err
	}
	return b.bulk(ctx, s, c, p)
}

// captures measures from the moment a capture is sent until its page would say
// that it is processed.
func (b *bench) captures(ctx context.Context, c *client, p person) error {
	b.say("capturing until processed")
	var took []time.Duration
	for n := range 20 {
		begin := time.Now()
		number, err := b.capture(ctx, c, p, n)
		if err != nil {
			return err
		}
		for processing := true; processing; {
			time.Sleep(5 * time.Millisecond)
			var i struct{ Processing bool }
			if err := c.get(ctx, p.key, fmt.Sprint("/ideas/", number), &i); err != nil {
				return err
			}
			processing = i.Processing
		}
		if n > 0 { // the first one loads the model
			took = append(took, time.Since(begin))
		}
	}
	slices.Sort(took)
	b.table.embedding("capture to processed", took, aimProcessed, "")
	return nil
}

// capture sends one idea and returns its number.
func (b *bench) capture(ctx context.Context, c *client, p person, n int) (int64, error) {
	title, body, tags := b.corpus.idea(p.seed + uint64(n))
	draft, err := json.Marshal(map[string]any{"title": title, "body": body, "tags": tags})
	if err != nil {
		return 0, err
	}
	var answer strings.Builder
	if err := c.send(ctx, p.key, request{"POST", "/ideas", string(draft)}, &answer); err != nil {
		return 0, err
	}
	var made struct{ ID int64 }
	return made.ID, json.Unmarshal([]byte(answer.String()), &made)
}

// bulk captures ideas as fast as one client can, and measures how long it
// takes until all are understood, and what another client waits meanwhile.
func (b *bench) bulk(ctx context.Context, s *server, c *client, p person) error {
	b.say("understanding %s ideas", thousands(b.bulkIdeas))
	quiet, err := b.waits(ctx, c, p, func() (bool, error) { return true, nil })
	if err != nil {
		return err
	}
	begin := time.Now()
	for n := range b.bulkIdeas {
		if _, err := b.capture(ctx, c, p, 1000+n); err != nil {
			return err
		}
	}
	captured := time.Since(begin)
	before := s.cpu()
	busy, err := b.waits(ctx, c, p, func() (bool, error) {
		var m struct{ State string }
		err := c.get(ctx, p.key, "/meaning", &m)
		return m.State == "idle", err
	})
	if err != nil {
		return err
	}
	took := time.Since(begin)
	b.table.rows = append(b.table.rows, row{
		what: fmt.Sprintf("import of %s ideas, all processed", thousands(b.bulkIdeas)), value: milliseconds(took),
		perSecond: fmt.Sprintf("%.1f", float64(b.bulkIdeas)/took.Seconds()), cpu: milliseconds((s.cpu() - before) / time.Duration(b.bulkIdeas)),
		compared: "captured after " + milliseconds(captured),
	})
	b.table.embedding("list 20 before it", quiet, 0, "")
	b.table.embedding("list 20 meanwhile", busy, 0, fmt.Sprintf("%s at p50, %s at p99 of before it",
		times(quantile(busy, .5), quantile(quiet, .5)), times(quantile(busy, .99), quantile(quiet, .99))))
	b.table.memory("memory after it", s.memory(), 0, "")
	return nil
}

// waits lists ideas every few milliseconds, at least for as long as a
// measurement takes, until done, and returns how long each took, in order.
func (b *bench) waits(ctx context.Context, c *client, p person, done func() (bool, error)) ([]time.Duration, error) {
	var took []time.Duration
	for until := time.Now().Add(b.long); ; {
		begin := time.Now()
		if err := c.send(ctx, p.key, get("/ideas?limit=20"), io.Discard); err != nil {
			return nil, err
		}
		took = append(took, time.Since(begin))
		time.Sleep(5 * time.Millisecond)
		if len(took)%20 > 0 || time.Now().Before(until) {
			continue
		}
		over, err := done()
		if err != nil {
			return nil, err
		}
		if over {
			slices.Sort(took)
			return took, nil
		}
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// How many people have letters written, with how many ideas, and how many
// ideas the one has whose memory is measured. A person may ask for six letters
// in an hour.
const (
	readers, readersIdeas = 200, 200
	lettersEach           = 5
	collected             = 20_000
)

// letters measures how many letters are written in a second, without a model,
// and the memory that one needs for somebody with many ideas.
func (b *bench) letters(ctx context.Context) (err error) {
	b.data = filepath.Join(b.folder, "letters")
	people := make([]person, readers)
	var collector person
	b.say("loading %d people and one with %s ideas", readers, thousands(collected))
	if err := b.load(ctx, func(d database) (err error) {
		for n := range people {
			if people[n], err = d.add(ctx, fmt.Sprint("reader-", n), readersIdeas); err != nil {
				return err
			}
		}
		collector, err = d.add(ctx, "collector", collected)
		return err
	}); err != nil {
		return err
	}
	s, err := start(ctx, b.program, b.data, b.durability, "--embedder", b.embedder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	list, err := measure(ctx, s, listIdeas("list", people[0], ""), 1, b.long)
	if err != nil {
		return err
	}
	for _, clients := range []int{1, 2} {
		b.say("letters, clients: %d", clients)
		// Each half of the people, so that nobody asks too often.
		half := people[(clients-1)*readers/2 : clients*readers/2]
		r, err := write(ctx, s, half, clients)
		if err != nil {
			return err
		}
		b.table.call("letter of "+thousands(readersIdeas)+" ideas", clients, r, 0, times(r.p50, list.p50)+" the first page of the list")
	}
	return b.longLetter(ctx, s, collector, list.p50)
}

// write has clients write letters of people.
func write(ctx context.Context, s *server, people []person, clients int) (result, error) {
	c := newClient(s.url, clients)
	defer c.http.CloseIdleConnections()
	var next atomic.Int64
	took, errs := make([][]time.Duration, clients), make([]error, clients)
	begin, before := time.Now(), s.cpu()
	var wg sync.WaitGroup
	for n := range clients {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(people)*lettersEach {
					return
				}
				sent := time.Now()
				if errs[n] = c.send(ctx, people[i%len(people)].key, request{"POST", "/digests", ""}, io.Discard); errs[n] != nil {
					return
				}
				took[n] = append(took[n], time.Since(sent))
			}
		})
	}
	wg.Wait()
	long, used := time.Since(begin), s.cpu()-before
	if err := errors.Join(errs...); err != nil {
		return result{}, err
	}
	all := slices.Sorted(slices.Values(slices.Concat(took...)))
	return result{
		perSecond: float64(len(all)) / long.Seconds(),
		p50:       quantile(all, 0.50), p99: quantile(all, 0.99), cpu: used / time.Duration(len(all)),
	}, nil
}

// longLetter writes letters of somebody with many ideas, and looks at the
// memory of the server meanwhile.
func (b *bench) longLetter(ctx context.Context, s *server, p person, list time.Duration) error {
	b.say("a letter of %s ideas", thousands(p.ideas))
	c := newClient(s.url, 1)
	defer c.http.CloseIdleConnections()
	before := s.idle()
	highest, done := before, make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				highest = max(highest, s.memory())
			}
		}
	})
	var took []time.Duration
	var err error
	for range lettersEach {
		sent := time.Now()
		if err = c.send(ctx, p.key, request{"POST", "/digests", ""}, io.Discard); err != nil {
			break
		}
		took = append(took, time.Since(sent))
	}
	close(done)
	watch.Wait()
	if err != nil {
		return err
	}
	var d struct {
		StaleTotal int `json:"stale_total"`
	}
	if err := c.get(ctx, p.key, "/digests/1", &d); err != nil {
		return err
	}
	if d.StaleTotal == 0 {
		return errors.New("the letter knows of no idea that waits")
	}
	slices.Sort(took)
	p50 := quantile(took, 0.5)
	b.table.rows = append(b.table.rows, row{
		what: "letter of " + thousands(p.ideas) + " ideas", clients: "1", value: milliseconds(p50), p99: milliseconds(took[len(took)-1]),
		compared: times(p50, list) + " the first page of the list",
	})
	b.table.memory("memory for it, beyond the idle server", highest-before, 0, megabytes(before)+" before")
	return nil
}

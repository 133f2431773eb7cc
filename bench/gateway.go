package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// What the gateway may add.
const (
	aimSlower  = 1.5                    // its median with one client, over that of a bare proxy
	aimRate    = 0.6                    // its rate with sixteen, of that of a bare proxy
	aimAdded   = 250 * time.Microsecond // its 99 of a hundred with one client, over the direct way
	aimIdle    = 64 << 20               // memory of the whole program that does nothing
	aimStreams = 400 << 20              // and with ten thousand open streams
)

// ours is the name of the way that is measured against the others.
const ours = "gateway"

// gateway measures the way to a provider: directly, through a bare
// httputil.ReverseProxy, and through the released program with everything on.
func (b *bench) gateway(ctx context.Context) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var running []*server
	defer func() {
		for _, s := range running {
			err = errors.Join(err, s.stop())
		}
	}()
	add := func(s *server, err error) (*server, error) {
		if err == nil {
			running = append(running, s)
		}
		return s, err
	}
	provider, err := add(launch(ctx, self, func(addr string) []string { return []string{asProvider, addr} }))
	if err != nil {
		return err
	}
	proxy, err := add(launch(ctx, self, func(addr string) []string { return []string{asProxy, addr, provider.url} }))
	if err != nil {
		return err
	}
	reader, err := add(launch(ctx, self, func(addr string) []string { return []string{asReader, addr, provider.url} }))
	if err != nil {
		return err
	}
	b.data = filepath.Join(b.folder, "gateway")
	var who person
	if err := b.load(ctx, func(d database) (err error) {
		who, err = d.add(ctx, "asker", 0)
		return err
	}); err != nil {
		return err
	}
	program, err := add(start(ctx, b.program, b.data, b.durability, "--embedder", b.embedder,
		"--openai-base-url", provider.url+"/v1", "--ai-requests-per-minute", "1000000000", "--ai-streams", "1000000"))
	if err != nil {
		return err
	}
	if err := storeKey(ctx, program, who); err != nil {
		return err
	}
	idle := program.idle()
	ways := []way{
		{name: "directly", url: provider.url + "/v1/chat/completions", key: who.key},
		{name: "bare proxy", url: proxy.url + "/v1/chat/completions", server: proxy, key: who.key},
		{name: ours, url: program.url + "/gateway/openai/v1/chat/completions", server: program, key: who.key},
	}
	if err := b.pass(ctx, ways); err != nil {
		return err
	}
	if err := b.short(ctx, append(ways[1:], way{name: "proxy that reads first", url: reader.url + "/v1/chat/completions", server: reader, key: who.key})); err != nil {
		return err
	}
	b.passages.add(passageRow{what: "memory idle, whole program", way: ours, value: megabytes(idle), aim: verdict(megabytes(aimIdle), idle < aimIdle)})
	return b.held(ctx, ways[1:])
}

// short counts how many of many short streams are cut, and whether they leave
// memory behind.
func (b *bench) short(ctx context.Context, ways []way) error {
	const clients = 16
	for _, w := range ways {
		b.say("%d short streams, %s", b.streams, w.name)
		before := w.server.idle()
		cut, took, err := cuts(ctx, w, b.streams, clients)
		if err != nil {
			return err
		}
		line := passageRow{what: thousands(b.streams) + " short streams", clients: strconv.Itoa(clients), way: w.name,
			value: thousands(cut) + " cut", rate: thousands(int(float64(b.streams) / took.Seconds())),
			compared: "memory " + megabytes(before) + " before, " + megabytes(w.server.idle()) + " after"}
		if w.name == ours {
			line.aim = verdict("1 cut", cut == 0)
		}
		b.passages.add(line)
	}
	return nil
}

// held measures the memory for streams that are open and wait.
func (b *bench) held(ctx context.Context, ways []way) error {
	streams := min(b.open, openable())
	for _, w := range ways {
		b.say("%d open streams, %s", streams, w.name)
		before := w.server.idle()
		var with int64
		if err := hold(ctx, w, streams, func() { with = w.server.idle() }); err != nil {
			return err
		}
		line := passageRow{what: thousands(streams) + " open streams", way: w.name, value: megabytes(with),
			compared: megabytes(before) + " before, " + strconv.FormatInt((with-before)/int64(streams)>>10, 10) + " KB each"}
		if w.name == ours {
			line.aim = verdict(megabytes(aimStreams), with < aimStreams)
		}
		b.passages.add(line)
	}
	return nil
}

// openable returns how many streams a process can pass on at a time: each has
// two connections.
func openable() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return 1_000
	}
	return int(min(limit.Max, 1<<20)/2) - 100
}

// pass measures answers in one piece and as streams.
func (b *bench) pass(ctx context.Context, ways []way) error {
	for _, kind := range []struct {
		name, model    string
		stream, delays bool
	}{
		{"answer in one piece", inOne, false, false},
		{"fast stream", inMany, true, false},
		{"stream of 100 events a second", inPace, true, true},
	} {
		for _, clients := range []int{1, 16, 256} {
			b.say("%s, clients: %d", kind.name, clients)
			all, err := compare(ctx, ways, kind.model, kind.stream, clients, kind.delays, b.long)
			if err != nil {
				return err
			}
			for i, w := range ways {
				line := newPassageRow(kind.name, clients, w.name, kind.stream, all[i])
				if w.name == ours {
					line.compare(all[i], all[0], all[1])
					line.judge(kind.model, clients, all[i], all[0], all[1])
				}
				b.passages.add(line)
			}
		}
	}
	return nil
}

// newPassageRow is the line of a measurement.
func newPassageRow(what string, clients int, way string, stream bool, p passage) passageRow {
	line := passageRow{what: what, clients: strconv.Itoa(clients), way: way,
		value: milliseconds(p.p50), p99: milliseconds(p.p99), rate: thousands(int(p.perSecond))}
	if stream {
		line.first = milliseconds(quantile(p.first, 0.5)) + " / " + milliseconds(quantile(p.first, 0.99))
		line.cut = thousands(p.failed)
	}
	if len(p.delay) > 0 {
		line.delay = microseconds(quantile(p.delay, 0.5)) + " / " + microseconds(quantile(p.delay, 0.99))
	}
	if p.cpu > 0 {
		line.cpu = microseconds(p.cpu)
	}
	return line
}

// compare says what the gateway adds, by the times that matter: of a stream
// with pauses, how late its events are.
func (r *passageRow) compare(ours, direct, bare passage) {
	r.compared = fmt.Sprintf("%s the time and %.2f× the rate of the bare proxy", times(ours.p50, bare.p50), ours.perSecond/bare.perSecond)
	added := func(what string, of func(passage) []time.Duration) {
		r.compared += fmt.Sprintf("; %s %s / %s, bare %s / %s", what,
			signed(quantile(of(ours), 0.5)-quantile(of(direct), 0.5)), signed(quantile(of(ours), 0.99)-quantile(of(direct), 0.99)),
			signed(quantile(of(bare), 0.5)-quantile(of(direct), 0.5)), signed(quantile(of(bare), 0.99)-quantile(of(direct), 0.99)))
	}
	added("first bytes", func(p passage) []time.Duration { return p.first })
	if len(ours.delay) > 0 {
		added("event", func(p passage) []time.Duration { return p.delay })
	}
}

// judge holds a measurement against what is aimed at.
func (r *passageRow) judge(model string, clients int, ours, direct, bare passage) {
	switch {
	case model == inOne && clients == 1:
		added := ours.p99 - direct.p99
		r.aim = verdict(fmt.Sprint(aimSlower)+"×", float64(ours.p50) <= aimSlower*float64(bare.p50)) +
			", p99 " + verdict("+ "+microseconds(aimAdded), added < aimAdded)
	case model != inPace && clients == 16:
		r.aim = reached(fmt.Sprint(aimRate)+"×", ours.perSecond >= aimRate*bare.perSecond)
	}
}

// passages is the table of the gateway.
type passages struct{ rows []passageRow }

type passageRow struct {
	what, clients, way, value, p99, first, delay, cut, rate, cpu, aim, compared string
}

func (t *passages) add(r passageRow) { t.rows = append(t.rows, r) }

// print writes the table in Markdown, nothing if it is empty.
func (t *passages) print(w io.Writer) {
	if len(t.rows) == 0 {
		return
	}
	lines := [][]string{
		{"to a model", "clients", "way", "p50 or value", "p99", "first bytes, p50 / p99", "delay of an event, p50 / p99", "cut", "per second", "CPU each", "aim", "compared"},
		{"---", "---:", "---", "---:", "---:", "---:", "---:", "---:", "---:", "---:", "---", "---"},
	}
	for _, r := range t.rows {
		lines = append(lines, []string{r.what, r.clients, r.way, r.value, r.p99, r.first, r.delay, r.cut, r.rate, r.cpu, r.aim, r.compared})
	}
	fmt.Fprintln(w)
	printLines(w, lines)
}

func reached(aim string, met bool) string {
	if met {
		return ">= " + aim + ": met"
	}
	return ">= " + aim + ": MISSED"
}

func microseconds(d time.Duration) string {
	return strconv.FormatInt(d.Microseconds(), 10) + " µs"
}

// signed writes a difference.
func signed(d time.Duration) string { return fmt.Sprintf("%+d µs", d.Microseconds()) }

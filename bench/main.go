// Command bench measures the released program over real HTTP, on SQLite, and
// prints one table. README.md says what is measured and how to read it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// options are the size of a run.
type options struct {
	ideas      int
	owners     int
	long       time.Duration // each measurement
	durability string
	part       string
	streams    int
	open       int
	embedder   string
	bulkIdeas  int
}

func main() {
	var o options
	flag.IntVar(&o.ideas, "ideas", 100_000, "ideas of the owner who is measured")
	flag.IntVar(&o.owners, "owners", 50, "other owners, with 1,000 ideas each")
	seconds := flag.Float64("seconds", 3, "seconds that each measurement takes")
	flag.StringVar(&o.durability, "durability", "full", "what a write survives: full is a power cut, normal an end of the program")
	flag.StringVar(&o.part, "part", "all", "what is measured: ideas, meaning, gateway, agent, digest, map or all")
	flag.IntVar(&o.streams, "streams", 100_000, "short streams that are counted whether they are whole")
	flag.IntVar(&o.open, "open", 10_000, "open streams whose memory is measured")
	flag.StringVar(&o.embedder, "embedder", "none", "what understands ideas meanwhile: none, so that it is not measured along, or built-in")
	flag.IntVar(&o.bulkIdeas, "import", 300, "ideas that are imported and understood")
	flag.Parse()
	o.long = time.Duration(*seconds * float64(time.Second))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	act := func() error { return run(ctx, o, os.Stdout, os.Stderr) }
	if flag.NArg() > 0 {
		// A run starts this program again as what the gateway is measured with.
		act = func() error { return standIn(ctx, flag.Args()) }
	}
	if err := act(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures everything and writes the table to out, and what it is doing
// to progress.
func run(ctx context.Context, o options, out, progress io.Writer) (err error) {
	if o.ideas < 100 || o.owners < 0 || o.long <= 0 {
		return errors.New("at least 100 ideas, no negative number of owners and some time are needed")
	}
	if !slices.Contains([]string{"all", "ideas", "meaning", "gateway", "agent", "digest", "map"}, o.part) || o.streams < 1 || o.open < 1 || o.bulkIdeas < 1 {
		return errors.New("the part is ideas, meaning, gateway, agent, digest, map or all, and some streams and imported ideas are needed")
	}
	folder, err := os.MkdirTemp("", "neuralrepo-bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	b := &bench{options: o, folder: folder, data: filepath.Join(folder, "data"), corpus: newCorpus(), progress: progress}
	begin := time.Now()
	b.busy = loadAverage()
	steps := []func(context.Context) error{b.build}
	if o.part == "all" || o.part == "ideas" {
		steps = append(steps, b.startEmpty, b.loadOwner, b.listAlone, b.loadOthers, b.startFull, b.calls)
	}
	if o.part == "all" || o.part == "meaning" {
		steps = append(steps, b.embed, b.meaning, b.understand)
	}
	if o.part == "all" || o.part == "gateway" {
		steps = append(steps, b.gateway)
	}
	if o.part == "all" || o.part == "agent" {
		steps = append(steps, b.chats)
	}
	if o.part == "all" || o.part == "digest" {
		steps = append(steps, b.letters)
	}
	if o.part == "all" || o.part == "map" {
		steps = append(steps, b.draw)
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := b.header(out, time.Since(begin)); err != nil {
		return err
	}
	b.table.print(out)
	b.passages.print(out)
	return nil
}

// bench is a run.
type bench struct {
	options
	folder  string // for everything, temporary
	data    string // of the database that is measured
	program string
	corpus  corpus
	table   table
	// passages is the table of the gateway.
	passages passages

	owner  person // who has many ideas
	mapped person // who has as many as are on the measured map
	loaded string // how long it took
	alone  time.Duration
	idle   int64
	busy   string // how busy the machine was before

	progress io.Writer
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.progress, format+"\n", args...) }

func (b *bench) build(ctx context.Context) (err error) {
	b.say("building the server")
	b.program, err = build(ctx, b.folder)
	return err
}

// starts is how often a start is timed.
const starts = 10

func (b *bench) startEmpty(ctx context.Context) error {
	b.say("starting it in %d new folders", starts)
	var took []time.Duration
	var memory int64
	for n := range starts {
		s, err := start(ctx, b.program, filepath.Join(b.folder, fmt.Sprint("empty", n)), b.durability, "--embedder", b.embedder)
		if err != nil {
			return err
		}
		took = append(took, s.started)
		if n == starts-1 {
			memory = s.idle()
		}
		if err := s.stop(); err != nil {
			return err
		}
	}
	b.table.start("start, new folder", took)
	b.table.memory("memory idle, new folder", memory, aimMemory, "")
	return nil
}

// load opens the database while no server runs.
func (b *bench) load(ctx context.Context, f func(database) error) error {
	if err := os.MkdirAll(b.data, 0o700); err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{Path: config.DatabaseFile(b.data), Durability: store.Normal})
	if err != nil {
		return err
	}
	return errors.Join(f(database{s, b.corpus, rand.New(rand.NewPCG(4, 5))}), s.Close())
}

func (b *bench) loadOwner(ctx context.Context) error {
	b.say("loading %s ideas of one owner", thousands(b.ideas))
	begin := time.Now()
	err := b.load(ctx, func(d database) (err error) {
		b.owner, err = d.add(ctx, "owner", b.ideas)
		return err
	})
	b.loaded = fmt.Sprintf("%s ideas of one owner in %.0f s", thousands(b.ideas), time.Since(begin).Seconds())
	return err
}

func (b *bench) listAlone(ctx context.Context) error {
	b.say("listing while nobody else is there")
	s, err := start(ctx, b.program, b.data, b.durability, "--embedder", b.embedder)
	if err != nil {
		return err
	}
	r, err := measure(ctx, s, listIdeas("list 20, one owner in the database", b.owner, ""), 1, b.long)
	if err != nil {
		return errors.Join(err, s.stop())
	}
	b.alone = r.p50
	b.table.call("list 20, one owner in the database", 1, r, aimRead, "")
	return s.stop()
}

func (b *bench) loadOthers(ctx context.Context) error {
	const each, onMap = 1_000, 10_000
	b.say("loading %d other owners", b.owners)
	begin := time.Now()
	err := b.load(ctx, func(d database) (err error) {
		if b.mapped, err = d.add(ctx, "mapped", min(onMap, b.ideas)); err != nil {
			return err
		}
		for n := range b.owners {
			if _, err := d.add(ctx, fmt.Sprint("other", n), each); err != nil {
				return err
			}
		}
		return nil
	})
	b.loaded += fmt.Sprintf(", %s of one for the map and %s each of %d others in %.0f s",
		thousands(b.mapped.ideas), thousands(each), b.owners, time.Since(begin).Seconds())
	return err
}

func (b *bench) startFull(ctx context.Context) error {
	b.say("starting it %d times on all of that", starts)
	var took []time.Duration
	for n := range starts {
		s, err := start(ctx, b.program, b.data, b.durability, "--embedder", b.embedder)
		if err != nil {
			return err
		}
		took = append(took, s.started)
		if n == starts-1 {
			b.idle = s.idle()
		}
		if err := s.stop(); err != nil {
			return err
		}
	}
	b.table.start("start, full database", took)
	b.table.memory("memory idle, full database", b.idle, aimMemory, "")
	return nil
}

func (b *bench) calls(ctx context.Context) error {
	s, err := start(ctx, b.program, b.data, b.durability, "--embedder", b.embedder)
	if err != nil {
		return err
	}
	if err := b.callsOn(ctx, s); err != nil {
		return errors.Join(err, s.stop())
	}
	return s.stop()
}

func (b *bench) callsOn(ctx context.Context, s *server) error {
	deep := min(depth, b.ideas/2)
	cursor, err := deepCursor(ctx, s.url, b.owner, deep)
	if err != nil {
		return err
	}
	const (
		list     = "list 20"
		byOffset = "list 20 at offset "
		byCursor = "list 20 there, by cursor"
	)
	all := []struct {
		call
		aim time.Duration
	}{
		{createIdea(b.corpus, b.owner), aimCreate},
		{getIdea(b.owner), aimRead},
		{listIdeas(list, b.owner, ""), aimRead},
		{listIdeas(byOffset+thousands(deep), b.owner, fmt.Sprintf("&offset=%d", deep)), 0},
		{listIdeas(byCursor, b.owner, "&cursor="+cursor), aimRead},
		{searchIdeas(b.corpus, b.owner, 1), aimSearch},
		{searchIdeas(b.corpus, b.owner, 2), aimSearch},
		{searchIdeas(b.corpus, b.owner, 4), aimSearch},
		{readMap(b.mapped), 0},
	}
	for _, clients := range []int{1, 16} {
		var listed, single time.Duration
		for _, what := range all {
			b.say("%s, clients: %d", what.name, clients)
			r, err := measure(ctx, s, what.call, clients, b.long)
			if err != nil {
				return err
			}
			compared := ""
			switch {
			case what.name == list:
				listed = r.p50
				if clients == 1 {
					compared = times(r.p50, b.alone) + " one owner in the database"
				}
			case strings.HasPrefix(what.name, byOffset), what.name == byCursor:
				compared = times(r.p50, listed) + " " + list
			case what.name == "search, 1 word":
				single = r.p50
			case strings.HasPrefix(what.name, "search"):
				compared = times(r.p50, single) + " 1 word"
			}
			b.table.call(what.name, clients, r, what.aim, compared)
		}
	}
	memory := s.memory()
	b.table.memory("memory after the run", memory, 0, fmt.Sprintf("%.2f× idle", float64(memory)/float64(max(b.idle, 1))))
	return nil
}

// header says what was measured on what.
func (b *bench) header(w io.Writer, took time.Duration) error {
	sync, err := syncTime(b.folder)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "neuralrepo serve on SQLite, journal_mode=WAL, synchronous=%s, over HTTP with an API key.\n", strings.ToUpper(b.durability))
	fmt.Fprintf(w, "%s, %s/%s, %d cores, which the clients share: the load comes from the same machine.\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	if b.loaded != "" {
		size, err := os.Stat(config.DatabaseFile(b.data))
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "Loaded: %s, in transactions of a thousand, without HTTP. File: %s.\n", b.loaded, megabytes(size.Size()))
	}
	fmt.Fprintf(w, "Writing 4 KiB to this disk and syncing it takes %s (median); no durable write is faster.\n", milliseconds(sync))
	if b.busy != "" {
		fmt.Fprintf(w, "Load average before the run: %s.\n", b.busy)
	}
	fmt.Fprintf(w, "Each measurement took %s, the run %s.\n\n", b.long, took.Round(time.Second))
	return nil
}

// loadAverage returns how many processes wanted to run in the last minute, or
// "" if the system does not say. With more than a few tenths, the times of a
// run are those of other work, too.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// syncTime measures the disk: the median of a hundred small synced writes.
func syncTime(folder string) (time.Duration, error) {
	f, err := os.CreateTemp(folder, "sync-*")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	block := make([]byte, 4096)
	var took []time.Duration
	for range 100 {
		begin := time.Now()
		if _, err := f.Write(block); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	return quantile(took, 0.5), nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

// What a search by meaning may take beyond the embedding of its query, by how
// many ideas the owner has.
const (
	few, aimFew   = 10_000, 8 * time.Millisecond
	many, aimMany = 100_000, 40 * time.Millisecond
)

// random is a model whose vectors point anywhere, and which needs no time:
// what is measured with it is everything but embedding.
var random = embed.Model{
	ID: "random", Version: 1, Dimensions: 384,
	// One vector of six is near enough to be found, more than are shown.
	Search: embed.Closeness{{Cosine: 0, Score: 0}, {Cosine: 0.05, Score: search.DefaultThreshold}, {Cosine: 1, Score: 1}},
}

func modelOf(m embed.Model) vector.Model {
	return vector.Model{ID: m.ID, Version: m.Version, Dimensions: m.Dimensions}
}

// direction returns a random vector of length one.
func direction(rng *rand.Rand) []float32 {
	v := make([]float32, random.Dimensions)
	var square float64
	for i := range v {
		x := rng.NormFloat64()
		v[i] = float32(x)
		square += x * x
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(square))
	}
	return v
}

// directions is an embedder of random vectors. It is for one goroutine.
type directions struct{ rng *rand.Rand }

func (directions) Model() embed.Model { return random }

func (d directions) Embed(_ context.Context, texts []embed.Text) ([][]float32, error) {
	list := make([][]float32, len(texts))
	for i := range list {
		list[i] = direction(d.rng)
	}
	return list, nil
}

// crowd is a source in which every owner has the same vectors.
type crowd struct{ changes []vector.Change }

func newCrowd(n int) crowd {
	rng := rand.New(rand.NewPCG(6, 7))
	c := crowd{make([]vector.Change, n)}
	for i := range c.changes {
		c.changes[i] = vector.Change{Number: int64(i) + 1, Idea: int64(i) + 1, Vector: direction(rng)}
	}
	return c
}

func (c crowd) VectorChanges(_ context.Context, _ owner.ID, _ vector.Model, after int64) ([]vector.Change, error) {
	return c.changes[after:], nil
}

// meaning measures what search by meaning takes and keeps, without a server.
func (b *bench) meaning(ctx context.Context) error {
	for _, size := range []struct {
		ideas int
		aim   time.Duration
	}{{few, aimFew}, {many, aimMany}} {
		b.say("comparing %s vectors", thousands(size.ideas))
		if err := b.nearest(ctx, size.ideas, size.aim); err != nil {
			return err
		}
	}
	if err := b.bounded(ctx); err != nil {
		return err
	}
	if err := b.find(ctx, few, aimFew); err != nil || b.ideas < many {
		return err // a quick look
	}
	return b.find(ctx, many, aimMany)
}

// nearest measures the index alone: how long it takes to compare, and how much
// memory it needs.
func (b *bench) nearest(ctx context.Context, n int, aim time.Duration) error {
	source, rng := newCrowd(n), rand.New(rand.NewPCG(8, 9))
	before := heap()
	x := vector.New(source, math.MaxInt64)
	if _, err := x.Nearest(ctx, 1, modelOf(random), direction(rng), 1, 0, nil); err != nil {
		return err
	}
	taken := heap() - before
	took, err := b.repeat(func() error {
		_, err := x.Nearest(ctx, 1, modelOf(random), direction(rng), 200, 0.05, nil)
		return err
	})
	if err != nil {
		return err
	}
	b.table.embedding(fmt.Sprintf("nearest of %s vectors", thousands(n)), took, aim, "")
	b.table.memory(fmt.Sprintf("memory of %s vectors", thousands(n)), taken, 0,
		fmt.Sprintf("%s for 10,000, counted as %s", megabytes(taken*few/int64(n)), megabytes(x.Bytes())))
	runtime.KeepAlive(source)
	return nil
}

// heap returns how many bytes are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// bounded lets far more owners ask than there is room for.
func (b *bench) bounded(ctx context.Context) error {
	const owners, each, bound = 1_000, 1_000, 256 << 20
	b.say("searching for %s owners of %s ideas", thousands(owners), thousands(each))
	source, rng := newCrowd(each), rand.New(rand.NewPCG(8, 9))
	before := heap()
	x := vector.New(source, bound)
	var most int64
	for who := range owner.ID(owners) {
		if _, err := x.Nearest(ctx, who, modelOf(random), direction(rng), 20, 0, nil); err != nil {
			return err
		}
		most = max(most, x.Bytes())
	}
	b.table.memory(fmt.Sprintf("cache, %s owners of %s ideas", thousands(owners), thousands(each)), most, bound+1,
		fmt.Sprintf("%s of the heap", megabytes(heap()-before)))
	runtime.KeepAlive(source)
	runtime.KeepAlive(x)
	return nil
}

// find measures the program's search, over SQLite, but for the embedding of
// the query.
func (b *bench) find(ctx context.Context, n int, aim time.Duration) (err error) {
	b.say("searching %s ideas by meaning", thousands(n))
	db, err := store.Open(ctx, store.Options{
		Path: filepath.Join(b.folder, fmt.Sprint("meaning", n, ".db")), Durability: store.Normal,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rng := rand.New(rand.NewPCG(8, 9))
	p, err := database{db, b.corpus, rng}.add(ctx, "meaning", n)
	if err != nil {
		return err
	}
	for i := range n {
		if err := db.PutVector(ctx, p.owner, modelOf(random), int64(i)+1, [32]byte{}, direction(rng)); err != nil {
			return err
		}
	}
	e := directions{rng}
	s := search.New(db, idea.New(db, nil), &search.Meaning{
		Embedders: []embed.Embedder{e}, Vectors: vector.New(db, 256<<20), Library: db,
	})
	for _, mode := range []struct {
		name string
		mode search.Mode
		aim  time.Duration
	}{{"semantic search", search.Semantic, aim}, {"automatic search", "", 0}} {
		took, err := b.repeat(func() error {
			text := b.corpus.query(rng, p.seed+1+rng.Uint64N(uint64(n)), 2)
			a, err := s.Find(ctx, p.owner, search.Query{Text: text, Mode: mode.mode})
			if err == nil && (a.Type != search.ByVectors || len(a.Hits) == 0) {
				err = fmt.Errorf("%q was not found by meaning", text)
			}
			return err
		})
		if err != nil {
			return err
		}
		b.table.embedding(fmt.Sprintf("%s of %s ideas", mode.name, thousands(n)), took, mode.aim, "beyond embedding")
	}
	return nil
}

// repeat does something once and then for as long as a measurement takes, and
// returns how long it took each time, in order.
func (b *bench) repeat(f func() error) ([]time.Duration, error) {
	if err := f(); err != nil {
		return nil, err
	}
	var took []time.Duration
	for until := time.Now().Add(b.long); len(took) < 3 || time.Now().Before(until); {
		begin := time.Now()
		if err := f(); err != nil {
			return nil, err
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	return took, nil
}

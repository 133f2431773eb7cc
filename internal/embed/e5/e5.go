// Package e5 is the embedding model that is part of the program:
// multilingual-e5-small, which was trained on texts in about a hundred
// languages, so that a question lies near its answer in any of them.
//
//	text -> pieces -> windows -> network -> mean -> centre -> vector
//
// The tokenizer cuts a text into pieces of a vocabulary of 250,000. A text
// that is longer than a window is read through several of them. The network,
// twelve layers of attention, gives a vector for every piece in its window;
// their mean stands for the window. What all ideas have in common, and all
// queries, is taken away, and the rest is brought to length one.
//
// The weights are one file in the program, 4 bits each; they stay there, and
// a strip of them at a time is unpacked while it is multiplied. docs/embedding.md
// says why this model was chosen and how good it is. There is no network and
// no C in it, and nothing happens before the first text is to be embedded.
package e5

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"sync"

	"github.com/neuralrepo/neuralrepo/internal/embed"
)

//go:embed e5small.bin
var weights []byte

//go:embed centre.bin
var centre []byte

// Embedder embeds with the model that is part of the program. Any number of
// goroutines may use it; each embeds on its own core.
type Embedder struct {
	load func() (*loaded, error)
}

// loaded is what comes of reading the files.
type loaded struct {
	*network
	ideas, queries []float32 // what all of them have in common
	spaces         sync.Pool // of *workspace
}

// New returns an embedder. The model is loaded when it is first used, which
// takes some hundredths of a second and about ten megabytes.
func New() *Embedder {
	return &Embedder{load: sync.OnceValues(func() (*loaded, error) { return open(weights, centre) })}
}

// open loads a model and its centres.
func open(weights, centre []byte) (*loaded, error) {
	n, err := load(weights)
	if err != nil {
		return nil, err
	}
	r := &reader{rest: centre}
	l := &loaded{network: n, ideas: r.floats(n.hidden), queries: r.floats(n.hidden)}
	if r.err != nil || len(r.rest) > 0 {
		return nil, fmt.Errorf("the centres of the embedding model have %d bytes, not %d", len(centre), 8*n.hidden)
	}
	l.spaces.New = func() any { return new(workspace) }
	return l, nil
}

// Model says whose vectors these are.
func (*Embedder) Model() embed.Model {
	return embed.Model{
		ID:         "multilingual-e5-small-q4",
		Version:    1,
		Dimensions: 384,
		Ideas:      ideas(),
		Search:     search(),
	}
}

// Embed returns a vector of length one for every text.
func (e *Embedder) Embed(ctx context.Context, texts []embed.Text) ([][]float32, error) {
	model, err := e.load()
	if err != nil {
		return nil, err
	}
	sums, err := model.read(ctx, texts)
	if err != nil {
		return nil, fmt.Errorf("embed %d texts: %w", len(texts), err)
	}
	for i, text := range texts {
		common := model.ideas
		if text.Query {
			common = model.queries
		}
		unit(sums[i])
		for j := range sums[i] {
			sums[i][j] -= common[j]
		}
		unit(sums[i])
	}
	return sums, nil
}

// unit brings a vector to length one.
func unit(v []float32) {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	factor := float32(1 / math.Sqrt(max(sum, 1e-24)))
	for i := range v {
		v[i] *= factor
	}
}

// together is how many pieces go through the network in one pass, at most:
// enough to make unpacking the weights cheap, few enough for the caches.
const together = 256

// read returns the weighted sum of the means of each text's windows.
func (l *loaded) read(ctx context.Context, texts []embed.Text) ([][]float32, error) {
	w := l.spaces.Get().(*workspace)
	defer l.spaces.Put(w)

	sums := make([][]float32, len(texts))
	var pass []window
	var from []int // text that a window of the pass is of
	pieces := 0
	flush := func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		ids, means := make([][]int32, len(pass)), make([][]float32, len(pass))
		for i, win := range pass {
			ids[i], means[i] = win.pieces, make([]float32, l.hidden)
		}
		l.run(ids, means, w)
		for i, mean := range means {
			for j, v := range mean {
				sums[from[i]][j] += v * pass[i].weight
			}
		}
		pass, from, pieces = pass[:0], from[:0], 0
		return nil
	}
	for i, text := range texts {
		sums[i] = make([]float32, l.hidden)
		for _, win := range l.windows(text) {
			if pieces > 0 && pieces+len(win.pieces) > together {
				if err := flush(); err != nil {
					return nil, err
				}
			}
			pass, from, pieces = append(pass, win), append(from, i), pieces+len(win.pieces)
		}
	}
	if len(pass) > 0 {
		if err := flush(); err != nil {
			return nil, err
		}
	}
	return sums, nil
}

// NewRaw returns an embedder that takes nothing away from what the network
// says: to measure what texts have in common.
func NewRaw() *Embedder {
	return &Embedder{load: sync.OnceValues(func() (*loaded, error) { return open(weights, make([]byte, len(centre))) })}
}

// NewPlain returns an embedder that uses no assembly: to measure what that
// gains. Its vectors are the same.
func NewPlain() *Embedder {
	return &Embedder{load: sync.OnceValues(func() (*loaded, error) {
		l, err := open(weights, centre)
		if err != nil {
			return nil, err
		}
		l.spaces.New = func() any {
			w := new(workspace)
			w.scratch.Plain = true
			return w
		}
		return l, nil
	})}
}

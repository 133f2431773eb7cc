package search

import (
	"container/list"
	"context"
	"crypto/sha256"
	"sync"

	"github.com/neuralrepo/neuralrepo/internal/embed"
)

// recallBytes bounds what is kept of the vectors of tags: some ten thousand.
const recallBytes = 16 << 20

// recall remembers the vectors of short texts that are asked for again and
// again. A vector depends on its text alone, so owners who have a tag of one
// name share one. The zero value is ready.
type recall struct {
	mu    sync.Mutex
	known map[recalled]*list.Element // of *remembered
	used  list.List                  // the one used last in front
	bytes int
}

type recalled struct {
	model   string
	version int
	sum     [sha256.Size]byte
}

type remembered struct {
	key    recalled
	vector []float32
}

func (r remembered) bytes() int { return 4*len(r.vector) + 256 }

// embed returns the vectors of texts, and asks the model for new ones alone.
func (r *recall) embed(ctx context.Context, e embed.Embedder, texts []embed.Text) ([][]float32, error) {
	m := e.Model()
	vectors := make([][]float32, len(texts))
	var missing []int
	var ask []embed.Text
	for i, t := range texts {
		if vectors[i] = r.get(recalled{m.ID, m.Version, t.Sum()}); vectors[i] == nil {
			missing, ask = append(missing, i), append(ask, t)
		}
	}
	if len(ask) == 0 {
		return vectors, nil
	}
	made, err := e.Embed(ctx, ask)
	if err != nil {
		return nil, err
	}
	for k, i := range missing {
		vectors[i] = made[k]
		r.put(recalled{m.ID, m.Version, texts[i].Sum()}, made[k])
	}
	return vectors, nil
}

func (r *recall) get(k recalled) []float32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.known[k]
	if !ok {
		return nil
	}
	r.used.MoveToFront(e)
	return e.Value.(*remembered).vector
}

func (r *recall) put(k recalled, v []float32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known[k] != nil {
		return
	}
	if r.known == nil {
		r.known = map[recalled]*list.Element{}
	}
	one := &remembered{k, v}
	r.known[k] = r.used.PushFront(one)
	for r.bytes += one.bytes(); r.bytes > recallBytes; {
		gone := r.used.Remove(r.used.Back()).(*remembered)
		delete(r.known, gone.key)
		r.bytes -= gone.bytes()
	}
}

package e5

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/neuralrepo/neuralrepo/internal/matrix"
)

// network is a loaded model: an encoder of the BERT family and its tokenizer.
type network struct {
	hidden, heads, inner, positions int

	words    []byte // 4-bit rows of the vocabulary, unpacked when they are used
	position []float32
	first    scaling // of the words
	layers   []layer
	gelu     *gelu
	exponent *exponent

	tokenizer tokenizer
}

// layer is one layer of the encoder: attention, then two products with a
// bend between them, each added to what came in and normalised.
type layer struct {
	attend  product // queries, keys and values side by side
	join    product
	joined  scaling
	widen   product
	narrow  product
	outcome scaling
}

// product is a matrix and what is added to its results.
type product struct {
	matrix matrix.FourBit
	bias   []float32
}

// scaling brings a row to mean 0 and variance 1, then scales and shifts it.
type scaling struct{ scale, shift []float32 }

// magic is how a file of this format begins; its last part is the version.
const magic = "NRE5\x01\x00\x00\x00"

// load reads a model of the format that scripts/embedmodel writes: sizes, the
// vocabulary, the rules of normalisation, the rows of the vocabulary, the
// positions, and the layers in the order in which they are computed. All
// numbers are little-endian. The packed weights stay in data.
func load(data []byte) (*network, error) {
	r := &reader{rest: data}
	if string(r.bytes(len(magic))) != magic {
		return nil, errors.New("this is no embedding model of this program")
	}
	pieces, hidden, layers := r.size(), r.size(), r.size()
	heads, inner, positions := r.size(), r.size(), r.size()
	if heads == 0 || hidden%heads != 0 || hidden/heads != headWidth || hidden%matrix.Deep != 0 {
		return nil, fmt.Errorf("%d numbers in %d heads is no shape for this program", hidden, heads)
	}
	if positions < windowPieces {
		return nil, fmt.Errorf("%d places are too few for a window of %d", positions, windowPieces)
	}
	n := &network{hidden: hidden, heads: heads, inner: inner, positions: positions, gelu: newGELU(), exponent: newExponent()}
	var err error
	if n.tokenizer, err = r.tokenizer(pieces); err != nil {
		return nil, err
	}
	n.words = r.bytes(pieces * wordBytes(hidden))
	n.position = r.floats(positions * hidden)
	n.first = r.scaling(hidden)
	for range layers {
		var l layer
		l.attend = r.product(hidden, 3*hidden)
		l.join = r.product(hidden, hidden)
		l.joined = r.scaling(hidden)
		l.widen = r.product(hidden, inner)
		l.narrow = r.product(inner, hidden)
		l.outcome = r.scaling(hidden)
		n.layers = append(n.layers, l)
	}
	if r.err == nil && len(r.rest) > 0 {
		r.err = fmt.Errorf("%d bytes are left over", len(r.rest))
	}
	if r.err != nil {
		return nil, fmt.Errorf("read the embedding model: %w", r.err)
	}
	return n, nil
}

// reader takes a file apart. After its first error it gives zeros.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) bytes(n int) []byte {
	if r.err == nil && (n < 0 || n > len(r.rest)) {
		r.err = fmt.Errorf("the file ends before the next %d bytes", n)
	}
	if r.err != nil {
		return nil
	}
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

// size reads a number that is a size, and refuses what can be none.
func (r *reader) size() int {
	b := r.bytes(4)
	if b == nil {
		return 0
	}
	n := binary.LittleEndian.Uint32(b)
	if n > 1<<24 && r.err == nil {
		r.err = fmt.Errorf("%d is no size of a model", n)
		return 0
	}
	return int(n)
}

func (r *reader) floats(n int) []float32 {
	b := r.bytes(4 * n)
	list := make([]float32, len(b)/4)
	for i := range list {
		list[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return list
}

func (r *reader) scaling(n int) scaling { return scaling{scale: r.floats(n), shift: r.floats(n)} }

func (r *reader) product(in, out int) product {
	scales, packed := matrix.FourBitSize(in, out)
	s, p := r.bytes(scales), r.bytes(packed)
	if r.err != nil {
		return product{}
	}
	m, err := matrix.NewFourBit(in, out, s, p)
	if err != nil {
		r.err = err
	}
	return product{m, r.floats(out)}
}

// tokenizer reads the vocabulary and the rules of normalisation.
func (r *reader) tokenizer(pieces int) (tokenizer, error) {
	size := r.size()
	lengths := r.bytes(pieces)
	text := r.bytes(size)
	scores := r.floats(pieces)
	rules := r.size()
	normal := &reader{rest: r.bytes(r.size())}
	replace := make(map[rune][]rune, min(rules, len(normal.rest)))
	for range rules {
		from := rune(normal.size())
		count := normal.bytes(1)
		if normal.err != nil {
			break
		}
		to := make([]rune, count[0])
		for i := range to {
			to[i] = rune(normal.size())
		}
		replace[from] = to
	}
	if err := errors.Join(r.err, normal.err); err != nil {
		return tokenizer{}, fmt.Errorf("read the vocabulary: %w", err)
	}
	return newTokenizer(lengths, text, scores, replace)
}

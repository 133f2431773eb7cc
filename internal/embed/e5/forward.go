package e5

import (
	"encoding/binary"
	"math"

	"github.com/neuralrepo/neuralrepo/internal/matrix"
)

// headWidth is how many numbers a head of attention works on.
const headWidth = 2 * matrix.Wide

// epsilon keeps a norm from dividing by nothing.
const epsilon = 1e-12

// workspace is the memory of a pass through the network. It grows to what it
// was needed for and is used again.
type workspace struct {
	scratch matrix.Scratch

	rows, mixed, added, wide []float32
	threes                   []float32 // queries, keys and values
	panel, weights, heads    []float32 // of one head's attention
}

// room returns a slice of n numbers in the memory of s, without clearing it.
func room(s *[]float32, n int) []float32 {
	if cap(*s) < n {
		*s = make([]float32, n)
	}
	return (*s)[:n]
}

// run puts texts, each given as pieces, through the network in one pass: the
// weights are unpacked once for all of them. It sets means to the mean of the
// last layer over the pieces of each text.
func (n *network) run(texts [][]int32, means [][]float32, w *workspace) {
	total := 0
	for _, ids := range texts {
		total += len(ids)
	}
	// Attention reads whole groups of rows from where a text begins, so there
	// are some more after the last.
	padded := matrix.Pad(total)
	size := (padded + matrix.Tall) * n.hidden
	rows, mixed, added := room(&w.rows, size), room(&w.mixed, size), room(&w.added, size)
	wide := room(&w.wide, padded*n.inner)
	threes := room(&w.threes, (padded+matrix.Tall)*3*n.hidden)
	clear(rows)
	clear(mixed)
	clear(threes)

	at := 0
	for _, ids := range texts {
		for place, id := range ids {
			n.word(rows[at*n.hidden:(at+1)*n.hidden], id, place)
			at++
		}
	}
	n.first.apply(rows, nil, total)
	for i := range n.layers {
		l := &n.layers[i]
		l.attend.apply(threes, rows, padded, w)
		at = 0
		for _, ids := range texts {
			for head := range n.heads {
				n.attend(mixed[at*n.hidden:], threes[at*3*n.hidden:], len(ids), head, w)
			}
			at += len(ids)
		}
		l.join.apply(added, mixed, padded, w)
		l.joined.apply(rows, added, total)
		l.widen.apply(wide, rows, padded, w)
		n.gelu.apply(wide[:total*n.inner])
		l.narrow.apply(added, wide, padded, w)
		l.outcome.apply(rows, added, total)
	}

	at = 0
	for i, ids := range texts {
		mean := means[i]
		clear(mean)
		for range ids {
			for j, v := range rows[at*n.hidden : (at+1)*n.hidden] {
				mean[j] += v
			}
			at++
		}
		for j := range mean {
			mean[j] /= float32(len(ids))
		}
	}
}

// Words are blocks of a scale of half precision and 32 weights of four bits:
// byte j has weight j in its low and j+16 in its high half.
const (
	wordBlock      = 32
	wordBlockBytes = 2 + wordBlock/2
)

// wordBytes is how much room a word takes.
func wordBytes(hidden int) int { return hidden / wordBlock * wordBlockBytes }

// word sets row to a piece at a place.
func (n *network) word(row []float32, id int32, place int) {
	size := wordBytes(n.hidden)
	packed := n.words[int(id)*size : (int(id)+1)*size]
	copy(row, n.position[place*n.hidden:])
	for ; len(packed) > 0; packed, row = packed[wordBlockBytes:], row[wordBlock:] {
		scale := matrix.Half(binary.LittleEndian.Uint16(packed))
		for j, q := range packed[2:wordBlockBytes] {
			row[j] += float32(int(q&15)-8) * scale
			row[j+wordBlock/2] += float32(int(q>>4)-8) * scale
		}
	}
}

// apply sets y to the product of x.
func (p *product) apply(y, x []float32, rows int, w *workspace) {
	p.matrix.Multiply(y, x, rows, p.bias, &w.scratch)
}

// apply normalises rows, after adding other to them unless it is nil.
func (n scaling) apply(rows, other []float32, count int) {
	width := len(n.scale)
	for r := range count {
		row := rows[r*width : (r+1)*width]
		if other != nil {
			for j, v := range other[r*width : (r+1)*width] {
				row[j] += v
			}
		}
		var mean, variance float32
		for _, v := range row {
			mean += v
		}
		mean /= float32(width)
		for _, v := range row {
			variance += (v - mean) * (v - mean)
		}
		factor := float32(1 / math.Sqrt(float64(variance/float32(width))+epsilon))
		for j, v := range row {
			row[j] = (v-mean)*factor*n.scale[j] + n.shift[j]
		}
	}
}

// attend sets the part of a head in the rows of mixed: for each piece of a
// text the values of all pieces, by how well their keys fit its query. Both
// products run on the loop that everything else runs on, with keys and values
// as its panels.
func (n *network) attend(mixed, threes []float32, length, head int, w *workspace) {
	step := 3 * n.hidden
	queries := threes[head*headWidth:]
	keys, values := queries[n.hidden:], queries[2*n.hidden:]
	padded := matrix.Pad(length)
	columns := (length + matrix.Wide - 1) / matrix.Wide * matrix.Wide

	panel := room(&w.panel, max(headWidth, length)*matrix.Wide)
	weights := room(&w.weights, padded*columns)
	clear(weights)
	for from := 0; from < length; from += matrix.Wide {
		clear(panel)
		for j := range min(matrix.Wide, length-from) {
			for k, v := range keys[(from+j)*step:][:headWidth] {
				panel[k*matrix.Wide+j] = v
			}
		}
		for r := 0; r < padded; r += matrix.Tall {
			w.scratch.Accumulate(headWidth, queries[r*step:], step, panel, weights[r*columns+from:], columns)
		}
	}
	for r := range length {
		n.exponent.softmax(weights[r*columns:][:length])
	}

	heads := room(&w.heads, padded*headWidth)
	clear(heads)
	for from := 0; from < headWidth; from += matrix.Wide {
		for r := range length {
			copy(panel[r*matrix.Wide:(r+1)*matrix.Wide], values[r*step+from:])
		}
		for r := 0; r < padded; r += matrix.Tall {
			w.scratch.Accumulate(length, weights[r*columns:], columns, panel, heads[r*headWidth+from:], headWidth)
		}
	}
	for r := range length {
		copy(mixed[r*n.hidden+head*headWidth:], heads[r*headWidth:(r+1)*headWidth])
	}
}

// softmax turns fits into shares of one.
func (e *exponent) softmax(row []float32) {
	const scale = 0.1767766952966369 // one over the root of headWidth
	most := float32(math.Inf(-1))
	for _, v := range row {
		most = max(most, v)
	}
	var sum float32
	for i, v := range row {
		share := e.of((most - v) * scale)
		row[i] = share
		sum += share
	}
	whole := 1 / sum
	for i := range row {
		row[i] *= whole
	}
}

// exponent is a table of e to the minus x. Between its points the first terms
// of the series are taken, whose error is below 1e-6 of the value, which is
// less than that of the weights by far. math.Exp would take an eighth of the
// time of a pass.
type exponent struct {
	points [exponentReach*exponentSteps + 1]float32
}

const (
	exponentReach = 24 // beyond it the value is below what a sum keeps
	exponentSteps = 64
)

func newExponent() *exponent {
	e := new(exponent)
	for i := range e.points {
		e.points[i] = float32(math.Exp(-float64(i) / exponentSteps))
	}
	return e
}

// of returns e to the minus x, for an x that is not negative.
func (e *exponent) of(x float32) float32 {
	if !(x < exponentReach) {
		return 0
	}
	i := int(x * exponentSteps)
	rest := x - float32(i)*(1.0/exponentSteps)
	return e.points[i] * (1 - rest*(1-rest*0.5))
}

// gelu is a table of the bend between two products, x times the part of a
// normal distribution below x, with straight lines between its points: their
// error is below 3e-6, which is less than that of the weights by far.
type gelu struct {
	points [2*geluReach*geluSteps + 2]float32
}

const (
	geluReach = 8 // beyond it the bend is 0 or x
	geluSteps = 256
)

func newGELU() *gelu {
	g := new(gelu)
	for i := range g.points {
		x := float64(i)/geluSteps - geluReach
		g.points[i] = float32(x / 2 * math.Erfc(-x/math.Sqrt2))
	}
	return g
}

func (g *gelu) apply(row []float32) {
	for i, x := range row {
		switch {
		case x >= geluReach:
		case x > -geluReach:
			at := (x + geluReach) * geluSteps
			j := int(at)
			a, b := g.points[j], g.points[j+1]
			row[i] = a + (b-a)*(at-float32(j))
		case x <= -geluReach:
			row[i] = 0
		}
	}
}

package matrix

// Accumulate adds a product to four rows of y: sixteen columns, beginning at
// y[0], y[yStep], y[2*yStep] and y[3*yStep]. The rows of x are depth long and
// xStep apart; panel has depth rows of sixteen weights.
func (s *Scratch) Accumulate(depth int, x []float32, xStep int, panel, y []float32, yStep int) {
	if depth == 0 {
		return
	}
	// The bounds are checked here, once: assembly does not.
	_ = x[3*xStep+depth-1]
	_ = panel[depth*Wide-1]
	_ = y[3*yStep+Wide-1]
	if s.Plain {
		plainAccumulate(depth, x, xStep, panel, y, yStep)
		return
	}
	accumulate(depth, x, xStep, panel, y, yStep)
}

// plainAccumulate is accumulate without assembly, for a depth of at least
// one: two rows and four columns at a time, whose eight sums a compiler can
// keep in registers.
func plainAccumulate(depth int, x []float32, xStep int, panel, y []float32, yStep int) {
	for row := 0; row < Tall; row += 2 {
		xa, xb := x[row*xStep:][:depth], x[(row+1)*xStep:][:depth]
		ya, yb := (*[Wide]float32)(y[row*yStep:]), (*[Wide]float32)(y[(row+1)*yStep:])
		for c := 0; c < Wide; c += 4 {
			var a0, a1, a2, a3, b0, b1, b2, b3 float32
			at := c
			for k, a := range xa {
				b := xb[k]
				w := panel[at : at+4 : at+4]
				a0 += a * w[0]
				a1 += a * w[1]
				a2 += a * w[2]
				a3 += a * w[3]
				b0 += b * w[0]
				b1 += b * w[1]
				b2 += b * w[2]
				b3 += b * w[3]
				at += Wide
			}
			ya[c] += a0
			ya[c+1] += a1
			ya[c+2] += a2
			ya[c+3] += a3
			yb[c] += b0
			yb[c+1] += b1
			yb[c+2] += b2
			yb[c+3] += b3
		}
	}
}

package matrix

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Deep is how many weights of a column share a scale.
const Deep = 32

// blockBytes is what a block of Deep rows of a panel takes: half a byte each.
const blockBytes = Deep * Wide / 2

// FourBit is a matrix of weights, four bits each: w = scale * (q - 8).
//
// It is stored panel by panel, so that one panel is unpacked, used for all
// rows of activations while it is in the nearest cache, and overwritten by
// the next. The packed weights are not copied: they stay where they are, in
// the pages of the program's own file.
type FourBit struct {
	in, out int
	scales  []float32 // [panel][block][Wide]
	packed  []byte    // [panel][block][Deep][Wide/2]; the low half is column j, the high half j+8
}

// FourBitSize returns how many bytes of half-precision scales and of packed
// weights a matrix has.
func FourBitSize(in, out int) (scales, packed int) {
	return in / Deep * out * 2, in * out / 2
}

// NewFourBit makes a matrix with in rows and out columns. The scales are
// numbers of half precision, little-endian.
func NewFourBit(in, out int, scales, packed []byte) (FourBit, error) {
	if in%Deep != 0 || out%Wide != 0 {
		return FourBit{}, fmt.Errorf("a matrix of %d by %d does not divide into panels", in, out)
	}
	if s, p := FourBitSize(in, out); len(scales) != s || len(packed) != p {
		return FourBit{}, fmt.Errorf("a matrix of %d by %d has %d bytes of scales and %d of weights, not %d and %d", in, out, s, p, len(scales), len(packed))
	}
	m := FourBit{in: in, out: out, scales: make([]float32, len(scales)/2), packed: packed}
	for i := range m.scales {
		m.scales[i] = Half(binary.LittleEndian.Uint16(scales[2*i:]))
	}
	return m, nil
}

// In is the number of rows: how wide activations are before the product.
func (m FourBit) In() int { return m.in }

// Out is the number of columns: how wide they are after it.
func (m FourBit) Out() int { return m.out }

// strip is how many rows of a panel are unpacked at a time: 24 KB, which
// leaves room in the nearest cache for the activations.
const strip = 384

// Scratch is the room that a product needs, to be used again for the next.
type Scratch struct {
	Plain bool // never use assembly: to compare with it

	panel [strip * Wide]float32
}

// Multiply sets y = x·m + bias, for a number of rows that is a multiple of
// Tall. Rows of x are In() long, rows of y Out().
func (m FourBit) Multiply(y, x []float32, rows int, bias []float32, s *Scratch) {
	for r := range rows {
		copy(y[r*m.out:(r+1)*m.out], bias)
	}
	blocks := m.in / Deep
	for column := 0; column < m.out; column += Wide {
		first := column / Wide * blocks // block of the panel
		for from := 0; from < m.in; from += strip {
			depth := min(strip, m.in-from)
			block := first + from/Deep
			unpack := unpack
			if s.Plain {
				unpack = plainUnpack
			}
			unpack(depth/Deep, m.scales[block*Wide:], m.packed[block*blockBytes:], s.panel[:depth*Wide])
			for r := 0; r < rows; r += Tall {
				s.Accumulate(depth, x[r*m.in+from:], m.in, s.panel[:], y[r*m.out+column:], m.out)
			}
		}
	}
}

// plainUnpack is unpack without assembly.
func plainUnpack(blocks int, scales []float32, packed []byte, panel []float32) {
	for b := range blocks {
		scale := (*[Wide]float32)(scales[b*Wide:])
		for k := range Deep {
			in := (*[Wide / 2]byte)(packed[b*blockBytes+k*Wide/2:])
			out := (*[Wide]float32)(panel[(b*Deep+k)*Wide:])
			for j, q := range in {
				out[j] = float32(int(q&15)-8) * scale[j]
				out[j+8] = float32(int(q>>4)-8) * scale[j+8]
			}
		}
	}
}

// Half returns the number of half precision with these bits.
func Half(h uint16) float32 {
	sign := uint32(h>>15) << 31
	exponent, fraction := uint32(h>>10&31), uint32(h&1023)
	switch exponent {
	case 0: // too small for a leading one: fraction * 2^-24
		f := float32(fraction) / (1 << 24)
		return math.Float32frombits(math.Float32bits(f) | sign)
	case 31: // infinite, or no number
		return math.Float32frombits(sign | 255<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}

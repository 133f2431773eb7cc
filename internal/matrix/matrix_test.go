package matrix

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func chance() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func floats(r *rand.Rand, n int) []float32 {
	list := make([]float32, n)
	for i := range list {
		list[i] = float32(r.NormFloat64())
	}
	return list
}

// near reports whether two sums of n products of numbers near one are equal
// but for rounding.
func near(a, b float32, n int) bool {
	return math.Abs(float64(a-b)) <= 1e-6*float64(n+1)
}

func TestDot(t *testing.T) {
	r := chance()
	for n := range 200 {
		a, b := floats(r, n), floats(r, n)
		var want float64
		for i := range a {
			want += float64(a[i]) * float64(b[i])
		}
		if got := Dot(a, b); !near(got, float32(want), n) {
			t.Errorf("Dot of %d = %v, want %v", n, got, want)
		}
		if got := plainDot(a, b); !near(got, float32(want), n) {
			t.Errorf("plainDot of %d = %v, want %v", n, got, want)
		}
	}
}

func TestDotRefusesAShorterVector(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Dot read beyond the end")
		}
	}()
	Dot(make([]float32, 8), make([]float32, 7))
}

func TestAccumulate(t *testing.T) {
	r := chance()
	for _, depth := range []int{0, 1, 2, 3, 7, 32, 33, 384} {
		xStep, yStep := depth+r.IntN(5), Wide+r.IntN(40)
		x, panel, y := floats(r, 3*xStep+depth), floats(r, depth*Wide), floats(r, 3*yStep+Wide)
		want := slices.Clone(y)
		for row := range Tall {
			for c := range Wide {
				for k := range depth {
					want[row*yStep+c] += x[row*xStep+k] * panel[k*Wide+c]
				}
			}
		}
		got, plain := slices.Clone(y), slices.Clone(y)
		new(Scratch).Accumulate(depth, x, xStep, panel, got, yStep)
		(&Scratch{Plain: true}).Accumulate(depth, x, xStep, panel, plain, yStep)
		for i := range want {
			if !near(got[i], want[i], depth) || !near(plain[i], want[i], depth) {
				t.Fatalf("depth %d, element %d: %v and in plain Go %v, want %v", depth, i, got[i], plain[i], want[i])
			}
		}
	}
}

func TestAccumulateChecksBounds(t *testing.T) {
	full := func() (x, panel, y []float32) {
		return make([]float32, 4*8), make([]float32, 8*Wide), make([]float32, 4*Wide)
	}
	for name, cut := range map[string]func(x, panel, y *[]float32){
		"x":     func(x, _, _ *[]float32) { *x = (*x)[:31] },
		"panel": func(_, p, _ *[]float32) { *p = (*p)[:8*Wide-1] },
		"y":     func(_, _, y *[]float32) { *y = (*y)[:4*Wide-1] },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("Accumulate went beyond the end")
				}
			}()
			x, panel, y := full()
			cut(&x, &panel, &y)
			new(Scratch).Accumulate(8, x, 8, panel, y, Wide)
		})
	}
}

// fourBit makes a matrix and the numbers it stands for, [in][out].
func fourBit(t *testing.T, r *rand.Rand, in, out int) (FourBit, []float32) {
	t.Helper()
	s, p := FourBitSize(in, out)
	scales, packed := make([]byte, s), make([]byte, p)
	for i := 0; i < s; i += 2 {
		binary.LittleEndian.PutUint16(scales[i:], uint16(0x2000+r.IntN(0x1000))) // 0.008 to 0.12
	}
	for i := range packed {
		packed[i] = byte(r.Uint32())
	}
	m, err := NewFourBit(in, out, scales, packed)
	if err != nil {
		t.Fatal(err)
	}
	numbers := make([]float32, in*out)
	for k := range in {
		for c := range out {
			block := c/Wide*(in/Deep) + k/Deep
			j := c % Wide
			q := packed[block*blockBytes+k%Deep*Wide/2+j%8]
			if j >= 8 {
				q >>= 4
			}
			scale := Half(binary.LittleEndian.Uint16(scales[2*(block*Wide+j):]))
			numbers[k*out+c] = scale * float32(int(q&15)-8)
		}
	}
	return m, numbers
}

func TestMultiply(t *testing.T) {
	r := chance()
	for _, size := range []struct{ in, out, rows int }{{32, 16, 4}, {64, 48, 8}, {384, 32, 4}, {416, 16, 12}, {1536, 32, 4}} {
		m, w := fourBit(t, r, size.in, size.out)
		x, bias := floats(r, size.rows*size.in), floats(r, size.out)
		y := floats(r, size.rows*size.out) // what was there before does not count
		plain := make([]float32, len(y))
		m.Multiply(y, x, size.rows, bias, new(Scratch))
		m.Multiply(plain, x, size.rows, bias, &Scratch{Plain: true})
		for row := range size.rows {
			for c := range size.out {
				want := float64(bias[c])
				for k := range size.in {
					want += float64(x[row*size.in+k]) * float64(w[k*size.out+c])
				}
				at := row*size.out + c
				if !near(y[at], float32(want), size.in) || !near(plain[at], float32(want), size.in) {
					t.Fatalf("%+v: row %d, column %d: %v and in plain Go %v, want %v", size, row, c, y[at], plain[at], want)
				}
			}
		}
	}
}

func TestUnpackIsExact(t *testing.T) {
	r := chance()
	m, _ := fourBit(t, r, 96, 16)
	got, want := make([]float32, 96*Wide), make([]float32, 96*Wide)
	unpack(3, m.scales, m.packed, got)
	plainUnpack(3, m.scales, m.packed, want)
	if !slices.Equal(got, want) {
		t.Error("assembly and plain Go unpack differently")
	}
}

func TestNewFourBitRefusesOtherSizes(t *testing.T) {
	for _, bad := range []struct{ in, out, scales, packed int }{
		{31, 16, 32, 248}, {32, 15, 30, 240}, {32, 16, 31, 256}, {32, 16, 32, 255}, {0, 16, 2, 0},
	} {
		if _, err := NewFourBit(bad.in, bad.out, make([]byte, bad.scales), make([]byte, bad.packed)); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

func TestHalf(t *testing.T) {
	for bits, want := range map[uint16]float32{
		0x0000: 0, 0x3c00: 1, 0xc000: -2, 0x3555: 0.33325195, 0x7bff: 65504,
		0x0400: 6.1035156e-05, 0x03ff: 6.097555e-05, 0x0001: 5.9604645e-08, 0x8001: -5.9604645e-08,
		0x7c00: float32(math.Inf(1)), 0xfc00: float32(math.Inf(-1)),
	} {
		if got := Half(bits); got != want {
			t.Errorf("Half(%#04x) = %v, want %v", bits, got, want)
		}
	}
	if got := Half(0x7e00); got == got {
		t.Errorf("Half(0x7e00) = %v, want no number", got)
	}
}

func TestPad(t *testing.T) {
	for rows, want := range map[int]int{0: 0, 1: 4, 4: 4, 5: 8} {
		if got := Pad(rows); got != want {
			t.Errorf("Pad(%d) = %d, want %d", rows, got, want)
		}
	}
}

func BenchmarkMultiply(b *testing.B) {
	s, p := FourBitSize(384, 1536)
	m, err := NewFourBit(384, 1536, make([]byte, s), make([]byte, p))
	if err != nil {
		b.Fatal(err)
	}
	const rows = 12
	x, y, bias := make([]float32, rows*384), make([]float32, rows*1536), make([]float32, 1536)
	var scratch Scratch
	b.SetBytes(rows * 384 * 1536) // products, as if they were bytes
	for b.Loop() {
		m.Multiply(y, x, rows, bias, &scratch)
	}
}

func BenchmarkDot(b *testing.B) {
	v := make([]float32, 384)
	for b.Loop() {
		Dot(v, v)
	}
}

//go:build amd64 && !purego

package matrix

import "golang.org/x/sys/cpu"

// fast reports whether the processor has what the assembly needs.
func fast() bool { return cpu.X86.HasAVX2 && cpu.X86.HasFMA }

func dot(a, b []float32) float32 {
	if !fast() {
		return plainDot(a, b)
	}
	return dotAVX2(len(a), &a[0], &b[0])
}

func accumulate(depth int, x []float32, xStep int, panel, y []float32, yStep int) {
	if !fast() {
		plainAccumulate(depth, x, xStep, panel, y, yStep)
		return
	}
	accumulateAVX2(depth, &x[0], xStep, &panel[0], &y[0], yStep)
}

func unpack(blocks int, scales []float32, packed []byte, panel []float32) {
	if blocks == 0 || !fast() {
		plainUnpack(blocks, scales, packed, panel)
		return
	}
	// The bounds are checked here, once: assembly does not.
	_ = scales[blocks*Wide-1]
	_ = packed[blocks*blockBytes-1]
	_ = panel[blocks*Deep*Wide-1]
	unpackAVX2(blocks, &scales[0], &packed[0], &panel[0])
}

// dotAVX2 is dot for n of at least one.
//
//go:noescape
func dotAVX2(n int, a, b *float32) float32

// accumulateAVX2 is accumulate for a depth of at least one.
//
//go:noescape
func accumulateAVX2(depth int, x *float32, xStep int, panel, y *float32, yStep int)

// unpackAVX2 is unpack for at least one block.
//
//go:noescape
func unpackAVX2(blocks int, scales *float32, packed *byte, panel *float32)

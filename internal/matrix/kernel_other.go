//go:build !amd64 || purego

package matrix

func dot(a, b []float32) float32 { return plainDot(a, b) }

func accumulate(depth int, x []float32, xStep int, panel, y []float32, yStep int) {
	plainAccumulate(depth, x, xStep, panel, y, yStep)
}

func unpack(blocks int, scales []float32, packed []byte, panel []float32) {
	plainUnpack(blocks, scales, packed, panel)
}

package matrix

// Dot returns the sum of the products of a and b, which are equally long.
func Dot(a, b []float32) float32 {
	b = b[:len(a)] // panics where the caller is wrong, not in the loop
	if len(a) == 0 {
		return 0
	}
	return dot(a, b)
}

// plainDot is dot without assembly. Four sums hide the wait for each.
func plainDot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s0 += x[0] * y[0]
		s1 += x[1] * y[1]
		s2 += x[2] * y[2]
		s3 += x[3] * y[3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + (s2 + s3)
}

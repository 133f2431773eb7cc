package embed

// Closeness turns a cosine into a score from 0 to 1: straight lines between
// points, the score never falling while the cosine rises. Before the first
// point the score is that of the first, after the last that of the last.
type Closeness []Point

// Point is a cosine and the score that stands for it.
type Point struct{ Cosine, Score float64 }

// Score returns the score for a cosine.
func (c Closeness) Score(cosine float64) float64 {
	return along(c, cosine, func(p Point) (from, to float64) { return p.Cosine, p.Score })
}

// Cosine returns the least cosine whose score is at least score, up to
// rounding: where a search with a threshold may stop looking.
func (c Closeness) Cosine(score float64) float64 {
	return along(c, score, func(p Point) (from, to float64) { return p.Score, p.Cosine })
}

// along follows the lines from x to its y.
func along(points []Point, x float64, axes func(Point) (x, y float64)) float64 {
	if len(points) == 0 {
		return x
	}
	x0, y0 := axes(points[0])
	if !(x > x0) { // no number counts as the least
		return y0
	}
	for _, p := range points[1:] {
		x1, y1 := axes(p)
		if x <= x1 {
			return y0 + (y1-y0)*(x-x0)/(x1-x0)
		}
		x0, y0 = x1, y1
	}
	return y0
}

package embedtest

import (
	"math"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/embed"
)

func TestStandIn(t *testing.T) {
	e := New()
	vectors, err := e.Embed(t.Context(), []embed.Text{
		embed.Idea("Solar kettle for camping", "Boil water with a mirror."),
		embed.Query("solar KETTLES"),
		embed.Idea("Quarterly tax report", "Send the numbers to the office."),
		embed.Idea("", ""),
		embed.Idea("Solar kettle for camping", "Boil water with a mirror."),
	})
	if err != nil {
		t.Fatal(err)
	}
	cosine := func(a, b []float32) (sum float64) {
		for i := range a {
			sum += float64(a[i]) * float64(b[i])
		}
		return sum
	}
	for i, v := range vectors {
		if len(v) != e.Model().Dimensions {
			t.Errorf("vector %d has %d dimensions", i, len(v))
		}
		if length := cosine(v, v); math.Abs(length-1) > 1e-5 {
			t.Errorf("the square of the length of vector %d is %v", i, length)
		}
	}
	near, far := cosine(vectors[0], vectors[1]), cosine(vectors[0], vectors[2])
	if near < far+0.2 {
		t.Errorf("near is %v, far is %v", near, far)
	}
	if same := cosine(vectors[0], vectors[4]); math.Abs(same-1) > 1e-5 {
		t.Errorf("the same text is %v away", same)
	}
}

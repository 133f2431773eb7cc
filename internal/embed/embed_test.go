package embed

import (
	"math"
	"testing"
)

func TestScore(t *testing.T) {
	c := Closeness{{0, 0}, {0.5, 0.6}, {0.5001, 0.6}, {1, 1}}
	tests := []struct{ cosine, want float64 }{
		{-1, 0}, {0, 0}, {0.25, 0.3}, {0.5, 0.6}, {0.75005, 0.8}, {1, 1}, {1.1, 1},
		{math.NaN(), 0}, {math.Inf(1), 1}, {math.Inf(-1), 0},
	}
	for _, tt := range tests {
		if got := c.Score(tt.cosine); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("Score(%v) = %v, want %v", tt.cosine, got, tt.want)
		}
	}
}

func TestCosineIsTheOtherWayRound(t *testing.T) {
	c := Closeness{{0.1, 0}, {0.3, 0.5}, {0.6, 0.75}, {0.9, 1}}
	for score := 0.0; score <= 1; score += 0.01 {
		if got := c.Score(c.Cosine(score)); math.Abs(got-score) > 1e-9 {
			t.Errorf("the score of the cosine of %v is %v", score, got)
		}
	}
}

func TestNoClosenessIsTheCosine(t *testing.T) {
	if got := Closeness(nil).Score(0.4); got != 0.4 {
		t.Errorf("got %v", got)
	}
}

func TestSum(t *testing.T) {
	texts := []Text{Idea("ab", "c"), Idea("a", "bc"), Idea("abc", ""), Query("abc"), {}, {Query: true}}
	seen := map[[32]byte]Text{}
	for _, text := range texts {
		if other, ok := seen[text.Sum()]; ok {
			t.Errorf("%+v and %+v have one sum", text, other)
		}
		seen[text.Sum()] = text
		if again := text.Sum(); text.Sum() != again {
			t.Errorf("%+v has two sums", text)
		}
	}
}

package e5

import (
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/embed"
)

func TestWindows(t *testing.T) {
	l := loadModel(t)
	word := func(n int) string { return strings.Repeat("word ", n) }
	tests := []struct {
		name string
		text embed.Text
		want int // windows, 0 for several
	}{
		{"nothing", embed.Idea("", ""), 1},
		{"a short idea", embed.Idea("Title", "and body"), 1},
		{"a query", embed.Query(word(500)), 1},
		{"a long title alone", embed.Idea(word(500), ""), 0},
		{"a long body", embed.Idea("Title", word(300)), 0},
		{"a long title and a body", embed.Idea(word(60), word(20)), 0},
		{"a text of any length", embed.Idea("Title", word(4000)), manyWindows},
		{"one without spaces", embed.Idea("Title", strings.Repeat("字", 6000)), manyWindows},
		{"one word", embed.Idea("Title", strings.Repeat("x", 10_000)), 0},
		{"no characters", embed.Idea("Title", strings.Repeat("\xff", 10_000)), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := l.windows(tt.text)
			if len(list) == 0 || len(list) > manyWindows || tt.want > 0 && len(list) != tt.want {
				t.Errorf("there are %d windows, want %d", len(list), tt.want)
			}
			for _, w := range list {
				if len(w.pieces) < 2 || len(w.pieces) > windowPieces || w.weight <= 0 {
					t.Errorf("a window has %d pieces and weighs %v", len(w.pieces), w.weight)
				}
				if w.pieces[0] != begin || w.pieces[len(w.pieces)-1] != end {
					t.Errorf("a window goes from %d to %d", w.pieces[0], w.pieces[len(w.pieces)-1])
				}
			}
		})
	}
}

func TestShorten(t *testing.T) {
	if got := len(shorten(strings.Repeat("ü", 1_000_000))); got != longest {
		t.Errorf("%d bytes are left, not %d", got, longest)
	}
	if got := shorten("short"); got != "short" {
		t.Errorf("got %q", got)
	}
}

func TestWindowsMissNothing(t *testing.T) {
	l := loadModel(t)
	body := l.tokenizer.pieces(strings.Repeat("Every part of this body has to be read by somebody. ", 20))
	var got []int32
	for _, part := range parts(body, 30, l.tokenizer.starts) {
		if len(part) > 30 || !l.tokenizer.starts(part[0]) {
			t.Errorf("a part begins with %q and has %d pieces", l.tokenizer.piece(part[0]), len(part))
		}
		got = append(got, part...)
	}
	if len(got) != len(body) {
		t.Errorf("%d of %d pieces are in a part", len(got), len(body))
	}
}

func TestTheEndOfALongTextCounts(t *testing.T) {
	e := New()
	filler := strings.Repeat("The weather was fine and nobody was in a hurry. ", 6)
	vectors, err := e.Embed(t.Context(), []embed.Text{
		embed.Query("violin lessons for beginners"),
		embed.Idea("Notes", filler+"Teach children to play the violin on Saturdays, with instruments to borrow."),
		embed.Idea("Notes", filler),
	})
	if err != nil {
		t.Fatal(err)
	}
	with, without := cosine(vectors[0], vectors[1]), cosine(vectors[0], vectors[2])
	if with < without+0.03 {
		t.Errorf("with what is looked for at its end the text is at %.3f, without at %.3f", with, without)
	}
}

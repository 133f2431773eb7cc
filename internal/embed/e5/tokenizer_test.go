package e5

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPiecesAreThoseOfTheOriginal(t *testing.T) {
	l := loadModel(t)
	for _, g := range goldens(t) {
		// The engine keeps a space at the end, which SentencePiece, whose
		// vocabulary this is, drops.
		if last := len(g.Pieces) - 1; string(l.tokenizer.piece(g.Pieces[last])) == " " {
			g.Pieces = g.Pieces[:last]
		}
		if got := l.tokenizer.pieces(beforeIdea + g.Text); !slices.Equal(got, g.Pieces) {
			t.Errorf("%q: %v, want %v", g.Text, got, g.Pieces)
		}
	}
}

func TestPiecesOfAWholeText(t *testing.T) {
	l := loadModel(t)
	for text, want := range map[string]string{
		"Hello world":       " Hello world",
		"  spaces \t all\n": " spaces all",
		"ﬁne":               " fine",
		"e\u0301":           " é",
		"a▁b":               " a b",
		"":                  "",
	} {
		var got strings.Builder
		for _, id := range l.tokenizer.pieces(text) {
			got.Write(l.tokenizer.piece(id))
		}
		if got.String() != want {
			t.Errorf("%q in pieces is %q, want %q", text, got.String(), want)
		}
	}
}

// FuzzPieces checks that the pieces of any text are its normalised text, in
// order and whole.
func FuzzPieces(f *testing.F) {
	for _, g := range goldens(f) {
		f.Add(g.Text)
	}
	f.Add("\xff\xfe broken \xc3")
	f.Add(strings.Repeat("ab ", 300))
	l := loadModel(f)
	f.Fuzz(func(t *testing.T, text string) {
		normal := l.tokenizer.normalise(text)
		if !utf8.Valid(normal) {
			t.Fatalf("%q is normalised to %q, which is no UTF-8", text, normal)
		}
		at := 0
		for _, id := range l.tokenizer.pieces(text) {
			if id == unknown {
				_, width := utf8.DecodeRune(normal[at:])
				at += width
				continue
			}
			if id < special || int(id) >= len(l.tokenizer.scores) {
				t.Fatalf("%q has a piece %d", text, id)
			}
			piece := l.tokenizer.piece(id)
			if !strings.HasPrefix(string(normal[at:]), string(piece)) {
				t.Fatalf("%q: the piece %q is not at %d of %q", text, piece, at, normal)
			}
			at += len(piece)
		}
		if at != len(normal) {
			t.Fatalf("%q: the pieces end at %d of %d", text, at, len(normal))
		}
	})
}

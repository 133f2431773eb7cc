package llm

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTokens(t *testing.T) {
	for text, want := range map[string]int{
		"":        0,
		"a":       1,
		"an idea": 4,
		"1, 2":    4, // three that count as one each, and a space
		"\n":      1,
		"é":       2,
		"漢字":      4,
		"የ":       3,
		"🐝":       4,
		"\xff":    3, // read as U+FFFD
	} {
		if got := Tokens(text); got != want {
			t.Errorf("%q is estimated at %d, want %d", text, got, want)
		}
	}
}

// FuzzCut shows that what is cut fits, is a beginning or an end, and is as
// long as it can be.
func FuzzCut(f *testing.F) {
	f.Add("An idea about bees", 3)
	f.Add("漢字と🐝", 5)
	f.Add("x", 0)
	f.Add("", -1)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = min(max(n, -100), 1<<20)
		if !utf8.ValidString(s) {
			return // ideas are valid
		}
		first, last := Head(s, n), Tail(s, n)
		if !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
			t.Fatalf("%q has %q cut from its ends as %q and %q", s, s, first, last)
		}
		for _, cut := range []string{first, last} {
			if cut != "" && Tokens(cut) > n {
				t.Errorf("%q takes %d tokens, more than %d", cut, Tokens(cut), n)
			}
			if !utf8.ValidString(cut) {
				t.Errorf("%q is cut within a character", cut)
			}
		}
		if first != s {
			_, size := utf8.DecodeRuneInString(s[len(first):])
			if longer := s[:len(first)+size]; n > 0 && Tokens(longer) <= n {
				t.Errorf("%q fits in %d as well as %q", longer, n, first)
			}
		}
	})
}

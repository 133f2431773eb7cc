package words_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/words"
)

func TestParse(t *testing.T) {
	// A term is written as its stems; "~" and the prefix follow if it has one.
	tests := []struct {
		name, q string
		want    []string
	}{
		{"empty", "", nil},
		{"no word", ` "" !? 👍 * `, nil},
		{"unfinished word", "Ideas", []string{"idea~ideas"}},
		{"finished by a space", "Ideas ", []string{"idea"}},
		{"finished by a sign", "ideas?", []string{"idea"}},
		{"one letter", "x", []string{"x~x"}},
		{"several words", "Linking IDEAS fast", []string{"link", "idea", "fast~fast"}},
		{"twice", "idea ideas, idea. ", []string{"idea"}},
		{"twice, the last unfinished", "idea ideas", []string{"idea", "idea~ideas"}},
		{"phrase", `"linking ideas" now `, []string{"link idea", "now"}},
		{"phrase of one word", `"ideas"`, []string{"idea"}},
		{"open quote, unfinished", `"linking many ide`, []string{"link mani", "ide~ide"}},
		{"open quote, finished", `"linking ideas `, []string{"link idea"}},
		{"open quote, one word", `"ide`, []string{"ide~ide"}},
		{"quote right after a phrase", `"a b""c d" `, []string{"a b", "c d"}},
		{"curly, low and angle quotes", `“one two” „three four“ «five six» 「七八」 `, []string{"one two", "three four", "five six", "七 八"}},
		{"inch mark", `27" monitor stand `, []string{"27", "monitor", "stand"}},
		{"written as one", "full-text 3.14 a_b/c@d l'idée rock’n’roll ", []string{"full text", "3 14", "a b c d", "l ide", "rock n roll"}},
		{"written as one, unfinished", "state-of-the-ar", []string{"state of the", "ar~ar"}},
		{"listed", "rust,go;zig ", []string{"rust", "go", "zig"}},
		{"Chinese and Japanese", "机器学习 東京", []string{"机 器 学 习", "東 京"}},
		{"scripts change", "東京tow", []string{"東 京", "tow~tow"}},
		{"accents", "Café ", []string{"cafe"}},
		{"common words", "the graph of ideas ", []string{"graph", "idea"}},
		{"common word last", "graph the", []string{"graph"}},
		{"common word in a phrase", `"the graph" of `, []string{"the graph"}},
		{"common word, once in quotes", `the "the" graph `, []string{"the", "graph"}},
		{"common words alone", "to be", []string{"to", "be~be"}},
		{"operators are text", `title:foo AND NOT (bar OR b*z) NEAR/2 -x ^y `, []string{"titl foo", "not", "bar", "b", "z", "near 2", "x", "y"}},
		{"tsquery operators", `foo & bar | !baz <-> 'qux':* `, []string{"foo", "bar", "baz", "qux"}},
		{"SQL", `'; DROP TABLE ideas; -- `, []string{"drop", "tabl", "idea"}},
		{"not UTF-8, NUL", "fo\xffo b\x00r ", []string{"fo", "o", "b", "r"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, term := range words.Parse(tt.q).Terms {
				s := strings.Join(term.Stems, " ")
				if term.Prefix != "" {
					s += "~" + term.Prefix
				}
				got = append(got, s)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", tt.q, diff)
			}
		})
	}
}

func TestParseTakesSoManyTerms(t *testing.T) {
	var many strings.Builder
	for i := range 100 {
		fmt.Fprintf(&many, "word%d ", i)
	}
	for _, q := range []string{many.String(), `"` + many.String() + `"`, strings.Repeat("学", 100)} {
		got := 0
		for _, term := range words.Parse(q).Terms {
			got += len(term.Stems)
		}
		if got != words.MaxTerms {
			t.Errorf("%d words of %.20q…, want %d", got, q, words.MaxTerms)
		}
	}
}

func TestMatches(t *testing.T) {
	const title, body = "Linking ideas", "A graph of the University, full-text search; Müllers café in 東京タワー."
	tests := []struct {
		q    string
		want bool
	}{
		{"", false},
		{"idea", true},
		{"links", true},
		{"universities ", true},
		{"universit", true},    // begins a form
		{"univer", true},       // begins the stem
		{"universit ", false},  // finished, but no word
		{"niversity", false},   // not the beginning
		{"ideas graph ", true}, // one in the title, one in the body
		{"ideas absent ", false},
		{"the graph of ideas", true},
		{`"full text"`, true},
		{`"text full"`, false},
		{`"linking ideas a"`, false}, // a phrase does not go on from title to body
		{`"ideas linking"`, false},
		{"full-text", true},
		{"muller", true},
		{"MÜLLER", true},
		{"cafe", true},
		{"京タ", true},
		{"京東", false},
		{`"university full sear`, true},
		{`"full university sear`, false},
	}
	for _, tt := range tests {
		if got := words.Parse(tt.q).Matches(title, body); got != tt.want {
			t.Errorf("%q matches: %v, want %v", tt.q, got, tt.want)
		}
	}
}

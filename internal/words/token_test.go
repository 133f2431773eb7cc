package words_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/words"
)

func TestTokenize(t *testing.T) {
	tests := []struct {
		name, text string
		forms      []string
	}{
		{"empty", "", nil},
		{"punctuation alone", " -–—…!?\"'()[]{}*#\\/<>\x00\t", nil},
		{"words", "Hello, World!", []string{"hello", "world"}},
		{"hyphens", "full-text state\u2011of\u2010the-art", []string{"full", "text", "state", "of", "the", "art"}},
		{"underscores and dots", "snake_case v1.2.3", []string{"snake", "case", "v1", "2", "3"}},
		{"URL", "https://github.com/a-b", []string{"https", "github", "com", "a", "b"}},
		{"English apostrophes", "don't John’s WE'LL I'm they\u02bcve 'tis", []string{"dont", "johns", "well", "im", "theyve", "tis"}},
		{"other apostrophes", "l'idée O'Reilly aujourd'hui rock'n'roll", []string{"l", "idee", "o", "reilly", "aujourd", "hui", "rock", "n", "roll"}},
		{"quotes around a word", "'word' ’s's", []string{"word", "ss"}},
		{"accents, composed or not", "Müllers cafe\u0301 CAFÉ", []string{"mullers", "cafe", "cafe"}},
		{"German", "Straße STRASSE GROẞ", []string{"strasse", "strasse", "gross"}},
		{"Scandinavian and Polish", "Ærø smørrebrød łódź", []string{"aero", "smorrebrod", "lodz"}},
		{"Greek", "ΣΊΣΥΦΟΣ", []string{"σισυφοσ"}},
		{"Russian", "Ёлка", []string{"елка"}},
		{"Arabic, right to left", "قرأتُ كِتـابًا", []string{"قرات", "كتابا"}},
		{"Hebrew, right to left", "שָׁלוֹם עולם", []string{"שלום", "עולם"}},
		{"Hindi", "हिन्दी", []string{"हनद"}},
		{"ligatures", "ﬁne ŉ ŀl", []string{"fine", "n", "ll"}},
		{"an Arabic ligature of words", "\ufdfa", []string{"صلىاللهعليهوسلم"}},
		{"full width", "ＡＢＣ１２", []string{"abc12"}},
		{"letters and digits", "GPT4 h2o 2nd x²", []string{"gpt4", "h2o", "2nd", "x2"}},
		{"Roman and circled numbers", "Ⅳ ①", []string{"iv", "1"}},
		{"digits of other scripts", "١٢", []string{"١٢"}},
		{"Chinese", "机器学习", []string{"机", "器", "学", "习"}},
		{"Japanese", "東京タワー々", []string{"東", "京", "タ", "ワ", "ー", "々"}},
		{"half-width kana", "ｶﾞｯｺｰ", []string{"ガ", "ッ", "コ", "ー"}},
		{"decomposed kana", "か\u3099", []string{"が"}},
		{"Korean", "한국은", []string{"한", "국", "은"}},
		{"decomposed Korean", "\u1112\u1161\u11ab\u1100\u116e\u11a8", []string{"한", "국"}},
		{"Thai", "ที่ดี", []string{"ท", "ด"}},
		{"scripts change inside a word", "AIの力 it'sの", []string{"ai", "の", "力", "it", "s", "の"}},
		{"emoji", "👍🏽 go👨‍👩‍👧fast ❤️", []string{"go", "fast"}},
		{"soft hyphen and joiners", "data\u00adbase می\u200cخواهم", []string{"database", "میخواهم"}},
		{"marks without a letter", "\u0301\u0301 a", []string{"a"}},
		{"stretching alone", "ــ", nil},
		{"not UTF-8", "ab\xffcd \xe6\x9d \xc3é", []string{"ab", "cd", "e"}},
		{"the replacement character", "a\ufffdb", []string{"a", "b"}},
		{"too long", strings.Repeat("x", 100) + " y", []string{strings.Repeat("x", words.MaxWord), "y"}},
		{"too long with accents", strings.Repeat("é", 100), []string{strings.Repeat("e", words.MaxWord)}},
		{"too long once unfolded", strings.Repeat("ß", 40), []string{strings.Repeat("s", words.MaxWord)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var forms []string
			for _, token := range words.Tokenize(tt.text) {
				forms = append(forms, token.Form)
			}
			if diff := cmp.Diff(tt.forms, forms); diff != "" {
				t.Errorf("forms of %q (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestTokenizeStemsAndPlaces(t *testing.T) {
	text := "Die Müllers don't LINK ideas, GPT4s or かｶﾞみ."
	got := words.Tokenize(text)
	want := []words.Token{
		{Form: "die", Stem: "die", Start: 0, End: 3},
		{Form: "mullers", Stem: "muller", Start: 4, End: 12},
		{Form: "dont", Stem: "dont", Start: 13, End: 18},
		{Form: "link", Stem: "link", Start: 19, End: 23},
		{Form: "ideas", Stem: "idea", Start: 24, End: 29},
		{Form: "gpt4s", Stem: "gpt4s", Start: 31, End: 36},
		{Form: "or", Stem: "or", Start: 37, End: 39},
		{Form: "か", Stem: "か", Start: 40, End: 43},
		{Form: "ガ", Stem: "ガ", Start: 43, End: 49},
		{Form: "み", Stem: "み", Start: 49, End: 52},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestStemming has families of words, each of which must be one to a search.
func TestStemming(t *testing.T) {
	for _, family := range [][]string{
		{"link", "links", "linked", "linking", "Linking's"},
		{"run", "runs", "running"},
		{"university", "universities"},
		{"connect", "connection", "connections", "connected"},
		{"try", "tries", "trying"},
		{"sky", "skies"},
		{"müller", "Mullers", "MÜLLER’S"},
	} {
		for _, word := range family {
			got, want := words.Tokenize(word)[0].Stem, words.Tokenize(family[0])[0].Stem
			if got != want {
				t.Errorf("stem of %q is %q, of %q it is %q", word, got, family[0], want)
			}
		}
	}
}

// TestTokenizeEveryRune asks of each character of Unicode what the databases
// rely on.
func TestTokenizeEveryRune(t *testing.T) {
	for r := range runesThatDiffer {
		checkTokens(t, "a"+string(r)+"b "+string(r))
	}
}

// runesThatDiffer yields every character but the further planes of Chinese
// ones, which are all alike, and those for private use.
func runesThatDiffer(yield func(rune) bool) {
	for _, part := range [][2]rune{{0, 0x1ffff}, {0x2f800, 0x2fa1f}, {0xe0000, 0xe01ff}} {
		for r := part[0]; r <= part[1]; r++ {
			if !yield(r) {
				return
			}
		}
	}
}

func TestTokenizeLongText(t *testing.T) {
	const repeats = 20_000
	for _, tt := range []struct {
		name, unit string
		want       int
	}{
		{"words", "word ", repeats},
		{"one word", "x", 1},
		{"one accented word", "é", 1},
		{"marks on one letter", "\u0301", 0},
		{"one Chinese text", "学", repeats},
		{"apostrophes", "'s", 1},
		{"not UTF-8", "\xff\xc3", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := len(words.Tokenize(strings.Repeat(tt.unit, repeats))); got != tt.want {
				t.Errorf("%d words, want %d", got, tt.want)
			}
		})
	}
}

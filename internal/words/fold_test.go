package words_test

import (
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/words"
)

func TestFold(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", ""},
		{"case and space", "  Hello,\tWORLD \n", "hello, world"},
		{"accents", "Crème Brûlée", "creme brulee"},
		{"combining accents", "Cre\u0300me", "creme"},
		{"letters that do not decompose", "Łódź Ærø Þór Đorđe Œuvre Straße", "lodz aero thor dorde oeuvre strasse"},
		{"capital sharp s", "GROẞ", "gross"},
		{"Turkish i", "İstanbul ISPARTA ısı", "istanbul isparta isi"},
		{"final sigma", "ΣΊΣΥΦΟΣ Σίσυφος", "σισυφοσ σισυφοσ"},
		{"Cyrillic", "Ёлка и Йод", "елка и иод"},
		{"ligatures", "ﬁne oﬃce", "fine office"},
		{"full width", "ＡＢＣ（１２）", "abc(12)"},
		{"half-width kana", "ｶﾞﾊﾟ", "ガパ"},
		{"voiced kana stays itself", "か\u3099 か", "が か"},
		{"voicing that no kana takes", "あ\u3099い a\u3099b", "あい ab"},
		{"decomposed Korean", "\u1112\u1161\u11ab", "한"},
		{"Arabic without marks", "مُحَمَّد أحمد كتـاب", "محمد احمد كتاب"},
		{"Hebrew without points", "שָׁלוֹם", "שלום"},
		{"mathematical letters", "𝐀𝓑ℂ", "abc"},
		{"superscripts", "x² CO₂", "x2 co2"},
		{"not UTF-8", "a\xffb\xc3", "ab"},
		{"NUL and controls", "a\x00b\x07c", "a b c"},
		{"emoji stay", "Go 👍🏽", "go 👍🏽"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := words.Fold(tt.text); got != tt.want {
				t.Errorf("Fold(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

// TestFoldEveryRune holds the one thing a sort key needs against all of
// Unicode: that there is nothing left to fold.
func TestFoldEveryRune(t *testing.T) {
	for r := range runesThatDiffer {
		text := "a" + string(r) + "b"
		once := words.Fold(text)
		if twice := words.Fold(once); twice != once {
			t.Errorf("U+%04X: Fold gives %q, again %q", r, once, twice)
		}
	}
}

package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the text by which titles are sorted: lower case, without
// accents, with compatible characters made one (full width, ligatures,
// superscripts), and with single spaces for white space and control
// characters. Bytes that are not UTF-8 are left out. Folding twice changes
// nothing.
func Fold(text string) string {
	folded := appendFolded(make([]byte, 0, len(text)), strings.ToValidUTF8(text, ""))
	out := make([]byte, 0, len(folded))
	space := false
	for i := 0; i < len(folded); {
		r, size := utf8.DecodeRune(folded[i:])
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			space = true
		} else {
			if space && len(out) > 0 {
				out = append(out, ' ')
			}
			space = false
			out = append(out, folded[i:i+size]...)
		}
		i += size
	}
	return string(out)
}

// appendFolded appends s in lower case, without accents and compatibility
// differences, composed (NFC). Marks are left out in every script. That costs
// precision where vowels are marks, as in Hindi or Thai, and is what makes
// Hebrew, Arabic and French findable without them; what a person types with
// marks is always found too.
func appendFolded(dst []byte, s string) []byte {
	if lower, ok := appendLowerASCII(dst, s); ok {
		return lower
	}
	const scratch = 128 // enough for nearly every word, and on the stack
	decomposed := norm.NFKD.AppendString(make([]byte, 0, scratch), s)
	plain := make([]byte, 0, scratch)
	var last rune
	for len(decomposed) > 0 {
		r, size := utf8.DecodeRune(decomposed)
		decomposed = decomposed[size:]
		switch {
		case voicing(r) && unicode.In(last, unicode.Hiragana, unicode.Katakana):
			// が is a letter of its own, not an accented か.
		case unicode.Is(unicode.M, r) || r == tatweel:
			continue
		default:
			if r >= utf8.RuneSelf {
				// Through the capital, because it has one form where small
				// letters may have two, such as σ and ς.
				r = unicode.ToLower(unicode.ToUpper(r))
			} else {
				r = unicode.ToLower(r)
			}
		}
		last = r
		if s, ok := undecomposed[r]; ok {
			plain = append(plain, s...)
		} else {
			plain = utf8.AppendRune(plain, r)
		}
	}
	start := len(dst)
	dst = norm.NFC.Append(dst, plain...)
	return dropVoicing(dst, start)
}

// appendLowerASCII appends s in lower case if all of it is ASCII.
func appendLowerASCII(dst []byte, s string) ([]byte, bool) {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return dst, false
		}
	}
	for i := range len(s) {
		dst = append(dst, lowerASCII(s[i]))
	}
	return dst, true
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// undecomposed has the small letters that Unicode does not take apart into a
// plain letter and an accent, although people leave the difference out.
var undecomposed = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d",
	'þ': "th", 'ħ': "h", 'ŧ': "t", 'ŋ': "n",
}

// tatweel stretches an Arabic word and means nothing.
const tatweel = 'ـ'

// voicing reports whether r is one of the two combining marks that make one
// kana of another.
func voicing(r rune) bool { return r == '\u3099' || r == '\u309a' }

// dropVoicing removes from b[start:] the voicing marks that no kana took.
func dropVoicing(b []byte, start int) []byte {
	out := b[:start]
	for i := start; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if !voicing(r) {
			out = append(out, b[i:i+size]...)
		}
		i += size
	}
	return out
}

package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxWord is how many characters of a word count. What is longer is found by
// its beginning of that length.
const MaxWord = 64

// Tokenize returns the words of a text in their order. Forms and stems are
// never empty, have at most MaxWord characters, and only letters and digits.
//
// A word is a run of letters, accents and numbers. Hyphens and all other
// punctuation separate words; an apostrophe does too (l'idée has two words)
// unless an English ending follows it (don't is dont). Symbols, emoji among
// them, are no words.
//
// In scripts that put no space between words, and in Korean, where particles
// grow onto words, every character is a word. So any part of a text is found
// without a dictionary, one character suffices, and a longer query is a
// phrase, which makes it exact.
//
// Text that is not UTF-8 separates words like punctuation.
func Tokenize(text string) []Token { return newScanner(text).all() }

// all returns the words that are left.
func (s *scanner) all() []Token {
	const usual = 6 // bytes of a word and the space after it
	tokens := make([]Token, 0, len(s.text)/usual+1)
	for s.next() {
		tokens = append(tokens, s.token())
	}
	return tokens
}

// scanner finds the words of a text one by one.
type scanner struct {
	text       string
	pos        int // up to where the text has been read
	start, end int // of the word found last
	form       []byte
	scratch    []byte
	// A text repeats its words, so each is stemmed once, and each spelling
	// that is not plain ASCII is folded once.
	seen    map[string]Token
	folded  map[string]string
	stemmer stemmer
	// initials, if there are any, are the first bytes of the words that need
	// a stem: a stem begins as its word does.
	initials string
}

func newScanner(text string) *scanner {
	return &scanner{text: text, seen: map[string]Token{}, folded: map[string]string{}}
}

// next goes to the next word and reports whether there is one.
func (s *scanner) next() bool {
	for s.pos < len(s.text) {
		if c := s.text[s.pos]; c < utf8.RuneSelf {
			if !alphanumeric(c) {
				s.pos++
				continue
			}
			s.word()
			return true
		}
		r, size := utf8.DecodeRuneInString(s.text[s.pos:])
		switch {
		case !inWord(r) || unicode.IsMark(r):
			s.pos += size
			continue
		case unspaced(r):
			s.character()
		default:
			s.word()
		}
		if len(s.form) > 0 {
			return true
		}
	}
	return false
}

// token returns the word found last.
func (s *scanner) token() Token {
	t, ok := s.seen[string(s.form)]
	if !ok {
		t.Form = string(s.form)
		t.Stem = t.Form
		if s.initials == "" || strings.IndexByte(s.initials, t.Form[0]) >= 0 {
			t.Stem = s.stemmer.stem(t.Form)
		}
		s.seen[t.Form] = t
	}
	t.Start, t.End = s.start, s.end
	return t
}

// word reads a word of a script with spaces.
func (s *scanner) word() {
	s.start, s.form = s.pos, s.form[:0]
	ascii := true
scan:
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		if alphanumeric(c) {
			if len(s.form) < MaxWord {
				s.form = append(s.form, lowerASCII(c))
			}
			s.pos++
			continue
		}
		r, size := utf8.DecodeRuneInString(s.text[s.pos:])
		switch {
		case invisible(r):
		case apostrophe(r):
			if !englishEnding(s.text[s.pos+size:]) {
				break scan
			}
		case inWord(r) && !unspaced(r):
			ascii = false
		default:
			break scan
		}
		s.pos += size
	}
	s.end = s.pos
	if !ascii {
		s.fold()
	}
}

// character reads one character of a script without spaces, with its marks.
func (s *scanner) character() {
	s.start = s.pos
	// A character may be several runes: a decomposed Korean syllable, or a
	// half-width kana and its voicing.
	s.pos += norm.NFKC.NextBoundaryInString(s.text[s.pos:], true)
	for s.pos < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.pos:])
		if !unicode.IsMark(r) {
			break
		}
		s.pos += size
	}
	s.end = s.pos
	s.fold()
}

// fold makes the form of a word that is not plain ASCII.
func (s *scanner) fold() {
	s.form = s.form[:0]
	spelling := s.text[s.start:s.end]
	if form, ok := s.folded[spelling]; ok {
		s.form = append(s.form, form...)
		return
	}
	s.scratch = appendFolded(s.scratch[:0], spelling)
	for b, n := s.scratch, 0; len(b) > 0 && n < MaxWord; {
		r, size := utf8.DecodeRune(b)
		// Some ligatures hold spaces or dots, and invisible runes are still
		// there.
		if (unicode.IsLetter(r) || unicode.IsNumber(r)) && !apostrophe(r) {
			s.form = append(s.form, b[:size]...)
			n++
		}
		b = b[size:]
	}
	s.folded[spelling] = string(s.form)
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// inWord reports whether r is part of a word.
func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return alphanumeric(byte(r))
	}
	return (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)) && !apostrophe(r)
}

// unspaced reports whether r belongs to a script each of whose characters is
// a word here.
func unspaced(r rune) bool {
	const firstThai = 0x0e00 // no such script comes before it
	return r >= firstThai && (r == 'ー' || r == 'ｰ' || unicode.In(r,
		unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai,
		unicode.Bopomofo, unicode.Khmer, unicode.Lao, unicode.Myanmar))
}

// invisible reports whether r may stand inside a word without being seen:
// soft hyphen, joiner and non-joiner, and the mark against a line break.
func invisible(r rune) bool {
	return r == '\u00ad' || r == '\u200c' || r == '\u200d' || r == '\u2060'
}

// apostrophe reports whether r is one of the characters typed for it.
func apostrophe(r rune) bool {
	return r == '\'' || r == '’' || r == 'ʼ' || r == '＇'
}

// englishEnding reports whether s begins with what English puts behind an
// apostrophe, and the word ends there.
func englishEnding(s string) bool {
	for _, ending := range [...]string{"s", "t", "d", "m", "ll", "re", "ve"} {
		if len(s) >= len(ending) && strings.EqualFold(s[:len(ending)], ending) {
			r, _ := utf8.DecodeRuneInString(s[len(ending):])
			if !inWord(r) || r == utf8.RuneError {
				return true
			}
		}
	}
	return false
}

package llm

import "unicode/utf8"

// Tokens estimates how many tokens a text takes, on the safe side. Every
// provider's tokenizer differs, and none is here; all of them work on pieces
// of UTF-8, which bounds what a character can take:
//
//   - two letters or spaces of ASCII count as a token; English has more than
//     four in one, and only random letters come near to two
//   - any other ASCII character counts as one
//   - so do the Chinese, Japanese and Korean characters as two
//   - a character of another script counts as many as it has bytes, which is
//     the most that it can be
//
// English is so overrated by about two.
func Tokens(s string) int {
	halves := 0
	for _, r := range s {
		halves += weight(r)
	}
	return (halves + 1) / 2
}

// weight is what a character counts, in halves of a token.
func weight(r rune) int {
	switch {
	case r == ' ', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
		return 1
	case 0x3000 <= r && r <= 0x9fff, 0xac00 <= r && r <= 0xd7a3:
		return 4
	}
	return 2 * max(utf8.RuneLen(r), 1)
}

// Head returns the longest beginning of a text that takes at most n tokens.
func Head(s string, n int) string {
	halves := 0
	for i, r := range s {
		if halves += weight(r); halves > 2*n {
			return s[:i]
		}
	}
	return s
}

// Tail returns the longest end of a text that takes at most n tokens.
func Tail(s string, n int) string {
	halves := 0
	for i := len(s); i > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		if halves += weight(r); halves > 2*n {
			return s[i:]
		}
		i -= size
	}
	return s
}

package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain returns Markdown in one line without the signs that only its
// renderer should see. What looks like a sign but may be text is kept: no
// two words become one. The result is not HTML.
func plain(markdown string) string {
	var b strings.Builder
	b.Grow(len(markdown))
	for line := range strings.Lines(markdown) {
		line = strings.TrimSpace(line)
		line = strings.TrimLeft(line, ">")
		line = strings.TrimLeft(line, " ")
		if heading := strings.TrimLeft(line, "#"); strings.HasPrefix(heading, " ") {
			line = heading
		}
		for _, bullet := range []string{"- ", "* ", "+ ", "[ ] ", "[x] "} {
			line = strings.TrimPrefix(line, bullet)
		}
		b.WriteString(withoutSigns(line))
		b.WriteByte(' ')
	}
	return oneLine(b.String())
}

// withoutSigns returns a line without its emphasis and link targets.
func withoutSigns(line string) string {
	if !strings.ContainsAny(line, "*_`~[") {
		return line
	}
	var b strings.Builder
	for i := 0; i < len(line); {
		switch c := line[i]; c {
		case '!':
			if _, length := link(line[i+1:]); length == 0 { // else an image
				b.WriteByte(c)
			}
			i++
		case '[':
			text, length := link(line[i:])
			if length == 0 {
				b.WriteByte(c)
				i++
				continue
			}
			if wordBefore(line[:i]) {
				b.WriteByte(' ')
			}
			b.WriteString(withoutSigns(text))
			i += length
			if wordAfter(line[i:]) {
				b.WriteByte(' ')
			}
		case '*', '_', '`', '~':
			n := len(line[i:]) - len(strings.TrimLeft(line[i:], string(c)))
			if wordBefore(line[:i]) && wordAfter(line[i+n:]) || spaceAround(line, i, i+n) {
				b.WriteString(line[i : i+n])
			}
			i += n
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

// link returns the text of the link at the beginning of s, and how long the
// link is with its target; 0 if there is none.
func link(s string) (text string, length int) {
	if !strings.HasPrefix(s, "[") {
		return "", 0
	}
	text, rest, closed := closing(s[1:], "[]", "](")
	if !closed {
		return "", 0
	}
	target, _, closed := closing(rest, "()", ")")
	if !closed {
		return "", 0
	}
	return text, len("[") + len(text) + len("](") + len(target) + len(")")
}

// closing cuts s at the first of the brackets if that is the end of a text or
// target. It does not look further than those are long, so that a text full
// of brackets takes no longer than another.
func closing(s, brackets, end string) (before, after string, ok bool) {
	const longest = 2500
	i := strings.IndexAny(s[:min(len(s), longest)], brackets)
	if i < 0 || !strings.HasPrefix(s[i:], end) {
		return "", "", false
	}
	return s[:i], s[i+len(end):], true
}

func wordBefore(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return s != "" && inWord(r)
}

func wordAfter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && inWord(r)
}

// spaceAround reports whether line[i:j] stands alone, like the sign of a
// product.
func spaceAround(line string, i, j int) bool {
	return i > 0 && line[i-1] == ' ' && j < len(line) && line[j] == ' '
}

// oneLine returns valid text with one space for any run of white space and
// control characters, and none at the ends.
func oneLine(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	space := false
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			space = b.Len() > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

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
		case '[':
			text, length := link(line[i:])
			if length == 0 {
				b.WriteByte(c)
				i++
				continue
			}
			if wordBefore(line[:i]) {
				b.WriteByte(' ')
			} else if strings.HasSuffix(line[:i], "!") { // an image
				s := strings.TrimSuffix(b.String(), "!")
				b.Reset()
				b.WriteString(s)
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
	middle := strings.Index(s, "](")
	if middle < 0 || strings.ContainsAny(s[1:middle], "[]") {
		return "", 0
	}
	end := strings.IndexByte(s[middle:], ')')
	if end < 0 {
		return "", 0
	}
	return s[1:middle], middle + end + 1
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

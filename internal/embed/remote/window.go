package remote

import (
	"strings"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/embed"
)

const (
	windowRunes = 1200 // fits the 512 tokens of the smallest models in most languages
	maxWindows  = 8    // of an idea; what comes after them adds little to what it is about
	maxTexts    = 64   // in a request
	maxBytes    = 100_000
)

// window is a part of a text on its way to the server.
type window struct {
	text int // which of the texts it is of
	said string
}

// windows cuts a text into parts that a model reads whole. Every part begins
// with the title, which tells what it is about. A text without a word has none.
func (e *Embedder) windows(t embed.Text) []string {
	title, body := squeeze(t.Title), squeeze(t.Body)
	if t.Query {
		if title == "" {
			return nil
		}
		head, _ := cut(title, windowRunes)
		return []string{e.model.query + head}
	}
	title, _ = cut(title, windowRunes/2)
	if body == "" && title == "" {
		return nil
	}
	front := e.model.idea + title
	if title != "" && body != "" {
		front += "\n"
	}
	if body == "" {
		return []string{front}
	}
	var list []string
	room := windowRunes - utf8.RuneCountInString(title)
	for body != "" && len(list) < maxWindows {
		var part string
		part, body = cut(body, room)
		list = append(list, front+part)
	}
	return list
}

// squeeze puts one space for white space of any length, and replaces what is
// no UTF-8.
func squeeze(s string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(s, " ")), " ")
}

// cut takes at most n characters off the front of a text, at a space if there
// is one in the second half of them.
func cut(s string, n int) (head, rest string) {
	end, last, k := len(s), 0, 0
	for i, r := range s {
		if k == n {
			end = i
			break
		}
		if r == ' ' && k > n/2 {
			last = i
		}
		k++
	}
	if end == len(s) {
		return s, ""
	}
	if last > 0 && s[end] != ' ' {
		end = last
	}
	return s[:end], strings.TrimLeft(s[end:], " ")
}

// batch returns how many windows go into the next request.
func batch(list []window) int {
	bytes := 0
	for n, w := range list {
		if bytes += len(w.said); n == maxTexts || n > 0 && bytes > maxBytes {
			return n
		}
	}
	return len(list)
}

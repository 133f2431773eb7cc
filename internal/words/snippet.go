package words

import (
	"html"
	"sort"
	"strings"
	"unicode/utf8"
)

// Snippet returns the part of an idea that shows best why the query finds
// it, as HTML: escaped text in which each match is wrapped in <mark>, and
// nothing else is. It has at most limit characters, entities counted as one
// and marks and the "…" where it was cut not counted, and is cut between
// words unless one word alone is longer.
//
// It is the place in the body where most terms are close together, else the
// title if that has a match, else the beginning of the body or, without one,
// of the title. Markdown is shown without its signs and link targets, except
// when the match is only in there.
func (q Query) Snippet(title, body string, limit int) string {
	if limit < 1 {
		return ""
	}
	clean := q.excerpt(plain(body), limit)
	if len(clean.matches) > 0 {
		return clean.html()
	}
	if raw := q.excerpt(oneLine(body), limit); len(raw.matches) > 0 {
		return raw.html()
	}
	named := q.excerpt(oneLine(title), limit)
	if len(named.matches) > 0 || clean.text == "" {
		return named.html()
	}
	return clean.html()
}

// excerpt is a part of a text and what is found in it.
type excerpt struct {
	text       string
	start, end int
	matches    []match // in order, without overlaps
}

// match is where a text has words that a query asks for.
type match struct {
	start, end int // byte offsets
	term       int // which term of the query
}

// excerpt finds the best part of a text.
func (q Query) excerpt(text string, limit int) excerpt {
	scanner := newScanner(text)
	scanner.initials = q.initials()
	tokens := scanner.all()
	matches := q.matches(tokens)
	e := excerpt{text: text}
	var first, last int // of the characters that must be in it
	if len(matches) > 0 {
		m := closest(text, matches, limit)
		first, last = m[0].start, m[len(m)-1].end
	}
	e.start, e.end = widen(text, tokens, first, last, limit)
	for _, m := range matches {
		if m.start >= e.start && m.start < e.end {
			m.end = min(m.end, e.end)
			e.matches = append(e.matches, m)
		}
	}
	return e
}

// initials are the first bytes of what is looked for. Stemming is most of the
// work of a snippet, and the stem of a word that begins otherwise is not asked
// for.
func (q Query) initials() string {
	var b []byte
	for _, t := range q.Terms {
		for _, s := range t.Stems {
			b = append(b, s[0])
		}
	}
	return string(b)
}

// matches finds every place where a term is, joining those that overlap.
func (q Query) matches(tokens []Token) []match {
	var list []match
	for i := range tokens {
		best, term := 0, 0
		for j, t := range q.Terms {
			if n := t.at(tokens[i:]); n > best {
				best, term = n, j
			}
		}
		if best == 0 {
			continue
		}
		m := match{tokens[i].Start, tokens[i+best-1].End, term}
		if n := len(list); n > 0 && m.start < list[n-1].end {
			list[n-1].end = max(list[n-1].end, m.end)
		} else {
			list = append(list, m)
		}
	}
	return list
}

// closest returns the row of matches that has the most terms within limit
// characters; of equal ones the first.
func closest(text string, matches []match, limit int) []match {
	at := make([]int, len(matches)) // where each match ends, in characters
	for i, m := range matches {
		if i == 0 {
			at[0] = utf8.RuneCountInString(text[:m.end])
		} else {
			at[i] = at[i-1] + utf8.RuneCountInString(text[matches[i-1].end:m.end])
		}
	}
	var best []match
	most := 0
	in := map[int]int{} // how often each term is between from and to
	from := 0
	for to, m := range matches {
		in[m.term]++
		for from < to && at[to]-at[from]+utf8.RuneCountInString(text[matches[from].start:matches[from].end]) > limit {
			f := matches[from].term
			if in[f]--; in[f] == 0 {
				delete(in, f)
			}
			from++
		}
		if len(in) > most {
			most, best = len(in), matches[from:to+1]
		}
	}
	return best
}

// widen returns the part of a text of at most limit characters that has
// text[first:last] in it, or the beginning of that, and some of what is
// around it, more after it than before.
func widen(text string, tokens []Token, first, last, limit int) (start, end int) {
	room := limit - utf8.RuneCountInString(text[first:last])
	if room < 0 {
		return first, first + runes(text[first:], limit)
	}
	before := max(room/3, room-utf8.RuneCountInString(text[last:]))
	start = first
	for n := before; n > 0 && start > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:start])
		start -= size
	}
	if start > 0 {
		start = min(first, wordFrom(tokens, start))
	}
	end = start + runes(text[start:], limit)
	end = max(last, wordUpTo(tokens, end))
	if end <= start { // one word longer than the limit
		end = start + runes(text[start:], limit)
	}
	return start, end
}

// wordFrom returns where the first word starts that is not before a place.
func wordFrom(tokens []Token, at int) int {
	i := sort.Search(len(tokens), func(i int) bool { return tokens[i].Start >= at })
	if i == len(tokens) {
		return at
	}
	return tokens[i].Start
}

// wordUpTo moves a place that is inside of a word to the word's start.
func wordUpTo(tokens []Token, at int) int {
	i := sort.Search(len(tokens), func(i int) bool { return tokens[i].End > at })
	if i == len(tokens) {
		return at
	}
	return min(at, tokens[i].Start)
}

// runes returns how many bytes the first n characters of s have.
func runes(s string, n int) int {
	for i := range s {
		if n <= 0 {
			return i
		}
		n--
	}
	return len(s)
}

// html renders the excerpt.
func (e excerpt) html() string {
	shown := e.text[e.start:e.end]
	trimmed := strings.TrimLeft(shown, " ")
	var b strings.Builder
	if e.start > 0 {
		b.WriteString("…")
	}
	at := e.start + len(shown) - len(trimmed)
	for _, m := range e.matches {
		b.WriteString(html.EscapeString(e.text[at:m.start]))
		b.WriteString("<mark>")
		b.WriteString(html.EscapeString(e.text[m.start:m.end]))
		b.WriteString("</mark>")
		at = m.end
	}
	b.WriteString(html.EscapeString(strings.TrimRight(e.text[at:e.end], " ")))
	if e.end < len(e.text) {
		b.WriteString("…")
	}
	return b.String()
}

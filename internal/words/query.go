package words

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// MaxTerms is how many words of a query count, those of its phrases
// included. Further ones are passed over, so that more may be found, not
// less.
const MaxTerms = 32

// Parse reads what somebody typed into a search box.
//
// Each word is a term. Words in quotes are a phrase, and so are words that
// are written as one, such as full-text, 3.14 or 東京. Any quotation mark
// will do if no letter or digit stands right before it; an inch mark is none.
//
// A query that ends in a word is taken for unfinished: that word is also a
// prefix, and if it is the end of a phrase, the words before it are the
// phrase for now. So a query finds, while it is typed, what it is going to
// find. A space, a closing quote or any other character after the word
// finishes it.
//
// The commonest English words are dropped unless they stand in a phrase or
// there are no other words. Terms that occur twice count once.
func Parse(q string) Query {
	var p parser
	for _, part := range split(q) {
		p.part(part.text, part.quoted, part.open)
	}
	return p.query()
}

// parser collects the terms of a query.
type parser struct {
	terms  []Term
	common []bool // by term: a stop word outside of phrases
	words  int
}

// part reads a piece of a query that is either within quotes or without. It
// is open if nothing follows it, not even a quote.
func (p *parser) part(text string, quoted, open bool) {
	tokens := Tokenize(text)
	for len(tokens) > 0 {
		n := 1
		for n < len(tokens) && (quoted || joined(text[tokens[n-1].End:tokens[n].Start])) {
			n++
		}
		unfinished := open && tokens[n-1].End == len(text)
		p.row(tokens[:n], quoted, unfinished)
		tokens = tokens[n:]
	}
}

// row adds words that stand in a row.
func (p *parser) row(tokens []Token, quoted, unfinished bool) {
	last := tokens[len(tokens)-1]
	if r, _ := utf8.DecodeRuneInString(last.Form); !unfinished || unspaced(r) {
		common := !quoted && len(tokens) == 1 && stopWords[last.Form]
		p.add(Term{Stems: stems(tokens)}, common)
		return
	}
	if before := tokens[:len(tokens)-1]; len(before) > 0 {
		p.add(Term{Stems: stems(before)}, false)
	}
	common := len(tokens) == 1 && stopWords[last.Form]
	p.add(Term{Stems: []string{last.Stem}, Prefix: last.Form}, common)
}

// add adds a term, or as much of it as there is room for.
func (p *parser) add(t Term, common bool) {
	t.Stems = t.Stems[:min(len(t.Stems), MaxTerms-p.words)]
	if len(t.Stems) == 0 {
		return
	}
	same := func(o Term) bool { return o.Prefix == t.Prefix && slices.Equal(o.Stems, t.Stems) }
	if i := slices.IndexFunc(p.terms, same); i >= 0 {
		p.common[i] = p.common[i] && common
		return
	}
	p.words += len(t.Stems)
	p.terms = append(p.terms, t)
	p.common = append(p.common, common)
}

// query returns what was collected, without stop words if that leaves any.
func (p *parser) query() Query {
	if !slices.Contains(p.common, false) {
		return Query{Terms: p.terms}
	}
	var q Query
	for i, t := range p.terms {
		if !p.common[i] {
			q.Terms = append(q.Terms, t)
		}
	}
	return q
}

func stems(tokens []Token) []string {
	list := make([]string, len(tokens))
	for i, t := range tokens {
		list[i] = t.Stem
	}
	return list
}

// part is a piece of a query between quotation marks.
type part struct {
	text   string
	quoted bool
	open   bool // the query ends with it
}

// split cuts a query at its quotation marks. A quote that is never closed
// goes to the end.
func split(q string) []part {
	var parts []part
	start, quoted := 0, false
	before := ' '
	for i, r := range q {
		if quotationMark(r) && (quoted || !unicode.IsLetter(before) && !unicode.IsNumber(before)) {
			parts = append(parts, part{text: q[start:i], quoted: quoted})
			start, quoted = i+utf8.RuneLen(r), !quoted
		}
		before = r
	}
	return append(parts, part{text: q[start:], quoted: quoted, open: true})
}

func quotationMark(r rune) bool {
	switch r {
	case '"', '“', '”', '„', '‟', '«', '»', '「', '」', '＂':
		return true
	}
	return false
}

// joined reports whether what stands between two words makes them one to the
// eye.
func joined(between string) bool {
	switch between {
	case "", "-", "‐", "‑", "_", ".", "'", "’", "/", "@", ":", "&", "+":
		return true
	}
	return false
}

// stopWords are in so many texts that they tell nothing about one, and a
// person who adds them to a query does not mean to find less.
var stopWords = set(
	"a", "about", "an", "and", "are", "as", "at", "be", "but", "by", "can",
	"do", "does", "for", "from", "had", "has", "have", "how", "i", "if", "in",
	"into", "is", "it", "its", "me", "my", "of", "on", "or", "our", "so",
	"that", "the", "their", "them", "then", "there", "these", "they", "this",
	"those", "to", "was", "we", "were", "what", "when", "where", "which",
	"who", "why", "will", "with", "you", "your",
)

func set(list ...string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}

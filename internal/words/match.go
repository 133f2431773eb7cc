package words

import "strings"

// Matches reports whether a query finds an idea: whether each of its terms
// is in the title or in the body. An empty query finds nothing. It is what
// the full-text indexes are held against; they are the faster way.
func (q Query) Matches(title, body string) bool {
	inTitle, inBody := Tokenize(title), Tokenize(body)
	for _, t := range q.Terms {
		if !t.in(inTitle) && !t.in(inBody) {
			return false
		}
	}
	return !q.Empty()
}

// in reports whether the term is somewhere in a text.
func (t Term) in(tokens []Token) bool {
	for i := range tokens {
		if t.at(tokens[i:]) > 0 {
			return true
		}
	}
	return false
}

// at returns how many words the term takes at the start of a text, 0 if it
// is not there.
func (t Term) at(tokens []Token) int {
	if t.Prefix != "" && (strings.HasPrefix(tokens[0].Form, t.Prefix) || strings.HasPrefix(tokens[0].Stem, t.Prefix)) {
		return 1
	}
	if len(t.Stems) > len(tokens) {
		return 0
	}
	for i, s := range t.Stems {
		if tokens[i].Stem != s {
			return 0
		}
	}
	return len(t.Stems)
}

// Package words turns text into the words by which it is found. Both
// databases index what this package gives them and are asked in its terms,
// so a query means the same on each of them.
//
// A word is folded (case, accents, width) and stemmed. The last word of a
// query is also a prefix, quotes make a phrase, and everything else that
// somebody types is only text: no query is an error.
package words

// Token is one word of a text.
type Token struct {
	Form       string // folded: "Müllers" is "mullers"
	Stem       string // what the form is indexed under
	Start, End int    // byte offsets in the text
}

// Document is what a full-text index keeps of an idea. Each field is a list
// of words with a space between them, of lower-case letters and digits only.
type Document struct {
	Title string // stems, in order
	Body  string // stems, in order
	// Forms has, once each, the forms whose beginning a person may type
	// without the stem being found: those that differ from their stem.
	Forms string
}

// Query is a parsed search: all of its terms must be found.
type Query struct {
	Terms []Term
}

// Term is a word, a phrase, or the beginning of a word.
type Term struct {
	Stems []string // one stem, or the stems of a phrase, which stand in a row
	// Prefix is the folded form of the last word when it may be unfinished:
	// then an idea also matches that has any stem or form beginning with it.
	Prefix string
}

// Empty reports whether there is nothing to search for.
func (q Query) Empty() bool { return len(q.Terms) == 0 }

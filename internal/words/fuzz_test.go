package words_test

import (
	"html"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/words"
)

var seeds = []string{
	"", " ", "Linking ideas", "the graph of ideas", "don't l'idée", "full-text search",
	"“smart” „quotes“", `"open phrase`, `a" b`, "Straße Łódź İstanbul ﬁne", "ŉŀǆﷺ",
	"cafe\u0301", "か\u3099ｶﾞ", "\u1112\u1161\u11ab", "东京タワー 한국은 ที่ดี हिन्दी",
	"قرأتُ كِتـابًا", "שָׁלוֹם", "👨‍👩‍👧 ❤️", "a\u00adb\u200cc", "\xff\xfe\xc3", "a\x00b",
	"# Head **bold** [text](https://x.y) ![i](z) `code` *a", "<script>alert(1)</script> &amp; <mark>",
	"[[[[](](", strings.Repeat("é", 100), strings.Repeat("word ", 50), "title:x AND (y OR z*) NEAR",
}

func FuzzTokenize(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkTokens(t, text)
		folded := words.Fold(text)
		if again := words.Fold(folded); again != folded {
			t.Errorf("Fold(%q) = %q, folded again %q", text, folded, again)
		}
	})
}

// checkTokens asks of the words of a text what the databases and the
// snippets rely on.
func checkTokens(t *testing.T, text string) {
	t.Helper()
	end := 0
	for _, token := range words.Tokenize(text) {
		if token.Start < end || token.End <= token.Start || token.End > len(text) {
			t.Fatalf("%q has %+v after a word that ends at %d", text, token, end)
		}
		end = token.End
		if !utf8.ValidString(text[token.Start:token.End]) {
			t.Errorf("%q: word %q is cut inside of a character", text, text[token.Start:token.End])
		}
		for _, word := range []string{token.Form, token.Stem} {
			odd := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }
			if n := utf8.RuneCountInString(word); n == 0 || n > words.MaxWord || strings.ContainsFunc(word, odd) || !utf8.ValidString(word) {
				t.Errorf("%q: bad word %q", text, word)
			}
		}
		if token.Stem[0] != token.Form[0] {
			t.Errorf("%q: stem %q does not begin as its word %q", text, token.Stem, token.Form)
		}
		if again := words.Tokenize(text[token.Start:token.End]); len(again) != 1 || again[0].Stem != token.Stem {
			t.Errorf("%q: word %q alone is %+v, was %+v", text, text[token.Start:token.End], again, token)
		}
	}
}

func FuzzParse(f *testing.F) {
	for i, s := range seeds {
		f.Add(s, seeds[(i+1)%len(seeds)], seeds[(i+2)%len(seeds)]+" "+s, 40)
	}
	f.Fuzz(func(t *testing.T, q, title, body string, limit int) {
		query := words.Parse(q)
		checkQuery(t, query)
		limit = min(max(limit, 0), 1000)
		snippet := query.Snippet(title, body, limit)
		checkSnippet(t, query, snippet, limit)

		found := query.Matches(title, body)
		if found && limit > 0 && !strings.Contains(snippet, "<mark>") {
			t.Errorf("%q finds %q / %q, but nothing in %q is marked", q, title, body, snippet)
		}
		// What the index is given must be what is matched.
		if got := matchesIndex(query, words.Index(title, body)); got != found {
			t.Errorf("%q: Matches says %v, the index %v, of %q / %q", q, found, got, title, body)
		}
		// A text finds itself, however it is cut into terms.
		if self := words.Parse(title); !self.Empty() && !self.Matches(title, body) {
			t.Errorf("%q does not find itself: %+v", title, self)
		}
	})
}

// checkQuery asks of a query what the databases rely on.
func checkQuery(t *testing.T, q words.Query) {
	t.Helper()
	count := 0
	for i, term := range q.Terms {
		count += len(term.Stems)
		if len(term.Stems) == 0 || term.Prefix != "" && len(term.Stems) != 1 {
			t.Errorf("bad term %+v", term)
		}
		for _, stem := range append(slices.Clone(term.Stems), term.Prefix) {
			odd := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }
			if strings.ContainsFunc(stem, odd) {
				t.Errorf("bad word %q", stem)
			}
		}
		for _, other := range q.Terms[:i] {
			if cmp.Equal(term, other) {
				t.Errorf("term %+v twice", term)
			}
		}
	}
	if count > words.MaxTerms {
		t.Errorf("%d words", count)
	}
}

// checkSnippet asks that a snippet is safe and short and that its marks are
// where they belong.
func checkSnippet(t *testing.T, q words.Query, snippet string, limit int) {
	t.Helper()
	bare := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(snippet)
	if strings.ContainsAny(bare, "<>\"'") {
		t.Errorf("%q has more than marks", snippet)
	}
	text := html.UnescapeString(bare)
	if !utf8.ValidString(text) {
		t.Errorf("%q is not UTF-8", snippet)
	}
	if n := utf8.RuneCountInString(text); n > limit+2 {
		t.Errorf("%q has %d characters, limit %d", snippet, n, limit)
	}
	for i, piece := range strings.Split(snippet, "<mark>") {
		inside, outside, closed := strings.Cut(piece, "</mark>")
		if i == 0 {
			inside, outside, closed = "", piece, true
		}
		if !closed || i > 0 && inside == "" || strings.Contains(outside, "</mark>") {
			t.Fatalf("%q: marks do not pair", snippet)
		}
		for _, term := range q.Terms {
			if len(term.Stems) > 1 {
				continue // a phrase may be cut at the end
			}
			if alone := (words.Query{Terms: []words.Term{term}}); alone.Matches("", html.UnescapeString(outside)) {
				t.Errorf("%q: %+v is not marked in %q", snippet, term, outside)
			}
		}
	}
}

// matchesIndex does on a Document what a full-text index does.
func matchesIndex(q words.Query, d words.Document) bool {
	row := func(field string, stems []string) bool {
		return strings.Contains(" "+field+" ", " "+strings.Join(stems, " ")+" ")
	}
	for _, term := range q.Terms {
		begins := func(field string) bool {
			return term.Prefix != "" && strings.Contains(" "+field, " "+term.Prefix)
		}
		if !row(d.Title, term.Stems) && !row(d.Body, term.Stems) &&
			!begins(d.Title) && !begins(d.Body) && !begins(d.Forms) {
			return false
		}
	}
	return !q.Empty()
}

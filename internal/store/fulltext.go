package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

// Candidates is how many ideas MatchWords ranks at most from those that have
// all terms in the title, and from those that have them anywhere.
const Candidates = 250

// MatchWords returns the ideas of an owner in which all terms of q are found,
// the best first, and whether there are more after them. An idea is the better
// the more terms its title has; of those with all terms in the title the
// shortest title is the best. Ideas that are equal in this are sorted by
// number, the newest first. Archived ideas are left out.
//
// Only the newest Candidates are ranked, so that a very common word costs no
// more than a rare one; List finds all. For the same reason no term counts
// more for being rare, as it would with BM25: how rare a term is can only be
// known from reading all that is indexed under it.
func (s *Store) MatchWords(ctx context.Context, who owner.ID, q words.Query, f idea.WordFilter, limit, offset int) (list []idea.Idea, more bool, err error) {
	if q.Empty() {
		return nil, false, nil
	}
	err = s.engine.snapshot(ctx, func(conn querier) error {
		t := &transaction{querier: conn, d: s.dialect, who: who}
		found, err := t.candidates(ctx, q, f)
		if err != nil {
			return err
		}
		found = found[min(offset, len(found)):]
		more = len(found) > limit
		list, err = t.inOrder(ctx, found[:min(limit, len(found))])
		return err
	})
	if err != nil {
		return nil, false, err
	}
	return list, more, nil
}

// candidate is an idea that matches a search.
type candidate struct {
	number int64
	title  string
	terms  int // how many terms of the search the title has
	length int // of the title if it has all terms, else 0
}

// candidates returns what matches a search, the best first.
func (t *transaction) candidates(ctx context.Context, q words.Query, f idea.WordFilter) ([]candidate, error) {
	titled, err := t.newest(ctx, match(t.d, t.who, q, inTitle), f)
	if err != nil {
		return nil, err
	}
	anywhere, err := t.newest(ctx, match(t.d, t.who, q, inText), f)
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	for i := range titled {
		seen[titled[i].number] = true
		titled[i].terms, titled[i].length = len(q.Terms), utf8.RuneCountInString(titled[i].title)
	}
	found := titled
	for _, c := range anywhere {
		if !seen[c.number] {
			c.terms = termsIn(q, c.title)
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.terms, a.terms), cmp.Compare(a.length, b.length), cmp.Compare(b.number, a.number))
	})
	return found, nil
}

// newest returns the newest ideas that match an expression.
func (t *transaction) newest(ctx context.Context, expression string, f idea.WordFilter) ([]candidate, error) {
	var a arguments
	where := "i.owner = " + a.next(t.who) + " AND i.archived = " + a.next(false)
	if f.Status != "" {
		where += " AND i.status = " + a.next(f.Status)
	}
	if f.Tag != "" {
		where += " AND i.number IN (" + carrying(a.next(f.Tag)) + ")"
	}
	query := t.d.newest(a.next(expression), where, a.next(Candidates))
	return all(ctx, t, func(r row) (c candidate, err error) {
		err = r.Scan(&c.number, &c.title)
		return c, err
	}, query, a.list...)
}

// termsIn returns how many terms of a search a title has that has not all of
// them. There is nothing to count if there is only one.
func termsIn(q words.Query, title string) int {
	if len(q.Terms) == 1 {
		return 0
	}
	has := map[string]bool{}
	for _, w := range words.Tokenize(title) {
		has[w.Stem] = true
	}
	n := 0
	for _, t := range q.Terms {
		if !slices.ContainsFunc(t.Stems, func(stem string) bool { return !has[stem] }) {
			n++
		}
	}
	return n
}

// inOrder reads ideas in the order of candidates.
func (t *transaction) inOrder(ctx context.Context, found []candidate) ([]idea.Idea, error) {
	place := make(map[int64]int, len(found))
	numbers := make([]int64, len(found))
	for k, c := range found {
		place[c.number], numbers[k] = k, c.number
	}
	list, err := all(ctx, t, scanIdea,
		`SELECT `+ideaColumns+` FROM ideas i WHERE i.owner = $1 AND `+t.d.among("i.number", "$2"),
		t.who, t.d.integers(numbers))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b idea.Idea) int { return place[a.Number] - place[b.Number] })
	return list, t.readTags(ctx, list)
}

// field is the part of an idea that a word in the index is from.
type field string

// The fields. Title words are there twice, so that those who look for them
// alone need not read all the others.
const (
	inTitle field = "t" // stems of the title
	inText  field = "w" // stems of title and body
	inForms field = "f" // words.Document.Forms
)

// scope begins every word in the index: the field and the owner. So one
// owner's words are a range of the index in which nobody else's are, and a
// search costs the same however many others there are. It is always seven
// characters, enough for two thousand million owners.
func scope(f field, who owner.ID) string {
	const digits = 6
	id := strconv.FormatInt(int64(who), 36)
	return string(f) + strings.Repeat("0", max(0, digits-len(id))) + id
}

// maxWord is how many bytes of a word count. PostgreSQL can index about 2000.
const maxWord = 200

// scoped returns a word as it is in the index.
func scoped(scope, word string) string {
	if len(word) > maxWord {
		end := maxWord
		for !utf8.RuneStart(word[end]) {
			end--
		}
		word = word[:end]
	}
	return scope + word
}

// lexemes returns what the index has of an idea, in the order that phrases
// are found by. The words of the title as such stand between title and body
// and keep a phrase from going across.
func lexemes(who owner.ID, d words.Document) []string {
	var list []string
	put := func(f field, text string) {
		s := scope(f, who)
		for _, w := range strings.Fields(text) {
			list = append(list, scoped(s, w))
		}
	}
	put(inText, d.Title)
	put(inTitle, d.Title)
	put(inText, d.Body)
	put(inForms, d.Forms)
	return list
}

// match writes a query for all terms of q in the language of an engine. Every
// word is quoted, so nothing that somebody typed is an operator.
func match(d dialect, who owner.ID, q words.Query, f field) string {
	s, forms := scope(f, who), scope(inForms, who)
	terms := make([]string, len(q.Terms))
	for i, t := range q.Terms {
		stems := make([]string, len(t.Stems))
		for k, stem := range t.Stems {
			stems[k] = scoped(s, stem)
		}
		var ways []string
		if t.Prefix != "" {
			ways = append(ways, d.beginning(scoped(s, t.Prefix)))
			if f == inText {
				ways = append(ways, d.beginning(scoped(forms, t.Prefix)))
			}
		}
		if t.Prefix == "" || len(stems) > 1 || !strings.HasPrefix(t.Stems[0], t.Prefix) {
			ways = append(ways, d.phrase(stems))
		}
		terms[i] = "(" + strings.Join(ways, d.or()) + ")"
	}
	return strings.Join(terms, d.and())
}

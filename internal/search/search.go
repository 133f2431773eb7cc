// Package search finds an owner's ideas by what somebody types.
//
// It finds by words: package words says what a word is and what a query
// means, the store finds and ranks, and this package checks what is asked,
// puts the idea first whose number was typed, and shows why each idea was
// found.
package search

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

// Words finds ideas by their words.
type Words interface {
	// MatchWords returns the ideas in which all terms of q are found and
	// which are not archived, the best first, and whether there are more
	// after them.
	MatchWords(ctx context.Context, who owner.ID, q words.Query, f idea.WordFilter, limit, offset int) (list []idea.Idea, more bool, err error)
}

// Ideas finds an idea by its number.
type Ideas interface {
	// Get returns an idea, archived or not, or a fault.NotFound.
	Get(ctx context.Context, who owner.ID, number int64) (idea.Detail, error)
}

// Search answers queries.
type Search struct {
	words Words
	ideas Ideas
}

// New makes a Search over an index of words and the ideas themselves.
func New(w Words, ideas Ideas) *Search { return &Search{w, ideas} }

// Query is what somebody asks for.
type Query struct {
	Text   string      // as typed; required, at most idea.MaxQuery characters
	Mode   Mode        // "" for the best there is
	Status idea.Status // "" for any
	Tag    string      // "" for any
	Limit  int         // at most this many hits; 0 for idea.DefaultPage
	Offset int         // after passing over this many
}

// Mode is the way to search that is asked for.
type Mode string

// The modes. Without an index of meaning, Semantic is answered by words.
const (
	Keyword  Mode = "keyword"
	Semantic Mode = "semantic"
)

// Type is the way in which an answer was found.
type Type string

// FullText says that the words of the query are in the ideas.
const FullText Type = "fts"

// Answer is what was found.
type Answer struct {
	Query string // the text of the query
	Type  Type
	Hits  []Hit // the best first
	More  bool  // whether there are more after them
}

// Hit is an idea that was found.
type Hit struct {
	Idea idea.Idea
	// Snippet is HTML: the text around the best match, escaped, with every
	// match in a <mark>.
	Snippet string
	Score   *float64 // closeness in meaning, 0 to 1; nil if found by words
}

// snippetLength is how many characters of an idea a hit shows: three lines
// on a phone.
const snippetLength = 200

// Find answers a query. A query in which there is no word, such as "?!",
// finds nothing. If the whole query is a number, with or without #, the idea
// of that number comes first.
func (s *Search) Find(ctx context.Context, who owner.ID, q Query) (Answer, error) {
	q, err := q.checked()
	if err != nil {
		return Answer{}, err
	}
	parsed := words.Parse(q.Text)
	list, more, err := s.find(ctx, who, q, parsed)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Query: q.Text, Type: FullText, More: more, Hits: make([]Hit, len(list))}
	for i, found := range list {
		a.Hits[i] = Hit{Idea: found, Snippet: parsed.Snippet(found.Title, found.Body, snippetLength)}
	}
	return a, nil
}

// find returns a page of the ideas by number and by words.
func (s *Search) find(ctx context.Context, who owner.ID, q Query, parsed words.Query) ([]idea.Idea, bool, error) {
	first, err := s.numbered(ctx, who, q)
	if err != nil {
		return nil, false, err
	}
	filter := idea.WordFilter{Status: q.Status, Tag: q.Tag}
	if first == nil {
		return s.words.MatchWords(ctx, who, parsed, filter, q.Limit, q.Offset)
	}
	// It stands before everything that the words find, which moves that by
	// one place, and is left out there.
	room, offset := q.Limit, q.Offset-1
	if q.Offset == 0 {
		room, offset = q.Limit-1, 0
	}
	byWords, more, err := s.words.MatchWords(ctx, who, parsed, filter, max(room, 1), offset)
	if err != nil {
		return nil, false, err
	}
	var list []idea.Idea
	if q.Offset == 0 {
		list = append(list, *first)
	}
	for _, i := range byWords {
		switch {
		case i.Number == first.Number:
		case len(list) == q.Limit: // there was room for first alone
			more = true
		default:
			list = append(list, i)
		}
	}
	return list, more, nil
}

// numbered returns the idea whose number is the query, or nil.
func (s *Search) numbered(ctx context.Context, who owner.ID, q Query) (*idea.Idea, error) {
	digits := strings.TrimPrefix(strings.TrimSpace(q.Text), "#")
	if strings.Trim(digits, "0123456789") != "" { // ParseInt would take a sign
		return nil, nil
	}
	number, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return nil, nil // no digit, or more than any idea's number has
	}
	found, err := s.ideas.Get(ctx, who, number)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case found.Archived || !q.passes(found.Idea):
		return nil, nil
	}
	return &found.Idea, nil
}

// checked returns the query with its defaults filled in.
func (q Query) checked() (Query, error) {
	if !utf8.ValidString(q.Text) {
		return Query{}, fault.OfField("q", "is not valid UTF-8: send it in UTF-8")
	}
	if strings.TrimSpace(q.Text) == "" {
		return Query{}, fault.OfField("q", "must not be empty: say what to search for")
	}
	if n := utf8.RuneCountInString(q.Text); n > idea.MaxQuery {
		return Query{}, fault.OfField("q", "has %d characters, at most %d are allowed", n, idea.MaxQuery)
	}
	if strings.ContainsRune(q.Text, 0) {
		return Query{}, fault.OfField("q", "has a NUL character: remove it")
	}
	if q.Mode != "" && q.Mode != Keyword && q.Mode != Semantic {
		return Query{}, fault.OfField("mode", "must be %s or %s", Keyword, Semantic)
	}
	var err error
	if q.Status != "" {
		if q.Status, err = idea.ParseStatus(string(q.Status)); err != nil {
			return Query{}, err
		}
	}
	if q.Tag != "" {
		if q.Tag, err = idea.NormalizeTag(q.Tag); err != nil {
			return Query{}, fault.OfField("tag", "must be the name of a tag")
		}
	}
	q.Limit, err = idea.CheckPage(q.Limit, q.Offset)
	return q, err
}

// passes reports whether the filters let an idea through.
func (q Query) passes(i idea.Idea) bool {
	return (q.Status == "" || i.Status == q.Status) &&
		(q.Tag == "" || slices.Contains(i.Tags, q.Tag))
}

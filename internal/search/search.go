// Package search finds an owner's ideas by what somebody types.
//
// It finds by meaning: an embedder turns the query into a vector, and the
// ideas whose vectors are near enough are the answer. It finds by words, too:
// package words says what a word is and what a query means, and the store
// finds and ranks. Where there is meaning, words put those ideas in front that
// they clearly name (fuse.go); where nothing is near enough, or nothing has
// been understood yet, they are the answer alone. And an idea whose number was
// typed comes first.
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
	// Tags returns every tag of the owner.
	Tags(ctx context.Context, who owner.ID) ([]idea.Tag, error)
}

// Search answers queries.
type Search struct {
	words   Words
	ideas   Ideas
	meaning *Meaning
	recall  recall
}

// New makes a Search over an index of words and the ideas themselves, by
// meaning too unless m is nil.
func New(w Words, ideas Ideas, m *Meaning) *Search {
	return &Search{words: w, ideas: ideas, meaning: m}
}

// Query is what somebody asks for.
type Query struct {
	Text   string      // as typed; required, at most idea.MaxQuery characters
	Mode   Mode        // "" for the best there is
	Status idea.Status // "" for any
	Tag    string      // "" for any
	Limit  int         // at most this many hits; 0 for idea.DefaultPage
	Offset int         // after passing over this many
	// Threshold is the score that meaning must have at least; 0 for
	// DefaultThreshold.
	Threshold float64
}

// DefaultThreshold is for people who did not choose one.
const DefaultThreshold = 0.3

// Mode is the way to search that is asked for.
type Mode string

// The modes. Semantic is answered by words as long as nothing of the owner's
// has been understood.
const (
	Keyword  Mode = "keyword"
	Semantic Mode = "semantic"
)

// Type is the way in which an answer was found.
type Type string

const (
	// FullText says that the words of the query are in the ideas.
	FullText Type = "fts"
	// ByVectors says that ideas are near to the query in meaning.
	ByVectors Type = "semantic"
)

// Reason is why an idea is in an answer.
type Reason string

// The reasons.
const (
	ByWords   Reason = "words"
	ByMeaning Reason = "meaning"
	ByBoth    Reason = "both"
	ByNumber  Reason = "number"
)

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
	// Score is how well the idea fits, 0 to 1, in meaning and by words; nil in
	// an answer of type FullText.
	Score  *float64
	Reason Reason
}

// snippetLength is how many characters of an idea a hit shows: three lines
// on a phone.
const snippetLength = 200

// Find answers a query. Words alone find nothing for a query in which there
// is none, such as "?!". If the whole query is a number, with or without #,
// the idea of that number comes first.
func (s *Search) Find(ctx context.Context, who owner.ID, q Query) (Answer, error) {
	q, err := q.checked()
	if err != nil {
		return Answer{}, err
	}
	first, err := s.numbered(ctx, who, q)
	if err != nil {
		return Answer{}, err
	}
	if q.Mode != Keyword {
		a, ok, err := s.findMeaning(ctx, who, q, first)
		// Automatic is whatever is possible now.
		if ok || err != nil && (q.Mode == Semantic || !fault.Is(err, fault.Unavailable)) {
			return a, err
		}
	}
	return s.findWords(ctx, who, q, first)
}

// findWords answers by number and by words.
func (s *Search) findWords(ctx context.Context, who owner.ID, q Query, first *idea.Idea) (Answer, error) {
	list, more, err := s.page(ctx, who, q, first)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Query: q.Text, Type: FullText, More: more, Hits: make([]Hit, len(list))}
	for i, found := range list {
		a.Hits[i] = q.hit(found, ByWords)
		if first != nil && found.Number == first.Number {
			a.Hits[i].Reason = ByNumber
		}
	}
	return a, nil
}

// findMeaning answers by number, by meaning, and by what words clearly name.
// It is not ok if words have to answer.
func (s *Search) findMeaning(ctx context.Context, who owner.ID, q Query, first *idea.Idea) (_ Answer, ok bool, err error) {
	e, of, err := s.meaning.embedder(ctx, who)
	if e == nil || err != nil {
		return Answer{}, false, err
	}
	filter := q.filter()
	near, err := s.meaning.near(ctx, who, e, of.model, q.Text, filter, q.Threshold)
	if err != nil || len(near) == 0 && q.Mode != Semantic {
		return Answer{}, false, err
	}
	byWords := map[int64]float64{}
	if q.Mode != Semantic {
		if byWords, err = s.weigh(ctx, who, q.Text, filter, of.ideas); err != nil {
			return Answer{}, false, err
		}
	}
	places := fuse(near, byWords)
	if first != nil {
		places = slices.DeleteFunc(places, func(p place) bool { return p.number == first.Number })
		places = slices.Insert(places, 0, place{first.Number, 1, 1})
	}
	places = places[min(q.Offset, len(places)):]
	a := Answer{Query: q.Text, Type: ByVectors, More: len(places) > q.Limit, Hits: []Hit{}}
	places = places[:min(q.Limit, len(places))]
	numbers := make([]int64, len(places))
	at := map[int64]place{}
	for i, p := range places {
		numbers[i], at[p.number] = p.number, p
	}
	list, err := s.meaning.Library.InOrder(ctx, who, numbers)
	if err != nil {
		return Answer{}, false, err
	}
	for _, found := range list {
		p := at[found.Number]
		h := q.hit(found, p.reason())
		if first != nil && found.Number == first.Number {
			h.Reason = ByNumber
		}
		score := p.score()
		h.Score = &score
		a.Hits = append(a.Hits, h)
	}
	return a, true, nil
}

// hit shows an idea that was found.
func (q Query) hit(found idea.Idea, why Reason) Hit {
	return Hit{Idea: found, Snippet: words.Parse(q.Text).Snippet(found.Title, found.Body, snippetLength), Reason: why}
}

func (q Query) filter() idea.WordFilter { return idea.WordFilter{Status: q.Status, Tag: q.Tag} }

// page returns a page of the ideas by number and by words.
func (s *Search) page(ctx context.Context, who owner.ID, q Query, first *idea.Idea) ([]idea.Idea, bool, error) {
	parsed, filter := words.Parse(q.Text), q.filter()
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
	if q.Threshold == 0 {
		q.Threshold = DefaultThreshold
	}
	q.Limit, err = idea.CheckPage(q.Limit, q.Offset)
	return q, err
}

// passes reports whether the filters let an idea through.
func (q Query) passes(i idea.Idea) bool {
	return (q.Status == "" || i.Status == q.Status) &&
		(q.Tag == "" || slices.Contains(i.Tags, q.Tag))
}

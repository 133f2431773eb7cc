// Package embedtest helps to test what uses an embedder, and measures how well one
// understands ideas.
//
// Its ideas were written for this purpose, in many languages, each with
// queries that share hardly a word with it, many with queries that name it,
// some of those mistyped, some captured twice in other words and some with
// companions about the same thing. What is chosen for a
// model, such as where its scores lie, is chosen with one half of them and
// confirmed with the other.
package embedtest

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/embed"
)

//go:embed ideas.txt
var ideas string

// Half is the part of the ideas that something is decided with.
type Half int

// The halves.
const (
	Choose Half = iota
	Confirm
)

// Set is a repository of ideas and what should be found in it.
type Set struct {
	Ideas   []Idea // one person's
	Again   []Pair // ideas captured again; they are not among Ideas
	Related []Pair // two ideas of Ideas that are about the same thing
	Queries []Query
}

// Idea is an idea.
type Idea struct {
	Language    string
	Topic       int
	Title, Body string

	about int // place in Set.Ideas of the one that it is a companion of, or its own
}

// Text is what an embedder gets of it.
func (i Idea) Text() embed.Text { return embed.Idea(i.Title, i.Body) }

// Half is the half that the idea belongs to, with all of its topic. By fours,
// every language that has more than a few ideas is in both.
func (i Idea) Half() Half { return Half(i.Topic / 4 % 2) }

// Pair is an idea and the place of another in Set.Ideas.
type Pair struct {
	Idea  Idea
	Other int
}

// Query is what somebody types who looks for one idea.
type Query struct {
	Language, Text string
	Kind           Kind
	Wanted         int // place in Set.Ideas
}

// Kind is in which way a query is like what it looks for.
type Kind int

// The kinds.
const (
	Meaning  Kind = iota // in meaning only: hardly a word is the same
	Words                // in its words
	Mistyped             // in its words, as they come from a keyboard
)

// Load reads the ideas.
func Load() (Set, error) {
	var s Set
	topic := -1
	last := -1 // idea that the next lines belong to
	for number, line := range strings.Split(ideas, "\n") {
		kind, rest, _ := strings.Cut(line, " ")
		part := strings.Split(rest, "|")
		var ok bool
		switch kind {
		case "", "//":
			ok = true
		case "#":
			topic, last, ok = topic+1, -1, true
		case "I":
			if ok = topic >= 0 && len(part) == 3; ok {
				last = len(s.Ideas)
				s.Ideas = append(s.Ideas, Idea{part[0], topic, part[1], part[2], last})
			}
		case "D":
			if ok = last >= 0 && len(part) == 2; ok {
				s.Again = append(s.Again, Pair{Idea{s.Ideas[last].Language, topic, part[0], part[1], last}, last})
			}
		case "R":
			if ok = last >= 0 && len(part) == 3; ok {
				companion := Idea{part[0], topic, part[1], part[2], last}
				for other, idea := range s.Ideas {
					if idea.about == last {
						s.Related = append(s.Related, Pair{companion, other})
					}
				}
				s.Ideas = append(s.Ideas, companion)
			}
		case "Q", "K", "T":
			if ok = last >= 0 && len(part) == 2; ok {
				s.Queries = append(s.Queries, Query{part[0], part[1], Kind(strings.Index("QKT", kind)), last})
			}
		}
		if !ok {
			return Set{}, fmt.Errorf("line %d of ideas.txt is none: %q", number+1, line)
		}
	}
	return s, nil
}

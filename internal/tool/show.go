package tool

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fence"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

const (
	snippetLength = 200   // characters of an idea that a list shows
	bodyRoom      = 4_000 // characters of a text that a model reads at a time
	cardRoom      = 8_000 // the same for a card
)

// card makes a card from its data.
func card(t artifact.CardType, title string, data any) (artifact.Card, error) {
	b, err := json.Marshal(data)
	if err != nil {
		return artifact.Card{}, fmt.Errorf("write card %s: %w", t, err)
	}
	return artifact.Card{Type: t, Title: title, Data: b}, nil
}

// show is a result with one card.
func show(text string, t artifact.CardType, title string, data any, changes ...Change) (Result, error) {
	c, err := card(t, title, data)
	if err != nil {
		return Result{}, err
	}
	return Result{Text: text, Data: data, Cards: []artifact.Card{c}, Changes: changes}, nil
}

// asCard shows an idea with the beginning of its text.
func asCard(i idea.Idea) artifact.CardIdea {
	tags := i.Tags
	if tags == nil {
		tags = []string{}
	}
	return artifact.CardIdea{
		ID: i.Number, Title: i.Title, Status: string(i.Status), Tags: tags, Archived: i.Archived,
		Snippet: beginning(fence.Flat(i.Body), snippetLength),
	}
}

func asCards(list []idea.Idea) []artifact.CardIdea {
	out := make([]artifact.CardIdea, len(list))
	for n, i := range list {
		out[n] = asCard(i)
	}
	return out
}

func briefCard(b idea.Brief) artifact.CardIdea {
	return artifact.CardIdea{ID: b.Number, Title: b.Title, Status: string(b.Status), Tags: []string{}, Archived: b.Archived}
}

// plain takes the marks from a snippet.
func plain(snippet string) string {
	return html.UnescapeString(strings.NewReplacer("<mark>", "", "</mark>", "").Replace(snippet))
}

// beginning returns at most n characters of a text.
func beginning(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimSpace(string(r[:n])) + " …"
}

// tell adds a line about an idea to what a model reads.
func tell(p *fence.Page, i artifact.CardIdea) {
	what := fmt.Sprintf("#%d, %s", i.ID, i.Status)
	if i.Archived {
		what += ", archived"
	}
	if i.Score != nil {
		what += fmt.Sprintf(", fits %.2f", *i.Score)
	}
	text := i.Title
	if len(i.Tags) > 0 {
		text += " (tags: " + strings.Join(i.Tags, ", ") + ")"
	}
	if i.Snippet != "" {
		text += ": " + i.Snippet
	}
	p.Item(what, text)
}

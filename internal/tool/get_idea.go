package tool

import (
	"context"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fence"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

type getParams struct {
	ID      int64 `json:"id" jsonschema:"Number of the idea: 12 for #12." min:"1"`
	Related *bool `json:"include_related,omitempty" jsonschema:"Whether to tell of related ideas. True if left out."`
	From    int   `json:"from,omitempty" jsonschema:"Read the text from this character on, for a long one." min:"0" max:"50000"`
}

const maxRelated = 30 // ideas that are told of beside one

func (c *Catalogue) getIdea(ctx context.Context, call Call, p getParams) (Result, error) {
	d, err := c.idea(ctx, call.Who.Owner, p.ID)
	if err != nil {
		return Result{}, err
	}
	if p.Related != nil && !*p.Related {
		d.Outgoing, d.Incoming = nil, nil
	}
	return show(tellIdea(d, p.From), artifact.IdeaCard, d.Title, asPage(d, ""))
}

// asPage is an idea with all that its card shows.
func asPage(d idea.Detail, done string) artifact.IdeaCardData {
	data := artifact.IdeaCardData{
		Idea: asCard(d.Idea), Body: beginning(d.Body, cardRoom), Done: done,
		Related: []artifact.CardRelated{}, Links: []artifact.CardLink{}, Changes: []artifact.CardChange{},
	}
	for _, r := range d.Outgoing {
		data.Related = append(data.Related, artifact.CardRelated{Idea: briefCard(r.Other), Type: string(r.Type), Outgoing: true, Note: r.Note})
	}
	for _, r := range d.Incoming {
		data.Related = append(data.Related, artifact.CardRelated{Idea: briefCard(r.Other), Type: string(r.Type), Note: r.Note})
	}
	data.Related = data.Related[:min(maxRelated, len(data.Related))]
	for _, l := range d.Links {
		data.Links = append(data.Links, artifact.CardLink{URL: l.URL, Title: l.Title})
	}
	return data
}

// tellIdea is an idea as a model reads it, its text from a character on.
func tellIdea(d idea.Detail, from int) string {
	var p fence.Page
	head := asCard(d.Idea)
	head.Snippet = ""
	tell(&p, head)
	body := []rune(fence.Visible(d.Body))
	switch from = min(from, len(body)); {
	case len(body) == 0:
		p.Say("It has no text.")
	case len(body)-from > bodyRoom:
		p.Text("text", string(body[from:from+bodyRoom]))
		p.Say("The text has %d characters; this is %d to %d. Call get_idea with from %d for more.", len(body), from, from+bodyRoom, from+bodyRoom)
	default:
		p.Text("text", string(body[from:]))
	}
	data := asPage(d, "")
	for _, r := range data.Related {
		way := "to"
		if !r.Outgoing {
			way = "from"
		}
		text := r.Idea.Title
		if r.Note != "" {
			text += " (note: " + r.Note + ")"
		}
		p.Item(fmt.Sprintf("relation %s %s #%d", r.Type, way, r.Idea.ID), text)
	}
	if n := len(d.Outgoing) + len(d.Incoming) - len(data.Related); n > 0 {
		p.Say("%d more relations are left out.", n)
	}
	for _, l := range data.Links {
		p.Item("link", l.URL+" "+l.Title)
	}
	return p.String()
}

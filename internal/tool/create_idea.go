package tool

import (
	"context"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

type createParams struct {
	Title  string   `json:"title" jsonschema:"Short title, one line." minLength:"1" maxLength:"200"`
	Body   string   `json:"body,omitempty" jsonschema:"The text, in Markdown." maxLength:"50000"`
	Tags   []string `json:"tags,omitempty" jsonschema:"Names of tags, for example [\"energy\", \"home\"]." maxItems:"20"`
	Status string   `json:"status,omitempty" jsonschema:"How far it has come. captured if left out." enum:"captured,exploring,building,shipped,shelved"`
}

func (c *Catalogue) createIdea(ctx context.Context, call Call, p createParams) (Result, error) {
	source := call.Source
	if source == "" {
		source = idea.Web
	}
	d, err := c.ideas.Capture(ctx, call.Who.Owner, idea.Draft{
		Title: p.Title, Body: p.Body, Tags: p.Tags, Status: idea.Status(p.Status), Source: source,
	})
	if err != nil {
		return Result{}, err
	}
	return show(fmt.Sprintf("Captured as idea #%d.", d.Number), artifact.IdeaCard, d.Title, asPage(d, "created"),
		Change{Kind: Captured, Idea: d.Number})
}

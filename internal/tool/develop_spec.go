package tool

import (
	"context"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fence"
	"github.com/neuralrepo/neuralrepo/internal/spec"
)

type specParams struct {
	ID           int64  `json:"id" jsonschema:"Number of the idea: 12 for #12." min:"1"`
	Instructions string `json:"instructions,omitempty" jsonschema:"What the person asks for besides." maxLength:"4000"`
}

func (c *Catalogue) developSpec(ctx context.Context, call Call, p specParams) (Result, error) {
	d, err := c.idea(ctx, call.Who.Owner, p.ID)
	if err != nil {
		return Result{}, err
	}
	a, err := c.specs.Write(ctx, call.Who, p.ID, spec.Options{Instructions: p.Instructions}, nil)
	if a.Version == 0 && err != nil {
		return Result{}, err
	}
	var page fence.Page
	page.Say("Version %d of the specification of idea #%d is kept.", a.Version, p.ID)
	if err != nil || !a.Complete {
		page.Say("It broke off; the person can go on with it on the idea's page.")
	}
	page.Text("specification", beginning(a.Body, bodyRoom))
	data := artifact.DocumentData{
		Kind: "prd", Title: d.Title, Ideas: []artifact.CardIdea{asCard(d.Idea)},
		Sections: []artifact.CardSection{{Heading: "Specification", Text: a.Body}},
	}
	return show(page.String(), artifact.Document, fmt.Sprintf("Specification of %s", d.Title), data, Change{Kind: Spec, Idea: p.ID})
}

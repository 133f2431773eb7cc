package tool

import (
	"context"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
)

type archiveParams struct {
	ID int64 `json:"id" jsonschema:"Number of the idea: 12 for #12." min:"1"`
}

func (c *Catalogue) archiveIdea(ctx context.Context, call Call, p archiveParams) (Result, error) {
	d, err := c.idea(ctx, call.Who.Owner, p.ID)
	if err != nil {
		return Result{}, err
	}
	if d.Archived {
		return show(fmt.Sprintf("Idea #%d was archived already.", p.ID), artifact.IdeaCard, d.Title, asPage(d, "archived"))
	}
	if err := c.ideas.Archive(ctx, call.Who.Owner, p.ID); err != nil {
		return Result{}, missing(err, p.ID)
	}
	d.Archived = true
	return show(fmt.Sprintf("Archived idea #%d.", p.ID), artifact.IdeaCard, d.Title, asPage(d, "archived"),
		Change{Kind: Archived, Idea: p.ID})
}

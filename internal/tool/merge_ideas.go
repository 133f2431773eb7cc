package tool

import (
	"context"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

type mergeParams struct {
	Keep  int64 `json:"keep_id" jsonschema:"Number of the idea that stays." min:"1"`
	Merge int64 `json:"merge_id" jsonschema:"Number of the idea that it takes in, which is archived." min:"1"`
}

func (p mergeParams) check() error {
	if p.Keep == p.Merge {
		return fault.OfField("merge_id", "must be another idea than keep_id.")
	}
	return nil
}

func (c *Catalogue) mergeIdeas(ctx context.Context, call Call, p mergeParams) (Result, error) {
	ends, err := c.list(ctx, call.Who.Owner, []int64{p.Keep, p.Merge})
	if err != nil {
		return Result{}, err
	}
	d, err := c.ideas.Merge(ctx, call.Who.Owner, p.Keep, p.Merge)
	if err != nil {
		return Result{}, err
	}
	data := asPage(d, "merged")
	absorbed := asCard(ends[1])
	absorbed.Archived = true
	data.Merged = &absorbed
	return show(fmt.Sprintf("Idea #%d took in #%d, which is archived.", p.Keep, p.Merge), artifact.IdeaCard, d.Title, data,
		Change{Kind: Merged, Idea: p.Keep, Other: p.Merge})
}

package tool

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fence"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

type listTagsParams struct{}

const maxListed = 200 // tags that are told of

func (c *Catalogue) listTags(ctx context.Context, call Call, _ listTagsParams) (Result, error) {
	tags, err := c.ideas.Tags(ctx, call.Who.Owner)
	if err != nil {
		return Result{}, err
	}
	slices.SortStableFunc(tags, func(a, b idea.Tag) int { return cmp.Compare(b.Ideas, a.Ideas) })
	data := artifact.TagCloudData{Tags: []artifact.CardTag{}}
	var p fence.Page
	for _, t := range tags[:min(maxListed, len(tags))] {
		data.Tags = append(data.Tags, artifact.CardTag{Name: t.Name, Count: int64(t.Ideas)})
		p.Item(fmt.Sprintf("%d ideas", t.Ideas), t.Name)
	}
	if len(tags) == 0 {
		p.Say("There are no tags.")
	}
	if n := len(tags) - len(data.Tags); n > 0 {
		p.Say("%d more tags, which fewer ideas carry, are left out.", n)
	}
	return show(p.String(), artifact.TagCloud, "Tags", data)
}

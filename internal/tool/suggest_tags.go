package tool

import (
	"context"
	"fmt"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fence"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

type suggestParams struct {
	ID   int64    `json:"id" jsonschema:"Number of the idea: 12 for #12." min:"1"`
	Tags []string `json:"tags,omitempty" jsonschema:"Tags that you propose yourself." maxItems:"20"`
}

func (c *Catalogue) suggestTags(ctx context.Context, call Call, p suggestParams) (Result, error) {
	d, err := c.idea(ctx, call.Who.Owner, p.ID)
	if err != nil {
		return Result{}, err
	}
	known, err := c.ideas.Tags(ctx, call.Who.Owner)
	if err != nil {
		return Result{}, err
	}
	counts := map[string]int64{}
	for _, t := range known {
		counts[t.Name] = int64(t.Ideas)
	}
	found, err := c.search.Suggest(ctx, call.Who.Owner, p.ID)
	if err != nil {
		return Result{}, err
	}
	about := asCard(d.Idea)
	data := artifact.TagCloudData{Idea: &about, Tags: []artifact.CardTag{}}
	seen := map[string]bool{}
	add := func(name string, score float64) {
		if !seen[name] {
			seen[name] = true
			data.Tags = append(data.Tags, artifact.CardTag{Name: name, Score: score, Count: counts[name], Applied: slices.Contains(d.Tags, name)})
		}
	}
	for _, t := range found.Tags {
		add(t.Tag.Name, t.Score)
	}
	for _, t := range p.Tags {
		name, err := idea.NormalizeTag(t)
		if err != nil {
			return Result{}, err
		}
		add(name, 0)
	}
	for _, t := range d.Tags {
		add(t, 0)
	}
	var page fence.Page
	for _, t := range data.Tags {
		what := fmt.Sprintf("%d ideas", t.Count)
		if t.Applied {
			what += ", has it already"
		} else if t.Score > 0 {
			what += fmt.Sprintf(", fits %.2f", t.Score)
		}
		page.Item(what, t.Name)
	}
	if len(data.Tags) == 0 {
		page.Say("No tag is known that fits. Propose some in tags.")
	} else {
		page.Say("Nothing was changed. To give the idea tags, call update_idea with add_tags.")
	}
	return show(page.String(), artifact.TagCloud, "Tags for "+d.Title, data)
}

package tool

import (
	"context"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fence"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/search"
)

type searchParams struct {
	Query  string `json:"query,omitempty" jsonschema:"What to look for, in a few words. Leave it out for the newest ideas." maxLength:"500"`
	Status string `json:"status,omitempty" jsonschema:"Only ideas of this status." enum:"captured,exploring,building,shipped,shelved"`
	Tag    string `json:"tag,omitempty" jsonschema:"Only ideas that carry this tag." maxLength:"60"`
	Limit  int    `json:"limit,omitempty" jsonschema:"At most this many ideas. 10 if left out." min:"1" max:"50"`
}

const defaultResults = 10

// results returns how many ideas a call may tell of.
func (c Call) results(asked int) int {
	n := asked
	if n == 0 {
		n = defaultResults
	}
	if c.MaxResults > 0 {
		n = min(n, c.MaxResults)
	}
	return n
}

func (c *Catalogue) searchIdeas(ctx context.Context, call Call, p searchParams) (Result, error) {
	data := artifact.IdeaGridData{Query: strings.TrimSpace(p.Query), Ideas: []artifact.CardIdea{}}
	limit := call.results(p.Limit)
	if data.Query == "" {
		f := idea.Filter{Status: idea.Status(p.Status), Sort: idea.NewestFirst, Limit: limit, Tag: p.Tag}
		page, err := c.ideas.List(ctx, call.Who.Owner, f)
		if err != nil {
			return Result{}, err
		}
		data.Ideas, data.More = asCards(page.Ideas), page.Next != nil
	} else {
		a, err := c.search.Find(ctx, call.Who.Owner, search.Query{Text: data.Query, Status: idea.Status(p.Status), Tag: p.Tag, Limit: limit})
		if err != nil {
			return Result{}, err
		}
		for _, h := range a.Hits {
			i := asCard(h.Idea)
			i.Snippet, i.Score = plain(h.Snippet), h.Score
			data.Ideas = append(data.Ideas, i)
		}
		data.More = a.More
	}
	title := "Newest ideas"
	if data.Query != "" {
		title = "Ideas about " + beginning(data.Query, 60)
	}
	return show(tellGrid(data, "No idea was found. Try other words, or fewer."), artifact.IdeaGrid, title, data)
}

// tellGrid is a list of ideas as a model reads it.
func tellGrid(data artifact.IdeaGridData, none string) string {
	var p fence.Page
	if len(data.Ideas) == 0 {
		p.Say("%s", none)
	}
	for _, i := range data.Ideas {
		tell(&p, i)
	}
	if data.More {
		p.Say("There are more. Narrow the search or raise limit to see them.")
	}
	return p.String()
}

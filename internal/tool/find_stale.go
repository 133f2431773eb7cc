package tool

import (
	"context"
	"fmt"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

type staleParams struct {
	Days  int `json:"days,omitempty" jsonschema:"How many days without a change. The person's setting if left out." min:"1" max:"3650"`
	Limit int `json:"limit,omitempty" jsonschema:"At most this many ideas. 10 if left out." min:"1" max:"50"`
}

func (c *Catalogue) findStale(ctx context.Context, call Call, p staleParams) (Result, error) {
	if p.Days == 0 && c.stale != nil {
		var err error
		if p.Days, err = c.stale.StaleDays(ctx, call.Who.Owner); err != nil {
			return Result{}, err
		}
	}
	if p.Days == 0 {
		p.Days = DefaultStale
	}
	before := c.now().Add(-time.Duration(p.Days) * 24 * time.Hour)
	var old []idea.Idea // the longest forgotten last
	f := idea.Filter{Sort: idea.ChangedFirst, Limit: idea.MaxPage}
	for {
		page, err := c.ideas.List(ctx, call.Who.Owner, f)
		if err != nil {
			return Result{}, err
		}
		for _, i := range page.Ideas {
			if i.UpdatedAt.Before(before) && i.Status != idea.Shipped && i.Status != idea.Shelved {
				old = append(old, i)
			}
		}
		if f.After = page.Next; f.After == nil {
			break
		}
	}
	limit := call.results(p.Limit)
	data := artifact.IdeaGridData{Ideas: []artifact.CardIdea{}, More: len(old) > limit}
	for n := len(old) - 1; n >= 0 && len(data.Ideas) < limit; n-- {
		data.Ideas = append(data.Ideas, asCard(old[n]))
	}
	none := fmt.Sprintf("No open idea has gone unchanged for %d days.", p.Days)
	return show(tellGrid(data, none), artifact.IdeaGrid, fmt.Sprintf("Not touched for %d days", p.Days), data)
}

package tool

import (
	"context"
	"fmt"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

type linkParams struct {
	Source int64  `json:"source_id" jsonschema:"Number of the idea that the relation goes out from." min:"1"`
	Target int64  `json:"target_id" jsonschema:"Number of the idea that it leads to." min:"1"`
	Type   string `json:"type,omitempty" jsonschema:"What source is to target: source blocks target, inspires it, and so on. related if left out." enum:"related,parent,blocks,inspires,duplicate,supersedes"`
	Note   string `json:"note,omitempty" jsonschema:"Why they are related." maxLength:"500"`
}

func (p linkParams) check() error {
	if p.Source == p.Target {
		return fault.OfField("target_id", "must be another idea than source_id.")
	}
	return nil
}

func (c *Catalogue) linkIdeas(ctx context.Context, call Call, p linkParams) (Result, error) {
	ends, err := c.list(ctx, call.Who.Owner, []int64{p.Source, p.Target})
	if err != nil {
		return Result{}, err
	}
	outgoing, incoming, err := c.ideas.Relations(ctx, call.Who.Owner, p.Source)
	if err != nil {
		return Result{}, err
	}
	rel, err := c.ideas.Relate(ctx, call.Who.Owner, idea.RelationDraft{
		Source: p.Source, Target: p.Target, Type: idea.RelationType(p.Type), Note: p.Note,
	}, false)
	if err != nil {
		if short, ok := strings.CutSuffix(fault.Message(err), idea.ForceHint); ok {
			err = fault.New(fault.Conflict, "%s. Only the person can insist on that, in the app.", short)
		}
		return Result{}, err
	}
	ch := Change{Kind: Related, Idea: rel.Source, Other: rel.Target, Relation: rel.ID, Type: string(rel.Type), After: &Fields{Note: &rel.Note}}
	changes, text := []Change{ch}, fmt.Sprintf("Idea #%d and #%d are related now (%s).", p.Source, p.Target, rel.Type)
	for _, r := range append(outgoing, incoming...) {
		if r.ID != rel.ID {
			continue
		}
		changes, text = nil, fmt.Sprintf("Idea #%d and #%d were related so already: nothing changed.", p.Source, p.Target)
		if r.Note != rel.Note {
			ch.Kind, ch.Before = Noted, &Fields{Note: &r.Note}
			changes, text = []Change{ch}, fmt.Sprintf("Idea #%d and #%d were related already; the note is new.", p.Source, p.Target)
		}
	}
	if rel.Source != ends[0].Number { // it goes the other way round, and means the same
		ends[0], ends[1] = ends[1], ends[0]
	}
	data := artifact.ConnectionLineData{Relation: rel.ID, Source: asCard(ends[0]), Target: asCard(ends[1]), Type: string(rel.Type), Note: rel.Note}
	return show(text, artifact.ConnectionLine, ends[0].Title+" – "+ends[1].Title, data, changes...)
}

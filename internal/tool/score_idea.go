package tool

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

type scoreParams struct {
	Ideas   []scoredParam      `json:"ideas" jsonschema:"The ideas and their scores." minItems:"1" maxItems:"20"`
	Weights map[string]float64 `json:"weights,omitempty" jsonschema:"How much each criterion counts, for example {\"impact\": 2}. One that is left out counts 1."`
}

type scoredParam struct {
	ID     int64        `json:"id" jsonschema:"Number of the idea." min:"1"`
	Scores []scoreParam `json:"scores" jsonschema:"One for each criterion: feasibility, impact, effort, novelty, fit, or the person's own." minItems:"1" maxItems:"10"`
}

type scoreParam struct {
	Criterion string  `json:"criterion" jsonschema:"Name of the criterion." minLength:"1" maxLength:"60"`
	Score     float64 `json:"score" jsonschema:"From 0 to 10, 10 is best. For effort, 10 means little effort." min:"0" max:"10"`
	Reason    string  `json:"reason" jsonschema:"Why, in a sentence." minLength:"1" maxLength:"1000"`
}

// criteria are scored unless the person has others.
func criteria() []string { return []string{"feasibility", "impact", "effort", "novelty", "fit"} }

func criterion(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// names returns the criteria of a call: those of its first idea, the usual ones
// in their usual order.
func (p scoreParams) names() []string {
	var own []string
	for _, s := range p.Ideas[0].Scores {
		own = append(own, criterion(s.Criterion))
	}
	usual := criteria()
	if len(own) == len(usual) && !slices.ContainsFunc(usual, func(u string) bool { return !slices.Contains(own, u) }) {
		return usual
	}
	return own
}

func (p scoreParams) check() error {
	names := p.names()
	ids := map[int64]bool{}
	for n, i := range p.Ideas {
		at := fmt.Sprintf("ideas[%d]", n)
		if ids[i.ID] {
			return fault.OfField(at+".id", "names #%d twice: score each idea once.", i.ID)
		}
		ids[i.ID] = true
		seen := map[string]bool{}
		for _, s := range i.Scores {
			name := criterion(s.Criterion)
			if seen[name] {
				return fault.OfField(at+".scores", "has the criterion %s twice.", name)
			}
			seen[name] = true
		}
		for _, name := range names {
			if !seen[name] {
				return fault.OfField(at+".scores", "lacks the criterion %s: score every idea by %s.", name, strings.Join(names, ", "))
			}
		}
		if len(seen) != len(names) {
			return fault.OfField(at+".scores", "has other criteria than the first idea: score every idea by %s.", strings.Join(names, ", "))
		}
	}
	given := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(p.Weights)) {
		c := criterion(name)
		if w := p.Weights[name]; w < 0 || w > 1000 {
			return fault.OfField("weights."+c, "must be a number from 0 to 1000.")
		}
		if given[c] || !slices.Contains(names, c) {
			return fault.OfField("weights", "must name each criterion once, of: %s.", strings.Join(names, ", "))
		}
		given[c] = true
	}
	return nil
}

// shares returns which part of the total each criterion is.
func (p scoreParams) shares() (map[string]float64, error) {
	all, sum := map[string]float64{}, 0.0
	for _, name := range p.names() {
		all[name] = 1
	}
	for name, w := range p.Weights {
		all[criterion(name)] = w
	}
	for _, w := range all {
		sum += w
	}
	if sum == 0 {
		return nil, fault.OfField("weights", "must not all be 0.")
	}
	for name := range all {
		all[name] /= sum
	}
	return all, nil
}

func (c *Catalogue) scoreIdea(ctx context.Context, call Call, p scoreParams) (Result, error) {
	shares, err := p.shares()
	if err != nil {
		return Result{}, err
	}
	data := artifact.ScoreCardsData{Criteria: []artifact.CardCriterion{}, Cards: []artifact.CardScores{}}
	for _, name := range p.names() {
		data.Criteria = append(data.Criteria, artifact.CardCriterion{Name: name, Weight: shares[name]})
	}
	for _, i := range p.Ideas {
		d, err := c.idea(ctx, call.Who.Owner, i.ID)
		if err != nil {
			return Result{}, err
		}
		scored := artifact.CardScores{Idea: asCard(d.Idea), Scores: []artifact.CardScore{}}
		for _, name := range p.names() {
			for _, s := range i.Scores {
				if criterion(s.Criterion) == name {
					scored.Scores = append(scored.Scores, artifact.CardScore{Criterion: name, Score: s.Score, Reason: s.Reason})
					scored.Total += s.Score * shares[name]
				}
			}
		}
		scored.Total = math.Round(scored.Total*100) / 100
		data.Cards = append(data.Cards, scored)
	}
	slices.SortStableFunc(data.Cards, func(a, b artifact.CardScores) int {
		switch {
		case a.Total > b.Total:
			return -1
		case a.Total < b.Total:
			return 1
		}
		return 0
	})
	var lines []string
	for _, s := range data.Cards {
		lines = append(lines, fmt.Sprintf("#%d: %.2f of 10", s.Idea.ID, s.Total))
	}
	return show("Totals, the best first: "+strings.Join(lines, "; ")+".", artifact.ScoreCards, "Scores", data)
}

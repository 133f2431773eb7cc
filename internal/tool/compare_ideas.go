package tool

import (
	"context"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

type compareParams struct {
	A       int64      `json:"a" jsonschema:"Number of the first idea." min:"1"`
	B       int64      `json:"b" jsonschema:"Number of the second idea." min:"1"`
	Rows    []rowParam `json:"rows" jsonschema:"One for each aspect." minItems:"1" maxItems:"20"`
	Verdict string     `json:"verdict" jsonschema:"What follows from it, in Markdown." minLength:"1" maxLength:"5000"`
}

type rowParam struct {
	Aspect string `json:"aspect" jsonschema:"What is compared." minLength:"1" maxLength:"200"`
	A      string `json:"a" jsonschema:"How the first idea is in it." maxLength:"2000"`
	B      string `json:"b" jsonschema:"How the second idea is in it." maxLength:"2000"`
}

func (p compareParams) check() error {
	if p.A == p.B {
		return fault.OfField("b", "must be another idea than a.")
	}
	return nil
}

func (c *Catalogue) compareIdeas(ctx context.Context, call Call, p compareParams) (Result, error) {
	list, err := c.list(ctx, call.Who.Owner, []int64{p.A, p.B})
	if err != nil {
		return Result{}, err
	}
	data := artifact.ComparisonData{Ideas: asCards(list), Verdict: p.Verdict, Rows: []artifact.ComparisonRow{}}
	for _, r := range p.Rows {
		data.Rows = append(data.Rows, artifact.ComparisonRow{Aspect: r.Aspect, Values: []string{r.A, r.B}})
	}
	text := fmt.Sprintf("The person sees #%d and #%d side by side. Do not repeat it.", p.A, p.B)
	return show(text, artifact.Comparison, list[0].Title+" or "+list[1].Title, data)
}

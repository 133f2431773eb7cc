package tool

import (
	"context"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
)

type insightsParams struct {
	Items []insightParam `json:"items" jsonschema:"What you noticed." minItems:"1" maxItems:"20"`
}

type insightParam struct {
	Title string  `json:"title" jsonschema:"It in a few words." minLength:"1" maxLength:"200"`
	Text  string  `json:"text" jsonschema:"It in full, in Markdown." minLength:"1" maxLength:"5000"`
	Ideas []int64 `json:"idea_ids,omitempty" jsonschema:"Numbers of the ideas that show it." maxItems:"20"`
}

func (c *Catalogue) showInsights(ctx context.Context, call Call, p insightsParams) (Result, error) {
	data := artifact.InsightsData{Items: []artifact.CardInsight{}}
	for _, i := range p.Items {
		list, err := c.list(ctx, call.Who.Owner, i.Ideas)
		if err != nil {
			return Result{}, err
		}
		data.Items = append(data.Items, artifact.CardInsight{Title: i.Title, Text: i.Text, Ideas: asCards(list)})
	}
	return show(fmt.Sprintf("The person sees %d insights. Do not repeat them.", len(data.Items)), artifact.Insights, "Insights", data)
}

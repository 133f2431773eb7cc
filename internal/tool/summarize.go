package tool

import (
	"context"
	"fmt"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

type summarizeParams struct {
	Ideas  []int64      `json:"idea_ids" jsonschema:"Numbers of the ideas that it is about." minItems:"1" maxItems:"50"`
	Text   string       `json:"text" jsonschema:"Your summary, in Markdown." minLength:"1" maxLength:"20000"`
	Themes []themeParam `json:"themes,omitempty" jsonschema:"What several of the ideas have in common." maxItems:"20"`
}

type themeParam struct {
	Name  string  `json:"name" jsonschema:"Name of the theme." minLength:"1" maxLength:"200"`
	Text  string  `json:"text,omitempty" jsonschema:"What it is." maxLength:"5000"`
	Ideas []int64 `json:"idea_ids,omitempty" jsonschema:"Numbers of its ideas, of those in idea_ids above." maxItems:"50"`
}

func (p summarizeParams) check() error {
	for n, t := range p.Themes {
		for _, id := range t.Ideas {
			if !slices.Contains(p.Ideas, id) {
				return fault.OfField(fmt.Sprintf("themes[%d].idea_ids", n), "names #%d, which is not in idea_ids: add it there too.", id)
			}
		}
	}
	return nil
}

func (c *Catalogue) summarize(ctx context.Context, call Call, p summarizeParams) (Result, error) {
	list, err := c.list(ctx, call.Who.Owner, p.Ideas)
	if err != nil {
		return Result{}, err
	}
	data := artifact.SummaryData{Text: p.Text, Themes: []artifact.CardTheme{}, Ideas: asCards(list)}
	for _, t := range p.Themes {
		data.Themes = append(data.Themes, artifact.CardTheme{Name: t.Name, Text: t.Text, Ideas: append([]int64{}, t.Ideas...)})
	}
	text := fmt.Sprintf("The person sees the summary of %d ideas. Do not repeat it.", len(list))
	return show(text, artifact.Summary, fmt.Sprintf("Summary of %d ideas", len(list)), data)
}

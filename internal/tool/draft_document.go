package tool

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

type documentParams struct {
	Kind     string         `json:"kind" jsonschema:"Kind of the document." enum:"one-pager,prd,rfc,pitch,plan"`
	Title    string         `json:"title" jsonschema:"Its title." minLength:"1" maxLength:"200"`
	Ideas    []int64        `json:"idea_ids" jsonschema:"Numbers of the ideas that it is written from." minItems:"1" maxItems:"20"`
	Sections []sectionParam `json:"sections" jsonschema:"Its sections in order, among them those that its kind needs." minItems:"1" maxItems:"30"`
}

type sectionParam struct {
	Heading string `json:"heading" jsonschema:"Heading of the section." minLength:"1" maxLength:"200"`
	Text    string `json:"text" jsonschema:"Its text, in Markdown." minLength:"1" maxLength:"20000"`
}

// sections returns what a document of a kind must have. The description of
// the tool lists the same.
func sections(kind string) []string {
	switch kind {
	case "one-pager":
		return []string{"Problem", "Solution", "Audience", "Next steps"}
	case "prd":
		return []string{"Problem", "Goals", "Requirements", "Risks"}
	case "rfc":
		return []string{"Summary", "Motivation", "Design", "Alternatives"}
	case "pitch":
		return []string{"Problem", "Solution", "Why now", "Ask"}
	}
	return []string{"Goal", "Steps", "Risks"} // of a plan
}

func (p documentParams) check() error {
	var lacks []string
	for _, want := range sections(p.Kind) {
		if !slices.ContainsFunc(p.Sections, func(s sectionParam) bool {
			return strings.EqualFold(strings.TrimSpace(s.Heading), want)
		}) {
			lacks = append(lacks, want)
		}
	}
	if len(lacks) > 0 {
		return fault.OfField("sections", "lacks the headings %s: a %s has %s, and others if you like.",
			strings.Join(lacks, ", "), p.Kind, strings.Join(sections(p.Kind), ", "))
	}
	return nil
}

func (c *Catalogue) draftDocument(ctx context.Context, call Call, p documentParams) (Result, error) {
	list, err := c.list(ctx, call.Who.Owner, p.Ideas)
	if err != nil {
		return Result{}, err
	}
	data := artifact.DocumentData{Kind: p.Kind, Title: p.Title, Ideas: asCards(list), Sections: []artifact.CardSection{}}
	for _, s := range p.Sections {
		data.Sections = append(data.Sections, artifact.CardSection{Heading: s.Heading, Text: s.Text})
	}
	text := fmt.Sprintf("The person sees the document with %d sections and can save it. Do not repeat it.", len(data.Sections))
	return show(text, artifact.Document, p.Title, data)
}

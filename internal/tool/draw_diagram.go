package tool

import (
	"context"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

type diagramParams struct {
	Title string `json:"title" jsonschema:"What it shows." minLength:"1" maxLength:"200"`
	Code  string `json:"code" jsonschema:"The diagram in the language of Mermaid, without a code fence." minLength:"1" maxLength:"20000"`
}

// diagrams returns the words that a diagram may begin with.
func diagrams() []string {
	return []string{"flowchart", "graph", "sequenceDiagram", "classDiagram", "stateDiagram", "stateDiagram-v2", "erDiagram",
		"journey", "gantt", "pie", "quadrantChart", "timeline", "mindmap", "gitGraph", "block-beta", "xychart-beta"}
}

func (p diagramParams) check() error {
	words := strings.Fields(p.Code)
	if len(words) == 0 || !slices.Contains(diagrams(), words[0]) {
		return fault.OfField("code", "must begin with a type of diagram: %s.", strings.Join(diagrams(), ", "))
	}
	return nil
}

func (c *Catalogue) drawDiagram(_ context.Context, _ Call, p diagramParams) (Result, error) {
	return show("The person sees the diagram. Do not repeat it.", artifact.Mermaid, p.Title, artifact.MermaidData{Code: strings.TrimSpace(p.Code)})
}

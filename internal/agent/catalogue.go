package agent

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/tool"
)

// From makes the tools of a catalogue the agent's.
func From(c *tool.Catalogue) Tools {
	f := from{catalogue: c}
	for _, t := range c.All() {
		f.all = append(f.all, Tool{
			Name: t.Name, Title: t.Title, Description: t.Description, Input: t.Input, Reads: t.Reads, Destroys: t.Destroys,
			Check: t.Check,
			Run: func(ctx context.Context, c Call) (Result, error) {
				r, err := t.Run(ctx, tool.Call{Who: c.Who, Source: idea.Web, Input: c.Input, Focus: c.Focus})
				if err != nil {
					return Result{}, err
				}
				return result(r)
			},
		})
	}
	return f
}

type from struct {
	catalogue *tool.Catalogue
	all       []Tool
}

func (f from) All() []Tool { return f.all }

func (f from) Undo(ctx context.Context, who byok.Person, change json.RawMessage) error {
	var c tool.Change
	if err := json.Unmarshal(change, &c); err != nil {
		return fmt.Errorf("read a change: %w", err)
	}
	return f.catalogue.Undo(ctx, who, c)
}

func result(r tool.Result) (Result, error) {
	out := Result{Text: r.Text, Cards: r.Cards}
	for _, c := range r.Changes {
		b, err := json.Marshal(c)
		if err != nil {
			return out, fmt.Errorf("keep a change: %w", err)
		}
		out.Changes = append(out.Changes, b)
	}
	return out, nil
}

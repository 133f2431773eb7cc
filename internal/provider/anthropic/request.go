package anthropic

import (
	"encoding/json"
	"fmt"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/packages/param"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// params puts a request in the provider's words.
func params(r llm.Request) (sdk.MessageNewParams, error) {
	if err := r.Validate(); err != nil {
		return sdk.MessageNewParams{}, err
	}
	p := sdk.MessageNewParams{
		Model:     sdk.Model(r.Model),
		MaxTokens: int64(r.Limit()),
	}
	if r.Temperature != nil {
		p.Temperature = param.NewOpt(*r.Temperature)
	}
	for _, t := range r.Tools {
		tool, err := tool(t.Name, t.Description, t.Input)
		if err != nil {
			return p, err
		}
		p.Tools = append(p.Tools, sdk.ToolUnionParam{OfTool: tool})
	}
	switch {
	case r.Schema != nil:
		// A tool that must be called works with every model; the API's own
		// structured output does not.
		tool, err := tool(r.Schema.Name, "Give the answer.", r.Schema.JSON)
		if err != nil {
			return p, err
		}
		p.Tools = []sdk.ToolUnionParam{{OfTool: tool}}
		p.ToolChoice = sdk.ToolChoiceParamOfTool(r.Schema.Name)
	case r.Choice == llm.MustCall:
		p.ToolChoice = sdk.ToolChoiceUnionParam{OfAny: &sdk.ToolChoiceAnyParam{}}
	case r.Choice == llm.NoCall && len(r.Tools) > 0:
		p.ToolChoice = sdk.ToolChoiceUnionParam{OfNone: &sdk.ToolChoiceNoneParam{}}
	}
	if r.System != "" {
		p.System = []sdk.TextBlockParam{{Text: r.System}}
	}
	for _, m := range r.Messages {
		blocks, err := blocks(m)
		if err != nil {
			return p, err
		}
		if len(blocks) == 0 {
			continue // the API takes no empty turn
		}
		p.Messages = append(p.Messages, sdk.MessageParam{Role: sdk.MessageParamRole(m.Role), Content: blocks})
	}
	mark(&p, r.Cache)
	return p, nil
}

func tool(name, description string, schema json.RawMessage) (*sdk.ToolParam, error) {
	if !json.Valid(schema) {
		return nil, fmt.Errorf("the schema of %q is not JSON", name)
	}
	t := &sdk.ToolParam{Name: name, InputSchema: param.Override[sdk.ToolInputSchemaParam](schema)}
	if description != "" {
		t.Description = param.NewOpt(description)
	}
	return t, nil
}

// blocks returns a turn's content. The order is the API's: what the model
// thought before what it said, results before what the person adds to them.
func blocks(m llm.Message) ([]sdk.ContentBlockParamUnion, error) {
	var all []sdk.ContentBlockParamUnion
	for _, t := range m.Reasoning {
		switch {
		case t.Sealed != "":
			all = append(all, sdk.NewRedactedThinkingBlock(t.Sealed))
		case t.Signature != "":
			all = append(all, sdk.NewThinkingBlock(t.Signature, t.Text))
		}
		// Unsigned reasoning is another provider's, and would be refused.
	}
	for _, t := range m.Results {
		all = append(all, sdk.NewToolResultBlock(t.ID, t.Text, t.Failed))
	}
	if m.Text != "" {
		all = append(all, sdk.NewTextBlock(m.Text))
	}
	for _, c := range m.Calls {
		if !json.Valid(c.Input) {
			return nil, fmt.Errorf("the input of call %q is not JSON", c.ID)
		}
		all = append(all, sdk.NewToolUseBlock(c.ID, c.Input, c.Name))
	}
	return all, nil
}

// mark ends what is to be cached. A mark covers all before it, in the order
// tools, system, messages.
func mark(p *sdk.MessageNewParams, c llm.Cache) {
	if c == llm.CacheNothing {
		return
	}
	here := sdk.NewCacheControlEphemeralParam()
	if n := len(p.System); n > 0 {
		p.System[n-1].CacheControl = here
	} else if n := len(p.Tools); n > 0 {
		p.Tools[n-1].OfTool.CacheControl = here
	}
	if c == llm.CacheConversation {
		p.CacheControl = here // the API marks the last block that can be cached
	}
}

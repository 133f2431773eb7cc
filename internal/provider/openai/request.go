package openai

import (
	"encoding/json"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/shared"
)

// params puts a request in the API's words.
func params(provider string, r llm.Request) (sdk.ChatCompletionNewParams, error) {
	if err := r.Validate(); err != nil {
		return sdk.ChatCompletionNewParams{}, err
	}
	p := sdk.ChatCompletionNewParams{
		Model: r.Model,
		// Without this there is no usage at the end of a stream.
		StreamOptions: sdk.ChatCompletionStreamOptionsParam{IncludeUsage: param.NewOpt(true)},
	}
	if provider == llm.OpenAI {
		p.MaxCompletionTokens = param.NewOpt(int64(r.Limit()))
	} else {
		p.MaxTokens = param.NewOpt(int64(r.Limit())) // the name that compatible servers know
	}
	if r.Temperature != nil {
		p.Temperature = param.NewOpt(*r.Temperature)
	}
	for _, t := range r.Tools {
		f := shared.FunctionDefinitionParam{Name: t.Name}
		if err := json.Unmarshal(t.Input, &f.Parameters); err != nil {
			return p, fmt.Errorf("the schema of %q: %w", t.Name, err)
		}
		if t.Description != "" {
			f.Description = param.NewOpt(t.Description)
		}
		p.Tools = append(p.Tools, sdk.ChatCompletionFunctionTool(f))
	}
	switch {
	case r.Schema != nil:
		if !json.Valid(r.Schema.JSON) {
			return p, fmt.Errorf("the schema %q is not JSON", r.Schema.Name)
		}
		p.ResponseFormat.OfJSONSchema = &shared.ResponseFormatJSONSchemaParam{
			JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{
				Name: r.Schema.Name, Schema: r.Schema.JSON, Strict: param.NewOpt(true),
			},
		}
	case r.Choice == llm.MustCall:
		p.ToolChoice.OfAuto = param.NewOpt("required")
	case r.Choice == llm.NoCall && len(r.Tools) > 0:
		p.ToolChoice.OfAuto = param.NewOpt("none")
	}
	if r.System != "" {
		p.Messages = append(p.Messages, sdk.SystemMessage(r.System))
	}
	for _, m := range r.Messages {
		p.Messages = append(p.Messages, messages(m)...)
	}
	return p, nil
}

// messages returns a turn as the API has it: each result is a message of its
// own. Reasoning is not sent back; the API has no place for it.
func messages(m llm.Message) []sdk.ChatCompletionMessageParamUnion {
	if m.Role == llm.Assistant {
		var said sdk.ChatCompletionAssistantMessageParam
		if m.Text != "" {
			said.Content.OfString = param.NewOpt(m.Text)
		}
		for _, c := range m.Calls {
			said.ToolCalls = append(said.ToolCalls, sdk.ChatCompletionMessageToolCallUnionParam{
				OfFunction: &sdk.ChatCompletionMessageFunctionToolCallParam{
					ID: c.ID,
					Function: sdk.ChatCompletionMessageFunctionToolCallFunctionParam{
						Name: c.Name, Arguments: string(c.Input),
					},
				},
			})
		}
		if m.Text == "" && len(m.Calls) == 0 {
			return nil // the API takes no empty turn
		}
		return []sdk.ChatCompletionMessageParamUnion{{OfAssistant: &said}}
	}
	var all []sdk.ChatCompletionMessageParamUnion
	for _, t := range m.Results {
		text := t.Text
		if t.Failed {
			text = "Error: " + text // the API has no other way to say it
		}
		all = append(all, sdk.ToolMessage(text, t.ID))
	}
	if m.Text != "" {
		all = append(all, sdk.UserMessage(m.Text))
	}
	return all
}

package llmtest

import (
	"encoding/json"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// requests are what Run compares on the wire.
func requests() map[string]llm.Request {
	warm := 0.5
	tools := []llm.Tool{
		{Name: "search_ideas", Description: "Find ideas.", Input: json.RawMessage(`{"type":"object","properties":{"query":{"type":"string"}},"required":["query"]}`)},
		{Name: "list_tags", Input: json.RawMessage(`{"type":"object","properties":{}}`)},
	}
	conversation := []llm.Message{
		{Role: llm.User, Text: "What do I have about <bees> & flowers?"},
		{Role: llm.Assistant, Text: "Let me look.",
			Reasoning: []llm.Reasoning{{Text: "I should search.", Signature: "c2lnbmVk"}, {Sealed: "c2VhbGVk"}, {Text: "unsigned"}},
			Calls: []llm.ToolCall{
				llm.NewToolCall("call_0001", "search_ideas", `{"query":"bees"}`),
				llm.NewToolCall("call_0002", "list_tags", ""),
			}},
		{Role: llm.User, Results: []llm.ToolResult{
			{ID: "call_0001", Text: "Idea 7: a hive for the balcony"},
			{ID: "call_0002", Text: "no such table", Failed: true},
		}},
		{Role: llm.Assistant},
		{Role: llm.User, Text: "Go on."},
	}
	one := conversation[:1]
	return map[string]llm.Request{
		"plain":        {Model: "m", Messages: one},
		"settings":     {Model: "m", System: "Be short.", Messages: one, MaxTokens: 100, Temperature: &warm, Cache: llm.CachePrompt},
		"conversation": {Model: "m", System: "Be short.", Messages: conversation, Tools: tools, Cache: llm.CacheConversation},
		"must-call":    {Model: "m", Messages: one, Tools: tools, Choice: llm.MustCall, Cache: llm.CachePrompt},
		"no-call":      {Model: "m", Messages: conversation[:3], Tools: tools, Choice: llm.NoCall},
		"schema": {Model: "m", Messages: one, Schema: &llm.Schema{Name: "verdict",
			JSON: json.RawMessage(`{"type":"object","properties":{"good":{"type":"boolean"}},"required":["good"],"additionalProperties":false}`)}},
	}
}

package openai_test

import (
	"net/http"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
	"github.com/neuralrepo/neuralrepo/internal/provider/openai"
)

func TestModel(t *testing.T) {
	billed := 315 * llm.Dollar / 1_000_000
	for _, w := range []llmtest.Wire{
		{Dir: "testdata/openai", Provider: llm.OpenAI, Model: "gpt-4o-2024-08-06"},
		{Dir: "testdata/openrouter", Provider: llm.OpenRouter, Model: "anthropic/claude-sonnet-4.6",
			Thought: "Six times seven.", Billed: &billed},
		{Dir: "testdata/workers-ai", Provider: llm.WorkersAI, Model: "@cf/qwen/qwen3-30b-a3b-fp8",
			Thought: "Six times seven.", Lacks: []string{"cached"}},
	} {
		t.Run(w.Provider, func(t *testing.T) {
			llmtest.Run(t, w, func(client *http.Client, baseURL string) llm.Model {
				return openai.New(client, baseURL+"/v1", w.Provider)
			})
		})
	}
}

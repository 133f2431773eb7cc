package anthropic_test

import (
	"net/http"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
	"github.com/neuralrepo/neuralrepo/internal/provider/anthropic"
)

func TestModel(t *testing.T) {
	llmtest.Run(t, llmtest.Wire{
		Dir:       "testdata",
		Provider:  llm.Anthropic,
		Model:     "claude-haiku-4-5-20251001",
		Thought:   "Six times seven.",
		Signature: "EqQBCgIYAhIM1gbcDa9GJwZA2b3h",
	}, func(client *http.Client, baseURL string) llm.Model {
		return anthropic.New(client, baseURL)
	})
}

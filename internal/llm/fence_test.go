package llm_test

import (
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

func TestUnfenced(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		" {} ":                    "{}",
		"```json\n{\"a\":1}\n```": `{"a":1}`,
		"```\n{\"a\":1}\n```\n":   `{"a":1}`,
		"```json\n{\"a\":1}":      `{"a":1}`,
		"{\"a\":\"```\"}":         "{\"a\":\"```\"}",
		"Sure:\n```json\n{}\n```": "Sure:\n```json\n{}\n```", // not its business
	} {
		if got := strings.TrimSpace(llm.Unfenced(in)); got != want {
			t.Errorf("Unfenced(%q) = %q, want %q", in, got, want)
		}
	}
}

package anthropic

import (
	"encoding/json"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// ParseUsage reads the usage objects of one answer, in order of arrival. Their
// counts are running totals: a later one replaces those that it names.
func ParseUsage(objects ...string) llm.Usage {
	var w struct {
		Input         int64 `json:"input_tokens"`
		Output        int64 `json:"output_tokens"`
		CacheRead     int64 `json:"cache_read_input_tokens"`
		CacheWrite    int64 `json:"cache_creation_input_tokens"` // of both kinds
		CacheCreation struct {
			Hour int64 `json:"ephemeral_1h_input_tokens"`
		} `json:"cache_creation"`
		Details struct {
			Thinking int64 `json:"thinking_tokens"`
		} `json:"output_tokens_details"`
	}
	for _, o := range objects {
		// What is no usage object counts nothing: a stream is not broken off
		// because its bill cannot be read.
		_ = json.Unmarshal([]byte(o), &w)
	}
	hour := min(w.CacheCreation.Hour, w.CacheWrite)
	return llm.Usage{
		Input:        w.Input, // without what the cache had
		CacheRead:    w.CacheRead,
		CacheWrite:   w.CacheWrite - hour,
		CacheWrite1h: hour,
		Output:       w.Output,
		Reasoning:    w.Details.Thinking,
	}.Sane()
}

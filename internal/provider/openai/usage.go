package openai

import (
	"encoding/json"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// ParseUsage reads the usage object of an answer. The API counts cached input
// among all input; llm.Usage does not.
func ParseUsage(object string) llm.Usage {
	var w struct {
		Prompt     int64 `json:"prompt_tokens"`
		Completion int64 `json:"completion_tokens"`
		In         struct {
			Cached  int64 `json:"cached_tokens"`
			Written int64 `json:"cache_write_tokens"`
		} `json:"prompt_tokens_details"`
		Out struct {
			Reasoning int64 `json:"reasoning_tokens"`
		} `json:"completion_tokens_details"`

		// OpenRouter's. With a key of the person's own at the provider behind
		// it, its fee is Cost, and the provider's bill comes on top.
		Cost        json.Number `json:"cost"`
		OwnKey      bool        `json:"is_byok"`
		CostDetails struct {
			Upstream json.Number `json:"upstream_inference_cost"`
		} `json:"cost_details"`
	}
	// What is no usage object counts nothing: a stream is not broken off
	// because its bill cannot be read.
	_ = json.Unmarshal([]byte(object), &w)
	u := llm.Usage{
		Input:      w.Prompt - w.In.Cached - w.In.Written,
		CacheRead:  w.In.Cached,
		CacheWrite: w.In.Written,
		Output:     w.Completion,
		Reasoning:  w.Out.Reasoning,
	}
	if billed, err := llm.ParseCost(w.Cost.String()); err == nil {
		if upstream, err := llm.ParseCost(w.CostDetails.Upstream.String()); err == nil && w.OwnKey {
			billed += upstream
		}
		u.Billed = &billed
	}
	return u.Sane()
}

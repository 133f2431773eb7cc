package llm_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/provider/anthropic"
	"github.com/neuralrepo/neuralrepo/internal/provider/openai"
)

func prices(t *testing.T) *llm.Prices {
	t.Helper()
	p, err := llm.LoadPrices("")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The usage objects are as the providers document them; the amounts were
// worked out by hand from the price pages.
func TestCost(t *testing.T) {
	for _, test := range []struct {
		name           string
		provider, wire string
		usage          llm.Usage
		want           string // in dollars; "" for unknown
	}{
		{
			name: "anthropic, plain", provider: llm.Anthropic, wire: "claude-sonnet-4-20250514",
			usage: anthropic.ParseUsage(`{"input_tokens":25,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}`, `{"output_tokens":8}`),
			want:  "0.000195", // 25 × 3 + 8 × 15 millionths
		},
		{
			name: "anthropic, cached for five minutes", provider: llm.Anthropic, wire: "claude-haiku-4-5-20251001",
			usage: anthropic.ParseUsage(`{"input_tokens":10,"cache_read_input_tokens":2000,"cache_creation_input_tokens":300,"cache_creation":{"ephemeral_5m_input_tokens":300,"ephemeral_1h_input_tokens":0},"output_tokens":5}`),
			want:  "0.00061", // 10 + 2000 × 0.1 + 300 × 1.25 + 5 × 5
		},
		{
			name: "anthropic, cached for an hour", provider: llm.Anthropic, wire: "claude-haiku-4-5-20251001",
			usage: anthropic.ParseUsage(`{"input_tokens":10,"cache_read_input_tokens":0,"cache_creation_input_tokens":300,"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},"output_tokens":5}`),
			want:  "0.00056", // 10 + 100 × 1.25 + 200 × 2 + 5 × 5
		},
		{
			name: "anthropic, reasoning is output", provider: llm.Anthropic, wire: "claude-opus-4-20250514",
			usage: anthropic.ParseUsage(`{"input_tokens":25,"output_tokens":1}`, `{"output_tokens":60,"output_tokens_details":{"thinking_tokens":48}}`),
			want:  "0.004875", // 25 × 15 + 60 × 75
		},
		{
			name: "openai, cached input is part of the prompt", provider: llm.OpenAI, wire: "gpt-4o",
			usage: openai.ParseUsage(`{"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,"prompt_tokens_details":{"cached_tokens":1920,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}`),
			want:  "0.005615", // 86 × 2.5 + 1920 × 1.25 + 300 × 10
		},
		{
			name: "openai, a fraction of a picodollar would be lost in a float", provider: llm.OpenAI, wire: "gpt-4o-mini",
			usage: openai.ParseUsage(`{"prompt_tokens":1,"completion_tokens":0,"prompt_tokens_details":{"cached_tokens":1}}`),
			want:  "0.000000075",
		},
		{
			name: "openai, reasoning is output", provider: llm.OpenAI, wire: "gpt-4o-mini",
			usage: openai.ParseUsage(`{"prompt_tokens":100,"completion_tokens":1000,"completion_tokens_details":{"reasoning_tokens":960}}`),
			want:  "0.000615", // 100 × 0.15 + 1000 × 0.6
		},
		{
			name: "openrouter says what it billed", provider: llm.OpenRouter, wire: "anthropic/claude-sonnet-4.6",
			usage: openai.ParseUsage(`{"prompt_tokens":194,"completion_tokens":2,"total_tokens":196,"cost":0.000612,"is_byok":false,"cost_details":{"upstream_inference_cost":null}}`),
			want:  "0.000612",
		},
		{
			name: "openrouter with the person's key at the provider behind it", provider: llm.OpenRouter, wire: "anthropic/claude-sonnet-4.6",
			usage: openai.ParseUsage(`{"prompt_tokens":194,"completion_tokens":2,"cost":0.0000306,"is_byok":true,"cost_details":{"upstream_inference_cost":0.000612}}`),
			want:  "0.0006426",
		},
		{
			name: "openrouter's free model", provider: llm.OpenRouter, wire: "maker/model:free",
			usage: openai.ParseUsage(`{"prompt_tokens":194,"completion_tokens":2,"cost":0}`),
			want:  "0",
		},
		{
			name: "openrouter's bill cannot be read", provider: llm.OpenRouter, wire: "maker/model",
			usage: openai.ParseUsage(`{"cost":-3,"prompt_tokens":194,"completion_tokens":2}`),
			want:  "",
		},
		{
			name: "workers ai", provider: llm.WorkersAI, wire: "@cf/qwen/qwen3-30b-a3b-fp8",
			usage: openai.ParseUsage(`{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}`),
			want:  "0.0000845", // 1000 × 0.051 + 100 × 0.335
		},
		{
			name: "a model without a price is not free", provider: llm.OpenAI, wire: "gpt-9",
			usage: llm.Usage{Input: 1, Output: 1},
		},
		{
			name: "a price is one provider's", provider: llm.OpenRouter, wire: "gpt-4o",
			usage: llm.Usage{Input: 1, Output: 1},
		},
		{
			name: "no usage object", provider: llm.Anthropic, wire: "claude-sonnet-4-20250514",
			usage: anthropic.ParseUsage(`overloaded`), want: "0",
		},
		{
			name: "a negative count is no refund", provider: llm.OpenAI, wire: "gpt-4o",
			usage: openai.ParseUsage(`{"prompt_tokens":10,"completion_tokens":-5,"prompt_tokens_details":{"cached_tokens":2000}}`),
			want:  "0.0025", // 2000 × 1.25; the rest is nonsense and counts nothing
		},
		{
			name: "a huge count does not overflow", provider: llm.Anthropic, wire: "claude-opus-4-20250514",
			usage: llm.Usage{Input: 1 << 60, Output: 1 << 60, CacheRead: 1 << 60, CacheWrite: 1 << 60, CacheWrite1h: 1 << 60},
			want:  "140250", // a thousand million of each
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if c := prices(t).Cost(test.provider, test.wire, test.usage); c != nil {
				got = c.String()
			}
			if got != test.want {
				t.Errorf("cost %q, want %q", got, test.want)
			}
		})
	}
}

// What is reserved before a request is never less than what it costs.
func TestWorst(t *testing.T) {
	p := prices(t)
	for _, test := range []struct{ provider, wire, want string }{
		{llm.Anthropic, "claude-haiku-4-5-20251001", "0.0025"}, // 1000 × 2 + 100 × 5
		{llm.OpenAI, "gpt-4o", "0.0035"},                       // 1000 × 2.5 + 100 × 10
		{llm.OpenAI, "gpt-9", "unknown"},
	} {
		got := "unknown"
		if c := p.Worst(test.provider, test.wire, 1000, 100); c != nil {
			got = c.String()
		}
		if got != test.want {
			t.Errorf("worst of %s: %s, want %s", test.wire, got, test.want)
		}
	}
}

// Every model that a person can choose by name has a price.
func TestRegistryHasPrices(t *testing.T) {
	p, r := prices(t), registry(t)
	for _, purpose := range []llm.Purpose{llm.ForAgent, llm.ForSpec, llm.ForDigest} {
		for _, e := range r.For(purpose) {
			for _, wire := range append([]string{e.Wire}, e.Successors...) {
				if _, ok := p.Price(e.Provider, wire); !ok && !e.Any {
					t.Errorf("%s of %s has no price", wire, e.Provider)
				}
			}
		}
	}
}

func TestLoadPrices(t *testing.T) {
	if d := prices(t).Date; d.Before(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the table is of %v", d)
	}
	for name, test := range map[string]struct{ file, want string }{
		"no JSON":          {`{`, "unexpected EOF"},
		"unknown field":    {`{"date":"2026-01-31","model":[]}`, `unknown field "model"`},
		"no date":          {`{"models":[]}`, `date "" is not a day`},
		"wrong date":       {`{"date":"31.1.2026"}`, `date "31.1.2026" is not a day`},
		"no provider":      {row(`"wire":["m"],"input":1,"output":1`), "model 1 ( [m]): unknown provider"},
		"no model":         {row(`"provider":"openai","input":1,"output":1`), "wire names no model"},
		"no output":        {row(`"provider":"openai","wire":["m"],"input":1`), "input and output must have a price"},
		"negative":         {row(`"provider":"openai","wire":["m"],"input":-1,"output":1`), "not an amount of dollars"},
		"too fine":         {row(`"provider":"openai","wire":["m"],"input":0.0000001,"output":1`), "at most six decimals"},
		"too dear":         {row(`"provider":"openai","wire":["m"],"input":1,"output":1001`), "at most 1000 dollars"},
		"twice":            {row(`"provider":"openai","wire":["m","m"],"input":1,"output":1`), "m has a price already"},
		"good, six places": {row(`"provider":"openai","wire":["m"],"input":0.000001,"output":1`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "mine.json")
			if err := os.WriteFile(path, []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := llm.LoadPrices(path)
			checkLoad(t, err, test.want)
		})
	}
	_, err := llm.LoadPrices(filepath.Join(t.TempDir(), "none.json"))
	checkLoad(t, err, "read the price table")
}

func row(fields string) string { return `{"date":"2026-01-31","models":[{` + fields + `}]}` }

// checkLoad looks for a phrase in an error; "" wants none.
func checkLoad(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("error: %v", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("error %v, want one that says %q", err, want)
	}
}

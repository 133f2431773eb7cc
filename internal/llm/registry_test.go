package llm_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

func registry(t *testing.T) *llm.Registry {
	t.Helper()
	r, err := llm.LoadRegistry("")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The agent's models are a promise to people, word for word.
func TestAgentModels(t *testing.T) {
	var got []string
	for _, e := range registry(t).For(llm.ForAgent) {
		got = append(got, fmt.Sprintf("%s | %s | key %t | %dK | %s", e.Name, llm.Title(e.Provider), e.NeedsKey, e.Context/1000, e.BestFor))
	}
	want := []string{
		"Sonnet | Anthropic | key true | 200K | best reasoning, complex tasks",
		"Haiku | Anthropic | key true | 200K | quicker answers, lower cost",
		"Opus | Anthropic | key true | 200K | most capable, long analysis",
		"Qwen 30B | Workers AI | key false | 32K | creative work, brainstorming",
		"Llama 70B | Workers AI | key false | 128K | general",
		"GPT-OSS 120B | Workers AI | key false | 128K | general",
		"Mistral Small 24B | Workers AI | key false | 32K | fast, compact answers",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("agent models (-want +got):\n%s", diff)
	}
}

func TestDefault(t *testing.T) {
	r := registry(t)
	for _, test := range []struct {
		provider string
		purpose  llm.Purpose
		want     string // wire id
	}{
		{llm.Anthropic, llm.ForAgent, "claude-sonnet-4-20250514"},
		{llm.Anthropic, llm.ForSpec, "claude-sonnet-4-20250514"},
		{llm.Anthropic, llm.ForDigest, "claude-haiku-4-5-20251001"},
		{llm.OpenAI, llm.ForSpec, "gpt-4o"},
		{llm.OpenAI, llm.ForDigest, "gpt-4o-mini"},
		{llm.OpenAI, llm.ForAgent, ""},
		{llm.OpenRouter, llm.ForSpec, "openrouter/auto"},
		{llm.OpenRouter, llm.ForDigest, "openrouter/auto"},
		{llm.OpenRouter, llm.ForAgent, ""},
		{llm.WorkersAI, llm.ForAgent, "@cf/qwen/qwen3-30b-a3b-fp8"},
		{llm.WorkersAI, llm.ForSpec, ""},
	} {
		e, ok := r.Default(test.provider, test.purpose)
		if e.Wire != test.want || ok != (test.want != "") {
			t.Errorf("default of %s for %s: %q, %t, want %q", test.provider, test.purpose, e.Wire, ok, test.want)
		}
	}
}

func TestFind(t *testing.T) {
	r := registry(t)
	for _, test := range []struct {
		provider, model string
		purpose         llm.Purpose
		want            string // wire id, or the fault
	}{
		{"", "sonnet", llm.ForAgent, "claude-sonnet-4-20250514"},
		{"", "SONNET", llm.ForSpec, "claude-sonnet-4-20250514"},
		{"", "Qwen 30B", llm.ForAgent, "@cf/qwen/qwen3-30b-a3b-fp8"},
		{"", "@cf/openai/gpt-oss-120b", llm.ForAgent, "@cf/openai/gpt-oss-120b"},
		{llm.Anthropic, "claude-opus-4-20250514", llm.ForDigest, "claude-opus-4-20250514"},
		{llm.OpenRouter, "google/gemini-2.5-pro", llm.ForSpec, "google/gemini-2.5-pro"},
		{"", "google/gemini-2.5-pro", llm.ForSpec, "google/gemini-2.5-pro"},
		{llm.OpenRouter, "openrouter/auto", llm.ForSpec, "openrouter/auto"},
		{llm.OpenAI, "sonnet", llm.ForSpec, "model must be one of: gpt-4o, gpt-4o-mini"},
		{llm.OpenAI, "google/gemini-2.5-pro", llm.ForSpec, "model must be one of: gpt-4o, gpt-4o-mini"},
		{llm.OpenRouter, "gemini", llm.ForSpec, "model must be one of: the id of a model at OpenRouter"},
		{llm.OpenRouter, "google/gemini\n", llm.ForSpec, "model must be one of: the id of a model at OpenRouter"},
		{llm.OpenRouter, "@cf/openai/gpt-oss-120b", llm.ForSpec, "model must be one of: the id of a model at OpenRouter"},
		{llm.WorkersAI, "qwen-30b", llm.ForSpec, "model cannot be chosen: no model of Workers AI does this"},
		{llm.Anthropic, "", llm.ForAgent, "model must be one of: sonnet, haiku, opus"},
	} {
		e, err := r.Find(test.provider, test.model, test.purpose)
		got := e.Wire
		if err != nil {
			got = fault.Message(err)
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("Find(%q, %q): %v, want an Invalid fault", test.provider, test.model, err)
			}
		}
		if got != test.want {
			t.Errorf("Find(%q, %q, %s): %q, want %q", test.provider, test.model, test.purpose, got, test.want)
		}
	}
	// Finding one model at OpenRouter does not rename the entry for the next.
	if e, _ := r.Default(llm.OpenRouter, llm.ForSpec); e.Wire != "openrouter/auto" {
		t.Errorf("the entry became %q", e.Wire)
	}
}

func TestRoom(t *testing.T) {
	for id, want := range map[string]int{"sonnet": 200_000, "llama-70b": 24_000} {
		e, err := registry(t).Find("", id, llm.ForAgent)
		if err != nil || e.Room() != want {
			t.Errorf("%s has room for %d, %v, want %d", id, e.Room(), err, want)
		}
	}
}

func TestWithLocal(t *testing.T) {
	r := registry(t)
	local, err := r.WithLocal(map[string]string{"qwen-30b": "qwen3:30b", "Llama 70B": "llama3.3"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range local.For(llm.ForAgent)[3:] {
		got = append(got, e.Wire)
	}
	want := []string{"qwen3:30b", "llama3.3", "@cf/openai/gpt-oss-120b", "@cf/mistralai/mistral-small-3.1-24b-instruct"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("local ids (-want +got):\n%s", diff)
	}
	if e, _ := r.Default(llm.WorkersAI, llm.ForAgent); e.Wire == "qwen3:30b" {
		t.Error("the registry that was asked changed too")
	}
	for name, test := range map[string]struct {
		names map[string]string
		want  string
	}{
		"unknown":     {map[string]string{"qwen": "q"}, `"qwen" is no Workers AI model`},
		"with a key":  {map[string]string{"sonnet": "q"}, `"sonnet" is no Workers AI model`},
		"no local id": {map[string]string{"qwen-30b": ""}, `"qwen-30b" has no model of the local server`},
	} {
		_, err := r.WithLocal(test.names)
		t.Run(name, func(t *testing.T) { checkLoad(t, err, test.want) })
	}
}

func TestLoadRegistry(t *testing.T) {
	good := map[string]string{
		"id": `"a"`, "name": `"A"`, "title": `"A 1"`, "provider": `"anthropic"`, "needs_key": "true", "context": "1000",
		"best_for": `"all"`, "wire": `"a-1"`, "max_output": "100", "serves": `["agent"]`, "default_for": `["agent"]`,
	}
	entry := func(change ...string) string {
		fields := maps.Clone(good)
		for i := 0; i < len(change); i += 2 {
			fields[change[i]] = change[i+1]
		}
		s := "{"
		for _, k := range slices.Sorted(maps.Keys(fields)) {
			if fields[k] != "" {
				s += fmt.Sprintf("%q: %s,", k, fields[k])
			}
		}
		return s[:len(s)-1] + "}"
	}
	for name, test := range map[string]struct{ models, want string }{
		"good":                {entry(), ""},
		"two":                 {entry() + "," + entry("id", `"b"`, "name", `"B"`, "default_for", ""), ""},
		"none":                {"", "there are no models"},
		"unknown field":       {entry("price", "3"), `unknown field "price"`},
		"no id":               {entry("id", `""`), `model 1 (""): id must be small letters`},
		"capital id":          {entry("id", `"A"`), "id must be small letters"},
		"no name":             {entry("name", ""), `model 1 ("a"): name is missing`},
		"unknown provider":    {entry("provider", `"Anthropic"`), `provider "Anthropic" is none of anthropic, openai, openrouter, workers-ai`},
		"keyless Anthropic":   {entry("needs_key", "false"), "needs_key must be false for workers-ai and true for all others"},
		"Workers AI with key": {entry("provider", `"workers-ai"`), "needs_key must be false for workers-ai"},
		"no context":          {entry("context", ""), "context must be a number of tokens"},
		"wide window":         {entry("window", "1001"), "window must not be more than context"},
		"no output":           {entry("max_output", "0"), "max_output must be a number of tokens"},
		"too much output":     {entry("max_output", "1000"), "max_output must be a number of tokens"},
		"more than a window":  {entry("window", "100"), "less than the model can hold"},
		"no wire":             {entry("wire", `""`), "wire and successors must name models"},
		"empty successor":     {entry("successors", `[""]`), "wire and successors must name models"},
		"no purpose":          {entry("serves", "[]"), "serves must name a purpose"},
		"unknown purpose":     {entry("serves", `["agents"]`), `serves: "agents" is none of agent, spec, digest`},
		"default of nothing":  {entry("default_for", `["agent","spec"]`), `default_for: it does not serve "spec"`},
		"no default":          {entry("default_for", ""), `of the anthropic models that serve "agent", 0 are the default`},
		"two defaults":        {entry() + "," + entry("id", `"b"`, "name", `"B"`), `of the anthropic models that serve "agent", 2 are the default`},
		"same id":             {entry() + "," + entry("name", `"B"`, "default_for", ""), `model 2 ("a"): another model is called "a"`},
		"same name":           {entry() + "," + entry("id", `"b"`, "name", `"a"`, "default_for", ""), `another model is called "a"`},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "mine.json")
			if err := os.WriteFile(path, []byte(`{"models":[`+test.models+`]}`), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := llm.LoadRegistry(path)
			checkLoad(t, err, test.want)
		})
	}
	_, err := llm.LoadRegistry(filepath.Join(t.TempDir(), "none.json"))
	checkLoad(t, err, "read the model registry")
}

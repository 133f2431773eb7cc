package byok

import (
	"slices"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

func TestChoices(t *testing.T) {
	models, err := llm.LoadRegistry("")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name      string
		keys      map[Provider]string
		preferred Provider
		workers   bool
		pro       bool
		purpose   llm.Purpose
		lead      string // the default, "" if nothing can be asked
		missing   []Missing
	}{
		{"nothing", nil, "", false, true, llm.ForAgent, "", []Missing{NoKey, NoWorkersAI}},
		{"Workers AI", nil, "", true, true, llm.ForAgent, "qwen-30b", []Missing{NoKey}},
		{"Workers AI is not in the plan", nil, "", true, false, llm.ForAgent, "", []Missing{NoKey, NoPlan}},
		{"a key", map[Provider]string{Anthropic: anthropicKey}, "", true, true, llm.ForAgent, "sonnet", nil},
		{"another key", map[Provider]string{OpenAI: openAIKey}, "", true, true, llm.ForAgent, "qwen-30b", []Missing{NoKey}},
		{"specs, two keys", map[Provider]string{OpenAI: openAIKey, OpenRouter: openRouterKey}, "", false, true, llm.ForSpec, "gpt-4o", []Missing{NoKey}},
		{"specs, the preferred one", map[Provider]string{OpenAI: openAIKey, OpenRouter: openRouterKey}, OpenRouter, false, true, llm.ForSpec, "openrouter", []Missing{NoKey}},
		{"specs, the preferred one has no key", map[Provider]string{OpenAI: openAIKey}, Anthropic, false, true, llm.ForSpec, "gpt-4o", []Missing{NoKey}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			who := ada
			who.Preferred = tt.preferred
			for p, key := range tt.keys {
				w.set(t, who, p, key)
			}
			all, err := w.Choices(t.Context(), who, tt.pro, Offer{models, tt.workers}, tt.purpose)
			if err != nil {
				t.Fatal(err)
			}
			lead := ""
			var missing []Missing
			for _, c := range all {
				if (c.Missing == "") != (c.Text == "") || c.Default && (c.Missing != "" || lead != "") {
					t.Errorf("%s: missing %q, %q, default %v after %q", c.ID, c.Missing, c.Text, c.Default, lead)
				}
				if c.Default {
					lead = c.ID
				}
				if c.Missing != "" && !slices.Contains(missing, c.Missing) {
					missing = append(missing, c.Missing)
				}
			}
			if lead != tt.lead || !slices.Equal(missing, tt.missing) {
				t.Errorf("the default is %q, and %v are missing; want %q and %v", lead, missing, tt.lead, tt.missing)
			}
		})
	}
}

func TestChoiceWithAKeyThatDoesNotOpen(t *testing.T) {
	models, err := llm.LoadRegistry("")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	w.set(t, ada, Anthropic, anthropicKey)
	now := New(w.store, vault.New(masterKey(t, 2)), Options{})
	all, err := now.Choices(t.Context(), ada, true, Offer{models, false}, llm.ForAgent)
	if err != nil || all[0].Missing != NoKey || !strings.Contains(all[0].Text, "paste it again") {
		t.Errorf("%+v, %v; want to be told to paste the key again", all[0], err)
	}
}

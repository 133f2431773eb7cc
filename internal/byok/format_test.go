package byok

import (
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// Keys of the shapes that providers publish. None of them is real.
var (
	anthropicKey  = "sk-ant-api03-" + strings.Repeat("aB3_-", 18) + "xyzAA"
	openAIKey     = "sk-proj-" + strings.Repeat("Ab1-_", 30)
	oldOpenAIKey  = "sk-" + strings.Repeat("aB3x", 12)
	openRouterKey = "sk-or-v1-" + strings.Repeat("0a1b", 16)
)

func TestCheckKey(t *testing.T) {
	for _, c := range []struct {
		provider Provider
		pasted   string
		want     string // "" if refused
		says     string // in the warning or in the error
	}{
		{Anthropic, anthropicKey, anthropicKey, ""},
		{Anthropic, " \n" + anthropicKey + "\t\r\n", anthropicKey, ""},
		{OpenAI, openAIKey, openAIKey, ""},
		{OpenAI, oldOpenAIKey, oldOpenAIKey, ""},
		{OpenRouter, openRouterKey, openRouterKey, ""},

		{Anthropic, "sk-ant-new07-" + strings.Repeat("z", 60), "sk-ant-new07-" + strings.Repeat("z", 60), "test it"},
		{OpenAI, "sk-future-" + strings.Repeat("z", 30), "sk-future-" + strings.Repeat("z", 30), "test it"},
		{OpenRouter, "sk-or-v2-" + strings.Repeat("z", 30), "sk-or-v2-" + strings.Repeat("z", 30), "test it"},

		{OpenAI, anthropicKey, "", "key of Anthropic"},
		{OpenRouter, anthropicKey, "", "key of Anthropic"},
		{Anthropic, openAIKey, "", "key of OpenAI"},
		{Anthropic, openRouterKey, "", "key of OpenRouter"},
		{OpenAI, openRouterKey, "", "key of OpenRouter"},

		{Anthropic, "sk-ant-admin01-" + strings.Repeat("a", 90), "", "admin key"},
		{Anthropic, "sk-ant-oat01-" + strings.Repeat("a", 90), "", "OAuth token"},
		{Anthropic, "sk-ant-ort01-" + strings.Repeat("a", 90), "", "refresh token"},
		{OpenAI, "sk-admin-" + strings.Repeat("a", 90), "", "admin key"},
		{OpenAI, "sess-" + strings.Repeat("a", 40), "", "session"},
		{OpenAI, "nrp_" + strings.Repeat("a", 64), "", "NeuralRepo"},
		{OpenRouter, "AIza" + strings.Repeat("a", 35), "", "Google"},

		{Anthropic, "", "", "empty"},
		{Anthropic, "  \n ", "", "empty"},
		{Anthropic, "sk-ant-api03-abc", "", "cut off"},
		{Anthropic, "sk-ant-...wxyz", "", "masked"},
		{Anthropic, "sk-ant-api03-••••••••wxyz", "", "masked"},
		{OpenAI, "sk-************************wxyz", "", "masked"},
		{OpenAI, "sk-XXXXXXXXXXXXXXXXXXXXXXXXXXXX", "", "masked"},
		{OpenAI, secret.Mask, "", "masked"},
		{Anthropic, anthropicKey[:40] + "\n" + anthropicKey[40:], "", "line break"},
		{Anthropic, anthropicKey[:40] + "\x00" + anthropicKey[40:], "", "control character"},
		{Anthropic, anthropicKey[:40] + " " + anthropicKey[40:], "", "white space"},
		{Anthropic, "sk-ant-\xff" + strings.Repeat("a", 90), "", "control character"},
		{Anthropic, "sk-ant-" + strings.Repeat("ä", 90), "", "no key has"},
		{Anthropic, "Bearer" + anthropicKey, "", "must begin with sk-ant-"},
		{OpenAI, "sk-" + strings.Repeat("a", 1000), "", "more than any key"},
	} {
		key, warning, err := CheckKey(c.provider, secret.New(c.pasted))
		if key.Reveal() != c.want || (c.want == "") != fault.Is(err, fault.Invalid) {
			t.Errorf("%s %q: got %q, %v; want %q", c.provider, c.pasted, key.Reveal(), err, c.want)
			continue
		}
		text := warning
		if err != nil {
			text = fault.Message(err)
		}
		if !strings.Contains(text, c.says) || (c.says == "" && text != "") {
			t.Errorf("%s %q: says %q, want %q in it", c.provider, c.pasted, text, c.says)
		}
		if s := strings.TrimSpace(c.pasted); len(s) > 24 && strings.Contains(text, s[len(s)-12:]) {
			t.Errorf("%s: the text %q shows the key", c.provider, text)
		}
	}
}

func TestChoose(t *testing.T) {
	set := func(list ...Provider) func(Provider) bool {
		return func(p Provider) bool {
			for _, q := range list {
				if p == q {
					return true
				}
			}
			return false
		}
	}
	for _, c := range []struct {
		preferred Provider
		usable    []Provider
		want      Provider
	}{
		{"", nil, ""},
		{"", []Provider{OpenRouter, OpenAI, Anthropic}, Anthropic},
		{"", []Provider{OpenRouter, OpenAI}, OpenAI},
		{"", []Provider{OpenRouter}, OpenRouter},
		{OpenRouter, []Provider{OpenRouter, Anthropic}, OpenRouter},
		{OpenAI, []Provider{OpenRouter, Anthropic}, Anthropic},
		{OpenAI, nil, ""},
	} {
		got, ok := Choose(c.preferred, set(c.usable...))
		if got != c.want || ok != (c.want != "") {
			t.Errorf("prefers %q, has %v: got %q, %v; want %q", c.preferred, c.usable, got, ok, c.want)
		}
	}
}

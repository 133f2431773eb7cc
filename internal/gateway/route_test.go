package gateway

import (
	"net/http"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

func TestFind(t *testing.T) {
	for _, test := range []struct {
		provider, method, path string
		ok                     bool
	}{
		{llm.Anthropic, http.MethodPost, "/v1/messages", true},
		{llm.Anthropic, http.MethodGet, "/v1/models/claude-sonnet-4-20250514", true},
		{llm.OpenAI, http.MethodPost, "/chat/completions", true},
		{llm.OpenAI, http.MethodGet, "/models/ft:gpt-4o:acme::x1", true},
		{llm.OpenRouter, http.MethodGet, "/models/anthropic/claude-sonnet-4:beta/endpoints", true},
		{llm.OpenRouter, http.MethodPost, "/messages", true},

		{llm.Anthropic, http.MethodGet, "/v1/messages", false},
		{llm.Anthropic, http.MethodPost, "/v1/messages/", false},
		{llm.Anthropic, http.MethodPost, "/v1/messages/batches", false},
		{llm.Anthropic, http.MethodGet, "/v1/organizations/users", false},
		{llm.Anthropic, http.MethodGet, "/v1/files", false},
		{llm.OpenAI, http.MethodDelete, "/models/ft:gpt-4o:acme::x1", false},
		{llm.OpenAI, http.MethodGet, "/models/..", false},
		{llm.OpenAI, http.MethodGet, "/models/.", false},
		{llm.OpenAI, http.MethodGet, "/models/", false},
		{llm.OpenAI, http.MethodGet, "/models/%2e%2e", false},
		{llm.OpenAI, http.MethodGet, "/models/a/../../organization/projects", false},
		{llm.OpenAI, http.MethodGet, "/models//organization", false},
		{llm.OpenAI, http.MethodGet, "/models/a\\..\\b", false},
		{llm.OpenAI, http.MethodGet, "/organization/admin_api_keys", false},
		{llm.OpenAI, http.MethodGet, "/files", false},
		{llm.OpenAI, http.MethodGet, "/responses/resp_1", false},
		{llm.OpenAI, http.MethodPost, "//chat/completions", false},
		{llm.OpenRouter, http.MethodPost, "/keys", false},
		{llm.OpenRouter, http.MethodGet, "/models/../keys/endpoints", false},
		{llm.OpenRouter, http.MethodPost, "/auth/keys", false},
		{"nobody", http.MethodGet, "/models", false},
	} {
		if _, ok := find(test.provider, test.method, test.path); ok != test.ok {
			t.Errorf("%s: %s %s: %t, want %t", test.provider, test.method, test.path, ok, test.ok)
		}
	}
}

func TestUpstreams(t *testing.T) {
	cloudflare := Cloudflare{Account: "acc", Gateway: "gate", Token: secret.New("cf-token")}
	for _, test := range []struct {
		name      string
		upstreams Upstreams
		provider  string
		want      string // the address of /models
		refused   string
	}{
		{"Anthropic", Upstreams{}, llm.Anthropic, "https://api.anthropic.com/models", ""},
		{"OpenAI", Upstreams{}, llm.OpenAI, "https://api.openai.com/v1/models", ""},
		{"OpenRouter", Upstreams{}, llm.OpenRouter, "https://openrouter.ai/api/v1/models", ""},
		{"own address", Upstreams{OpenAI: "http://localhost:9/v1/"}, llm.OpenAI, "http://localhost:9/v1/models", ""},
		{"Cloudflare, Anthropic", Upstreams{Cloudflare: cloudflare}, llm.Anthropic, "https://gateway.ai.cloudflare.com/v1/acc/gate/anthropic/models", ""},
		{"Cloudflare, OpenAI", Upstreams{Cloudflare: cloudflare}, llm.OpenAI, "https://gateway.ai.cloudflare.com/v1/acc/gate/openai/models", ""},
		{"Cloudflare, OpenRouter", Upstreams{Cloudflare: cloudflare}, llm.OpenRouter, "https://gateway.ai.cloudflare.com/v1/acc/gate/openrouter/v1/models", ""},
		{"an own address goes first", Upstreams{Cloudflare: cloudflare, OpenAI: "http://localhost:9/v1"}, llm.OpenAI, "http://localhost:9/v1/models", ""},
		{"Workers AI", Upstreams{WorkersAI: WorkersAI{Account: "acc", Token: secret.New("t")}}, llm.WorkersAI, "https://api.cloudflare.com/client/v4/accounts/acc/ai/v1/models", ""},
		{"Workers AI through Cloudflare", Upstreams{Cloudflare: cloudflare, WorkersAI: WorkersAI{Account: "acc", Token: secret.New("t")}}, llm.WorkersAI, "https://gateway.ai.cloudflare.com/v1/acc/gate/workers-ai/v1/models", ""},
		{"a local server", Upstreams{WorkersAI: WorkersAI{BaseURL: "http://localhost:11434/v1"}}, llm.WorkersAI, "http://localhost:11434/v1/models", ""},
		{"no Workers AI", Upstreams{}, llm.WorkersAI, "", ""},
		{"no address", Upstreams{OpenAI: "localhost:9"}, llm.OpenAI, "", "https://api.openai.com/v1"},
		{"another scheme", Upstreams{OpenAI: "file:///etc/passwd"}, llm.OpenAI, "", "https://api.openai.com/v1"},
		{"credentials", Upstreams{OpenAI: "https://a:b@host/v1"}, llm.OpenAI, "", "credentials"},
		{"a query", Upstreams{OpenAI: "https://host/v1?a=b"}, llm.OpenAI, "", "query"},
		{"no gateway", Upstreams{Cloudflare: Cloudflare{Account: "acc"}}, llm.OpenAI, "", "id of a gateway"},
	} {
		t.Run(test.name, func(t *testing.T) {
			all, err := test.upstreams.resolve()
			if test.refused != "" {
				if err == nil || !strings.Contains(err.Error(), test.refused) {
					t.Errorf("error %v, want one with %q", err, test.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if up := all[test.provider]; up != nil {
				got = up.url("/models", "").String()
			}
			if got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

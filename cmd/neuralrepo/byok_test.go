package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// providerKeys have the shapes that the providers publish. None is real.
var providerKeys = map[string]string{
	"anthropic":  "sk-ant-api03-" + strings.Repeat("aB3_-", 18) + "xyzAA",
	"openai":     "sk-proj-" + strings.Repeat("Ab1-_", 30),
	"openrouter": "sk-or-v1-" + strings.Repeat("0a1b", 16),
}

// providers stands in for all of them: whoever has one of the keys is
// answered.
func providers(t *testing.T) (url string) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		sent := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") + r.Header.Get("X-Api-Key")
		known := false
		for _, key := range providerKeys {
			known = known || sent == key
		}
		switch {
		case !known:
			w.WriteHeader(http.StatusUnauthorized)
			io.WriteString(w, `{"error":{"type":"authentication_error","code":401,"message":"invalid key"}}`)
		case strings.HasSuffix(r.URL.Path, "/messages"):
			io.WriteString(w, `{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[{"type":"text","text":"Ding"}],
				"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":3}}`)
		case strings.HasSuffix(r.URL.Path, "/api/v1/key"):
			io.WriteString(w, `{"data":{"label":"sk-or-v1-0a1...a1b","limit":null,"limit_remaining":null,"usage":0,"is_management_key":false}}`)
		default:
			io.WriteString(w, `{"object":"list","data":[],"has_more":false}`)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// The commands of the hosted service's page about provider keys work here as
// they stand, but for the host and what is to be filled in.
func TestCommandsOfTheHostedService(t *testing.T) {
	const hosted = "https://neuralrepo.com"
	url, key := readmeServer(t, providers(t))
	run := shell(t)
	do := func(command string, fill ...string) string {
		t.Helper()
		fill = append([]string{hosted, url, "nrp_your_key_here", key}, fill...)
		out, err := run(strings.NewReplacer(fill...).Replace(command))
		if err != nil {
			t.Errorf("%v\n%s\n%s", err, command, out)
		}
		return out
	}
	for provider, its := range providerKeys {
		fill := []string{":provider", provider, "sk-your-key", its}
		stored := do(`curl -X PUT https://neuralrepo.com/api/v1/user/byok/:provider \
  -H "X-API-Key: nrp_your_key_here" \
  -H "Content-Type: application/json" \
  -d '{"api_key": "sk-your-key"}'`, fill...)
		if !strings.Contains(stored, `"last4":"`+its[len(its)-4:]+`"`) || strings.Contains(stored, its[len(its)-5:]) {
			t.Errorf("PUT %s: %s", provider, stored)
		}
		tested := do(`curl -X POST https://neuralrepo.com/api/v1/user/byok/:provider/test \
  -H "X-API-Key: nrp_your_key_here"`, fill...)
		if strings.TrimSpace(tested) != `{"ok":true}` {
			t.Errorf("test %s: %s", provider, tested)
		}
		status := do(`curl https://neuralrepo.com/api/v1/user/byok/status \
  -H "X-API-Key: nrp_your_key_here"`)
		if !strings.Contains(status, `"active":"`+provider+`"`) || strings.Contains(status, its[len(its)-5:]) {
			t.Errorf("status with a key of %s: %s", provider, status)
		}
		removed := do(`curl -X DELETE https://neuralrepo.com/api/v1/user/byok/:provider \
  -H "X-API-Key: nrp_your_key_here"`, fill...)
		if strings.TrimSpace(removed) != `{"success":true}` {
			t.Errorf("DELETE %s: %s", provider, removed)
		}
		// A key that the provider does not know is a failure in words, not in status.
		do(`curl -X PUT https://neuralrepo.com/api/v1/user/byok/:provider -H "X-API-Key: nrp_your_key_here" -H "Content-Type: application/json" -d '{"api_key": "sk-your-key"}'`,
			":provider", provider, "sk-your-key", its[:len(its)-1]+"0")
		refused := do(`curl -X POST https://neuralrepo.com/api/v1/user/byok/:provider/test -H "X-API-Key: nrp_your_key_here"`, fill...)
		if strings.TrimSpace(refused) != `{"ok":false,"error":"Invalid API key"}` {
			t.Errorf("test of a wrong key of %s: %s", provider, refused)
		}
		do(`curl -X DELETE https://neuralrepo.com/api/v1/user/byok/:provider -H "X-API-Key: nrp_your_key_here"`, fill...)
	}
}

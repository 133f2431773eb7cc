package openai_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/provider/openai"
)

// Whatever a provider answers is explained, and nothing that it wrote gets
// into the error but names of failures, in small letters.
func FuzzExplain(f *testing.F) {
	f.Add(429, []byte(`{"error":{"message":"Slow.","type":"requests","code":"rate_limit_exceeded"}}`))
	f.Add(200, []byte(`{"error":{"code":502,"message":"Down."}}`))
	f.Add(400, []byte(`{"errors":[{"code":5007,"message":"None."}],"success":false}`))
	f.Add(404, []byte(`{"object":"error","message":"None.","code":404}`))
	f.Add(0, []byte(`{"error":"text"}`))
	f.Add(500, []byte(`{"error":{"code":{"a":[1]},"metadata":{"reasons":7}}}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		for _, provider := range []string{llm.OpenAI, llm.OpenRouter, llm.WorkersAI} {
			e := openai.Explain(provider, status, nil, body)
			if strings.Trim(e.Code, "abcdefghijklmnopqrstuvwxyz0123456789_.") != "" {
				t.Errorf("code %q", e.Code)
			}
			if e.Sentence() == "" {
				t.Errorf("%v has no sentence", e)
			}
		}
	})
}

// A key that comes back in any field of an error stays there.
func TestExplainKeepsNoKey(t *testing.T) {
	const key = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx"
	body, err := json.Marshal(map[string]any{
		"error":  map[string]any{"message": key, "type": key, "code": key, "param": key},
		"errors": []any{map[string]any{"message": key, "code": key}},
	})
	if err != nil {
		t.Fatal(err)
	}
	e := openai.Explain(llm.OpenAI, http.StatusUnauthorized, http.Header{"X-Request-Id": {key}, "Cf-Ray": {key}}, body)
	if text := e.Error() + e.Sentence() + e.Fault().Error(); strings.Contains(text, key) {
		t.Error(text)
	}
	if e.Kind != llm.BadKey {
		t.Errorf("kind %v, want %v", e.Kind, llm.BadKey)
	}
}

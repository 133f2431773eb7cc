package anthropic_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/provider/anthropic"
)

// Whatever the API answers is explained, and nothing that it wrote gets into
// the error but names of failures, in small letters.
func FuzzExplain(f *testing.F) {
	f.Add(429, []byte(`{"type":"error","error":{"type":"rate_limit_error","message":"Slow."},"request_id":"req_1"}`))
	f.Add(0, []byte(`{"error":"text","request_id":7}`))
	f.Add(502, []byte(`<h1>Bad Gateway</h1>`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		e := anthropic.Explain(status, nil, body)
		if strings.Trim(e.Code, "abcdefghijklmnopqrstuvwxyz0123456789_.") != "" {
			t.Errorf("code %q", e.Code)
		}
		if e.Sentence() == "" {
			t.Errorf("%v has no sentence", e)
		}
	})
}

// A key that comes back in any field of an error stays there.
func TestExplainKeepsNoKey(t *testing.T) {
	const key = "sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWx"
	body, err := json.Marshal(map[string]any{
		"error":      map[string]any{"message": key, "type": key},
		"request_id": key,
	})
	if err != nil {
		t.Fatal(err)
	}
	e := anthropic.Explain(http.StatusUnauthorized, http.Header{"Request-Id": {key}}, body)
	if text := e.Error() + e.Sentence() + e.Fault().Error(); strings.Contains(text, key) {
		t.Error(text)
	}
	if e.Kind != llm.BadKey {
		t.Errorf("kind %v, want %v", e.Kind, llm.BadKey)
	}
}

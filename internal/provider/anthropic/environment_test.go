package anthropic_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/provider/anthropic"
)

// The SDK reads its settings from the environment unless it is kept from it.
// One variable can hide another, so each is set alone.
func TestEnvironment(t *testing.T) {
	trap := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("the environment decided where the request goes: %s", r.URL)
	}))
	defer trap.Close()
	for name, value := range map[string]string{
		"ANTHROPIC_BASE_URL":       trap.URL,
		"ANTHROPIC_API_KEY":        "leak-key",
		"ANTHROPIC_AUTH_TOKEN":     "leak-token",
		"ANTHROPIC_CUSTOM_HEADERS": "X-Leak: leak-header",
		"ANTHROPIC_PROFILE":        "leak-profile",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			checkRequest(t)
		})
	}
}

// checkRequest asks a model, and looks at what is sent and where.
func checkRequest(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if want := "/below/v1/messages"; r.URL.Path != want {
			t.Errorf("path %s, want %s", r.URL.Path, want)
		}
		if got, want := r.Header.Get("X-Api-Key"), llm.Placeholder; got != want {
			t.Errorf("X-Api-Key: %s, want %s", got, want)
		}
		for name, values := range r.Header {
			if strings.Contains(strings.Join(values, " "), "leak") {
				t.Errorf("the environment is sent: %s: %s", name, values)
			}
		}
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusTeapot)
	}))
	defer server.Close()
	_, err := llm.Collect(anthropic.New(server.Client(), server.URL+"/below").Stream(t.Context(),
		llm.Request{Model: "m", Messages: []llm.Message{{Role: llm.User, Text: "Hello."}}}))
	if kind, ok := llm.KindOf(err); !ok || kind != llm.BadRequest {
		t.Errorf("error %v, want that of a status that nobody knows", err)
	}
	if asked != 1 {
		t.Errorf("asked %d times, want once", asked)
	}
}

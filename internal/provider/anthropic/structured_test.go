package anthropic_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/provider/anthropic"
)

// The API is made to answer in a shape by a call that it must make. Callers
// see none of that: the answer is text.
func TestStructured(t *testing.T) {
	body, err := os.ReadFile("testdata/structured.sse")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Write(body)
	}))
	defer server.Close()

	var got []llm.Part
	for p, err := range anthropic.New(server.Client(), server.URL).Stream(t.Context(), llm.Request{
		Model:    "m",
		Messages: []llm.Message{{Role: llm.User, Text: "Is it good?"}},
		Schema:   &llm.Schema{Name: "verdict", JSON: json.RawMessage(`{"type":"object"}`)},
	}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, p)
	}
	want := []llm.Part{
		llm.Text(`{"good`), llm.Text(`": true}`),
		llm.Usage{Input: 30, Output: 12},
		llm.Stop{Reason: llm.StopEnd, Model: "claude-haiku-4-5-20251001"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
}

package api

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
)

// events returns the types of the events of a stream, and all data that has a
// delta.
func eventsOf(t *testing.T, body string) (types []string, text string) {
	t.Helper()
	for _, line := range strings.Split(body, "\n") {
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok {
			continue
		}
		if data == "[DONE]" {
			types = append(types, data)
			continue
		}
		var e struct{ Type, Delta string }
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if e.Type == "text-delta" {
			text += e.Delta
		}
		if n := len(types); (n == 0 || types[n-1] != e.Type) && e.Type != "message-metadata" {
			types = append(types, e.Type)
		}
	}
	return types, text
}

func TestChat(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	w.must(t, key(ada.key), "PUT /user/byok/anthropic", `{"api_key":"`+anthropicKey+`"}`)
	w.model.say(llmtest.Say("You have *no* ideas yet."))
	r := w.do(t, key(ada.key), "POST /agent/chat", `{"conversation_id":"c1","message":"What do I have?"}`)
	if r.status != 200 || r.header.Get("X-Vercel-Ai-Ui-Message-Stream") != "v1" {
		t.Fatalf("%d %v %s", r.status, r.header, r.body)
	}
	types, text := eventsOf(t, string(r.body))
	want := []string{"start", "start-step", "text-start", "text-delta", "text-end", "finish-step", "finish", "[DONE]"}
	if diff := cmp.Diff(want, types); diff != "" || text != "You have *no* ideas yet." {
		t.Errorf("%q, events (-want +got):\n%s", text, diff)
	}
	c := w.must(t, key(ada.key), "GET /agent/conversations/c1", "")
	if c["title"] != "What do I have?" || len(c["messages"].([]any)) != 2 {
		t.Errorf("kept: %v", c)
	}
}

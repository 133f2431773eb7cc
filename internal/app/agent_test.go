package app

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/config"
)

// turn is what a provider answers: a text, a call of a tool, or a text after
// which it says nothing more until the request is cancelled.
type turn struct {
	text        string
	tool, input string
	hang        bool
}

// talker stands in for Anthropic and for a server like OpenAI's, and answers
// with its turns.
type talker struct {
	*httptest.Server
	mu        sync.Mutex
	turns     []turn
	asked     []string      // the bodies of the requests
	cancelled chan struct{} // is told that a request was
}

func newTalker(t *testing.T, turns ...turn) *talker {
	s := &talker{turns: turns, cancelled: make(chan struct{}, 10)}
	s.Server = httptest.NewServer(http.HandlerFunc(s.answer))
	t.Cleanup(s.Close)
	return s
}

func (s *talker) answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.asked = append(s.asked, string(body))
	if len(s.turns) == 0 {
		s.mu.Unlock()
		http.Error(w, `{"error":{"message":"no more"}}`, http.StatusBadRequest)
		return
	}
	next := s.turns[0]
	s.turns = s.turns[1:]
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/event-stream")
	say := func(format string, args ...any) {
		fmt.Fprintf(w, format, args...)
		http.NewResponseController(w).Flush()
	}
	anthropic := strings.HasSuffix(r.URL.Path, "/messages")
	if anthropic {
		next.anthropic(say)
	} else {
		next.openAI(say)
	}
	if next.hang {
		<-r.Context().Done()
		s.cancelled <- struct{}{}
		return
	}
	reason, finish := "end_turn", "stop"
	if next.tool != "" {
		reason, finish = "tool_use", "tool_calls"
	}
	if anthropic {
		say("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":%q},\"usage\":{\"output_tokens\":5}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", reason)
		return
	}
	say("data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":%q}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,\"total_tokens\":12}}\n\ndata: [DONE]\n\n", finish)
}

func (n turn) anthropic(say func(string, ...any)) {
	event := func(kind, data string) { say("event: %s\ndata: {\"type\":%q,%s}\n\n", kind, kind, data) }
	event("message_start", `"message":{"id":"m","type":"message","role":"assistant","model":"claude","content":[],"usage":{"input_tokens":7,"output_tokens":1}}`)
	if n.tool != "" {
		event("content_block_start", fmt.Sprintf(`"index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":%q,"input":{}}`, n.tool))
		event("content_block_delta", fmt.Sprintf(`"index":0,"delta":{"type":"input_json_delta","partial_json":%q}`, n.input))
	} else {
		event("content_block_start", `"index":0,"content_block":{"type":"text","text":""}`)
		event("content_block_delta", fmt.Sprintf(`"index":0,"delta":{"type":"text_delta","text":%q}`, n.text))
	}
	if !n.hang {
		event("content_block_stop", `"index":0`)
	}
}

func (n turn) openAI(say func(string, ...any)) {
	delta := fmt.Sprintf(`{"role":"assistant","content":%q}`, n.text)
	if n.tool != "" {
		delta = fmt.Sprintf(`{"role":"assistant","tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":%q,"arguments":%q}}]}`, n.tool, n.input)
	}
	say("data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":%s}]}\n\n", delta)
}

// stream is an answer that is read an event at a time.
type stream struct {
	t    *testing.T
	body io.ReadCloser
	scan *bufio.Scanner
}

// open sends a request whose answer is a stream.
func (r *running) open(t *testing.T, key, method, path string, body any) *stream {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if body == nil {
		b = nil
	}
	answer, err := http.DefaultClient.Do(r.request(key, method, path, bytes.NewReader(b)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	if answer.StatusCode != 200 || answer.Header.Get("X-Vercel-Ai-Ui-Message-Stream") != "v1" {
		text, _ := io.ReadAll(answer.Body)
		t.Fatalf("%s %s: %s %s", method, path, answer.Status, text)
	}
	scan := bufio.NewScanner(answer.Body)
	scan.Buffer(nil, 1<<20)
	return &stream{t, answer.Body, scan}
}

// until reads until an event has a text in it, and returns what it read.
func (s *stream) until(text string) string {
	s.t.Helper()
	var all strings.Builder
	for s.scan.Scan() {
		all.WriteString(s.scan.Text() + "\n")
		if strings.Contains(s.scan.Text(), text) {
			return all.String()
		}
	}
	s.t.Fatalf("the stream ended without %q: %v\n%s", text, s.scan.Err(), all.String())
	return ""
}

func (s *stream) end() string { s.t.Helper(); return s.until("data: [DONE]") }

func say(id, text string) map[string]any {
	return map[string]any{"conversation_id": id, "message": text}
}

// talking starts a server for Ada, who has a key of Anthropic.
func talking(t *testing.T, cfg config.Config, s *talker) (*running, string) {
	t.Helper()
	cfg.AnthropicURL = s.URL
	key := someone(t, cfg, "ada")[0]
	r := start(t, cfg)
	r.want(200, key, "PUT", "/user/byok/anthropic", map[string]string{"api_key": providerKey("-Ada")})
	return r, key
}

// The agent captures an idea, over the wires of both kinds of providers.
func TestAgentOnBothWires(t *testing.T) {
	for _, wire := range []string{"anthropic", "workers-ai"} {
		t.Run(wire, func(t *testing.T) {
			s := newTalker(t, turn{tool: "create_idea", input: `{"title":"Bees on the roof"}`}, turn{text: "It is #1."})
			cfg := settings(t)
			var r *running
			var key string
			if wire == "anthropic" {
				r, key = talking(t, cfg, s)
			} else {
				cfg.WorkersURL = s.URL + "/v1"
				key = someone(t, cfg, "ada")[0]
				r = start(t, cfg)
			}
			got := r.open(t, key, "POST", "/agent/chat", say("c", "Keep this: bees on the roof")).end()
			for _, want := range []string{`"tool-input-available"`, `"tool-output-available"`, `"type":"data-artifact"`, `"idea_card"`, `It is #1.`, `"provider":"` + wire + `"`} {
				if !strings.Contains(got, want) {
					t.Errorf("the stream has no %s:\n%s", want, got)
				}
			}
			if idea := r.want(200, key, "GET", "/ideas/1", nil).body; idea["title"] != "Bees on the roof" {
				t.Errorf("captured: %v", idea)
			}
			c := r.want(200, key, "GET", "/agent/conversations/c", nil).body
			if used := c["usage"].(map[string]any); used["tokens_in"] != 14.0 {
				t.Errorf("used %v", used)
			}
			if strings.Contains(r.log.String(), "bees") || strings.Contains(r.log.String(), "Bees") {
				t.Errorf("the log has what was said: %s", r.log)
			}
		})
	}
}

// Who loses the connection finds the answer again, from its beginning; Stop
// ends the provider's request.
func TestAgentGoesOnAndStops(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		s := newTalker(t, turn{text: "I am thinking", hang: true})
		r, key := talking(t, cfg, s)
		first := r.open(t, key, "POST", "/agent/chat", say("c", "Think"))
		first.until("thinking")
		first.body.Close() // the connection drops
		if got := r.call(key, "POST", "/agent/chat", say("c", "And?")); got.status != 409 {
			t.Errorf("a second answer at a time: %d %v", got.status, got.body)
		}
		second := r.open(t, key, "GET", "/agent/conversations/c/stream", nil)
		if got := second.until("thinking"); !strings.Contains(got, `"type":"start"`) {
			t.Errorf("not from the beginning: %s", got)
		}
		r.want(200, key, "POST", "/agent/conversations/c/stop", nil)
		<-s.cancelled
		if got := second.end(); !strings.Contains(got, `"type":"abort"`) {
			t.Errorf("stopped: %s", got)
		}
		c := r.want(200, key, "GET", "/agent/conversations/c", nil).body
		if b, _ := json.Marshal(c); !strings.Contains(string(b), "I am thinking") || c["running"] != false {
			t.Errorf("kept: %s", b)
		}
	})
}

// What waits for an approval waits across a restart, and what was done can be
// undone after one.
func TestAgentWaitsAcrossARestart(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		s := newTalker(t, turn{tool: "create_idea", input: `{"title":"Bees"}`}, turn{text: "It is there."})
		cfg.AnthropicURL = s.URL
		r, key := talking(t, cfg, s)
		r.want(200, key, "PATCH", "/user/me", map[string]string{"settings_json": `{"agent_approval":"every"}`})
		got := r.open(t, key, "POST", "/agent/chat", say("c", "Keep this: bees")).end()
		if !strings.Contains(got, `"tool-approval-request"`) || !strings.Contains(got, `"waiting":true`) {
			t.Fatalf("not asked: %s", got)
		}
		r.stop()

		r = start(t, cfg)
		if got := r.call(key, "GET", "/ideas/1", nil); got.status != 404 {
			t.Errorf("it was captured before the person allowed it: %v", got.body)
		}
		got = r.open(t, key, "POST", "/agent/conversations/c/approvals/approve_toolu_1", map[string]any{"approved": true}).end()
		if !strings.Contains(got, "It is there.") {
			t.Errorf("allowed: %s", got)
		}
		archived := func() any { return r.want(200, key, "GET", "/ideas/1", nil).body["is_archived"] }
		if archived() != 0.0 {
			t.Error("what was captured is archived")
		}
		r.stop()

		r = start(t, cfg)
		change := "/agent/conversations/c/changes/change_toolu_1_1/undo"
		r.want(200, key, "POST", change, nil)
		if archived() != 1.0 {
			t.Error("it was not undone")
		}
		r.want(409, key, "POST", change, nil)
		if b, _ := json.Marshal(r.want(200, key, "GET", "/agent/conversations/c", nil).body["cards"]); !strings.Contains(string(b), `"undone":true`) {
			t.Errorf("the card does not know: %s", b)
		}
	})
}

// A server that stops while an answer is under way keeps what arrived, and
// the answer can be written again.
func TestAgentWhileTheServerStops(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		s := newTalker(t, turn{text: "I am thinking", hang: true}, turn{text: "Done."})
		cfg.AnthropicURL = s.URL
		r, key := talking(t, cfg, s)
		first := r.open(t, key, "POST", "/agent/chat", say("c", "Think"))
		first.until("thinking")
		r.stop()
		<-s.cancelled
		if got := first.end(); !strings.Contains(got, "The server is stopping") {
			t.Errorf("the client was told %s", got)
		}
		r = start(t, cfg)
		if b, _ := json.Marshal(r.want(200, key, "GET", "/agent/conversations/c", nil).body); !strings.Contains(string(b), "I am thinking") {
			t.Errorf("kept: %s", b)
		}
		got := r.open(t, key, "POST", "/agent/chat", map[string]any{"id": "c", "trigger": "regenerate-message", "messages": []any{}}).end()
		if !strings.Contains(got, "Done.") {
			t.Errorf("again: %s", got)
		}
	})
}

// Copies of the program see each other's answers, and can end them.
func TestAgentInTwoCopies(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		if cfg.DatabaseURL.Empty() {
			return // a file has one process
		}
		cfg.EncryptionKey = config.NewEncryptionKey()
		s := newTalker(t, turn{text: "I am thinking", hang: true}, turn{text: "Done."})
		cfg.AnthropicURL = s.URL
		a, key := talking(t, cfg, s)
		b := start(t, cfg)
		first := a.open(t, key, "POST", "/agent/chat", say("c", "Think"))
		first.until("thinking")
		if got := b.call(key, "POST", "/agent/chat", say("c", "And?")); got.status != 409 {
			t.Errorf("a second answer at a time: %d %v", got.status, got.body)
		}
		there := b.open(t, key, "GET", "/agent/conversations/c/stream", nil)
		there.until("thinking")
		b.want(200, key, "POST", "/agent/conversations/c/stop", nil)
		<-s.cancelled
		first.end()
		if got := there.end(); !strings.Contains(got, `"type":"abort"`) {
			t.Errorf("the other copy tells %s", got)
		}
		if got := b.open(t, key, "POST", "/agent/chat", say("c", "And now?")).end(); !strings.Contains(got, "Done.") {
			t.Errorf("in the other copy: %s", got)
		}
	})
}

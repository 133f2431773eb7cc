package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// scripted is a server with OpenAI's chat completions that answers what it was
// told to. Its wire format is that of
// https://platform.openai.com/docs/api-reference/chat-streaming.
type scripted struct {
	mu      sync.Mutex
	replies []scriptedReply
	asked   int
}

// play sets what the next requests are answered with.
func (s *scripted) play(replies []scriptedReply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replies = replies
}

// left returns how many answers nobody asked for.
func (s *scripted) left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.replies)
}

func (s *scripted) next() (scriptedReply, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if len(s.replies) == 0 {
		return scriptedReply{Text: "I have nothing to add."}, s.asked
	}
	r := s.replies[0]
	s.replies = s.replies[1:]
	return r, s.asked
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodPost || !strings.HasSuffix(req.URL.Path, "/chat/completions") {
		http.NotFound(w, req)
		return
	}
	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		return
	}
	r, n := s.next()
	if r.Status != 0 {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(r.Status)
		_, _ = io.WriteString(w, `{"error":{"message":"scripted","type":"server_error","code":null}}`)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	e := events{w}
	e.delta(map[string]any{"role": "assistant", "content": ""}, nil)
	for _, piece := range strings.SplitAfter(r.Text, " ") {
		e.delta(map[string]any{"content": piece}, nil)
	}
	for i, c := range r.Calls {
		input := c.Raw
		if c.Input != nil {
			input = string(c.Input)
		}
		half := len(input) / 2
		e.delta(map[string]any{"tool_calls": []any{map[string]any{
			"index": i, "id": fmt.Sprintf("call_%d_%d", n, i), "type": "function",
			"function": map[string]any{"name": c.Tool, "arguments": input[:half]},
		}}}, nil)
		e.delta(map[string]any{"tool_calls": []any{map[string]any{
			"index": i, "function": map[string]any{"arguments": input[half:]},
		}}}, nil)
	}
	end := "stop"
	if len(r.Calls) > 0 {
		end = "tool_calls"
	}
	e.delta(map[string]any{}, end)
	e.send(map[string]any{"choices": []any{}, "usage": map[string]any{"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}})
	_, _ = io.WriteString(w, "data: [DONE]\n\n")
}

// events writes the chunks of an answer. Whoever hung up gets nothing.
type events struct{ w io.Writer }

func (e events) delta(delta map[string]any, end any) {
	e.send(map[string]any{"choices": []any{map[string]any{"index": 0, "delta": delta, "finish_reason": end}}})
}

func (e events) send(chunk map[string]any) {
	chunk["id"], chunk["object"], chunk["created"], chunk["model"] = "chatcmpl-1", "chat.completion.chunk", 1, "scripted"
	b, err := json.Marshal(chunk)
	if err != nil {
		panic(err) // the values above all marshal
	}
	fmt.Fprintf(e.w, "data: %s\n\n", b)
}

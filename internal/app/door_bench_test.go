package app

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/config"
)

// BenchmarkDoor asks a model through the gateway of the whole program, with
// everything that belongs to it, for answers in one piece and for streams that
// are short and long. It is there to be profiled, and to see that what a
// stream allocates does not grow with its length: client and provider are in
// the same process, so its times are theirs, too, and so is what is allocated
// for each answer. See bench for what the gateway costs.
func BenchmarkDoor(b *testing.B) {
	cfg := settings(b)
	cfg.AI = config.AI{OpenAIURL: answering(b) + "/v1", RequestsPerMinute: 1_000_000_000, Streams: 1_000}
	cfg.DailyLimit = 1_000_000_000
	key := someone(b, cfg, "ada")[0]
	r := start(b, cfg)
	r.want(200, key, "PUT", "/user/byok/openai", map[string]string{"api_key": "sk-" + strings.Repeat("aB3x", 12)})

	direct, door := cfg.OpenAIURL, r.URL()+"/gateway/openai/v1"
	for _, events := range []int{0, 10, 1_000} {
		name := fmt.Sprintf("events=%d", events)
		b.Run(name+"/directly", func(b *testing.B) { askAndAsk(b, direct, key, events) })
		b.Run(name+"/gateway", func(b *testing.B) { askAndAsk(b, door, key, events) })
	}
}

// answering stands in for a provider of chat completions that answers with as
// many events as max_tokens says, in one piece if that is none.
func answering(b *testing.B) (url string) {
	const event = `data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}],"usage":null}` + "\n\n"
	const usage = `"usage":{"prompt_tokens":400,"completion_tokens":20,"total_tokens":420}}`
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		var events int
		if _, err := fmt.Sscanf(string(body), `{"max_tokens":%d`, &events); err != nil {
			b.Error(err)
		}
		if events == 0 {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"word"},"finish_reason":"stop"}],`+usage)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		for range events {
			io.WriteString(w, event)
			w.(http.Flusher).Flush()
		}
		io.WriteString(w, `data: {"id":"c","object":"chat.completion.chunk","choices":[],`+usage+"\n\ndata: [DONE]\n\n")
	}))
	b.Cleanup(s.Close)
	return s.URL
}

func askAndAsk(b *testing.B, base, key string, events int) {
	question := fmt.Sprintf(`{"max_tokens":%d,"model":"gpt-4o-mini","stream":%t,"messages":[{"role":"user","content":%q}]}`,
		events, events > 0, strings.Repeat("some words of a question ", 64))
	b.ReportAllocs()
	for b.Loop() {
		req, err := http.NewRequestWithContext(b.Context(), "POST", base+"/chat/completions", strings.NewReader(question))
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+key)
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != 200 {
			b.Fatalf("%s, %v", answer.Status, err)
		}
		answer.Body.Close()
	}
}

package gateway

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

func TestMeter(t *testing.T) {
	stream := func(events []string) string { return strings.Join(events, "\n\n") + "\n\n" }
	took := llm.Usage{Input: 60, CacheRead: 40, Output: 10}
	for _, test := range []struct {
		name          string
		shape         shape
		stream        bool
		text          string
		want          llm.Usage
		ended, failed bool
	}{
		{"chat", chat, false, chatAnswer, took, true, false},
		{"chat, spread over lines", chat, false, strings.ReplaceAll(chatAnswer, `,"`, ",\n  \""), took, true, false},
		{"chat stream", chat, true, stream(chatEvents), took, true, false},
		{"chat stream with CRLF", chat, true, strings.ReplaceAll(stream(chatEvents), "\n", "\r\n"), took, true, false},
		{"chat stream without space", chat, true, strings.ReplaceAll(stream(chatEvents), "data: ", "data:"), took, true, false},
		{"chat stream that was cut", chat, true, stream(chatEvents[:2]), llm.Usage{}, false, false},
		{"chat stream with running totals", chat, true,
			"data: {\"usage\":{\"prompt_tokens\":1}}\n\ndata: {\"usage\":{\"prompt_tokens\":2}}\n\ndata: {\"usage\":{\"prompt_tokens\":60,\"completion_tokens\":10}}\n\ndata: [DONE]\n\n",
			llm.Usage{Input: 60, Output: 10}, true, false},
		{"chat with an error", chat, false, `{"error":{"message":"no"}}`, llm.Usage{}, true, true},
		{"chat without an error", chat, false, `{"error":null,"usage":{"prompt_tokens":1}}`, llm.Usage{Input: 1}, true, false},
		{"stream with an error", chat, true, "data: {\"error\":{\"message\":\"no\"}}\n\n", llm.Usage{}, false, true},
		{"messages", messages, false, messageAnswer, llm.Usage{Input: 100, CacheRead: 40, Output: 10}, true, false},
		{"messages stream", messages, true, stream(messageEvents), took, true, false},
		{"messages stream with an error", messages, true, stream(messageEvents[:2]) + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n",
			llm.Usage{Input: 60, CacheRead: 40, Output: 1}, false, true},
		{"responses", responses, false, `{"object":"response","error":null,"usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":40},"output_tokens":10,"output_tokens_details":{"reasoning_tokens":5}}}`,
			llm.Usage{Input: 60, CacheRead: 40, Output: 10, Reasoning: 5}, true, false},
		{"responses stream", responses, true, "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"output\":[{\"usage\":{}}],\"usage\":{\"input_tokens\":60,\"output_tokens\":10}}}\n\n",
			llm.Usage{Input: 60, Output: 10}, true, false},
		{"usage in the text", chat, false, `{"choices":[{"usage":{"prompt_tokens":5}}],"note":"\"usage\":{\"prompt_tokens\":7}"}`, llm.Usage{}, true, false},
		{"usage that never ends", chat, false, `{"usage":{"a":"` + strings.Repeat("x", 10_000) + `","prompt_tokens":5}}`, llm.Usage{}, true, false},
		{"not JSON", chat, false, "<html>no</html>", llm.Usage{}, false, false},
		{"nothing", chat, true, "", llm.Usage{}, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			// However the bytes are cut, the result is the same.
			for _, size := range []int{1, 2, 3, 7, 64, 1 << 20} {
				m := meter{shape: test.shape, stream: test.stream}
				for b := []byte(test.text); len(b) > 0; {
					n := min(size, len(b))
					m.feed(b[:n])
					b = b[n:]
				}
				got, _ := m.usage()
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("in pieces of %d (-want +got):\n%s", size, diff)
				}
				if m.ended != test.ended || m.failed != test.failed {
					t.Errorf("in pieces of %d: ended %t, failed %t, want %t, %t", size, m.ended, m.failed, test.ended, test.failed)
				}
			}
		})
	}
}

func TestMeterAllocatesNothing(t *testing.T) {
	m := meter{shape: chat, stream: true}
	event := []byte(chatEvents[1] + "\n\ndata: {\"usage\":{\"prompt_tokens\":1}}\n\n")
	m.feed(event)
	m.feed(event)
	if n := testing.AllocsPerRun(1000, func() { m.feed(event) }); n != 0 {
		t.Errorf("%v allocations for each event", n)
	}
}

func FuzzMeter(f *testing.F) {
	f.Add([]byte(strings.Join(chatEvents, "\n\n")), 3, true)
	f.Add([]byte(chatAnswer), 5, false)
	f.Fuzz(func(t *testing.T, b []byte, cut int, stream bool) {
		whole, pieces := meter{shape: chat, stream: stream}, meter{shape: chat, stream: stream}
		whole.feed(b)
		for at := 0; at < len(b); {
			n := min(max(cut%17, 1), len(b)-at)
			pieces.feed(b[at : at+n])
			at += n
		}
		a, _ := whole.usage()
		c, _ := pieces.usage()
		if diff := cmp.Diff(a, c); diff != "" || whole.ended != pieces.ended || whole.failed != pieces.failed {
			t.Errorf("in one piece and in many (-one +many):\n%s", diff)
		}
	})
}

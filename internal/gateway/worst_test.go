package gateway

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

func TestWorst(t *testing.T) {
	const user = `"messages":[{"role":"user","content":"Hello"}]`
	ask := func(fields string) string { return `{"model":"gpt-4o",` + fields + `}` }
	claude := func(fields string) string {
		return `{"model":"claude-sonnet-4-20250514","max_tokens":100,` + fields + `}`
	}
	picture := func(url string) string {
		return `"max_tokens":100,"messages":[{"role":"user","content":[{"type":"text","text":"?"},{"type":"image_url","image_url":{"url":"` + url + `"}}]}]`
	}
	for _, test := range []struct {
		name, provider, path, body string
		beta                       string
		want                       string // the amount, or a part of why it is refused
	}{
		{"chat", llm.OpenAI, "/chat/completions", ask(`"max_tokens":100,` + user), "", "bytes*2.5+100*10"},
		{"chat, other name", llm.OpenAI, "/chat/completions", ask(`"max_completion_tokens":100,` + user), "", "bytes*2.5+100*10"},
		{"chat, both names", llm.OpenAI, "/chat/completions", ask(`"max_tokens":100,"max_completion_tokens":50,` + user), "", "bytes*2.5+100*10"},
		{"three answers", llm.OpenAI, "/chat/completions", ask(`"max_tokens":100,"n":3,` + user), "", "bytes*2.5+300*10"},
		{"as long as the model can", llm.OpenAI, "/chat/completions", ask(user), "", "bytes*2.5+128000*10"},
		{"with a picture", llm.OpenAI, "/chat/completions", ask(picture("data:image/png;base64,AAAA")), "", "pictures*2.5+100*10"},
		{"messages, dearest input", llm.Anthropic, "/v1/messages", claude(user), "", "bytes*6+100*15"},
		{"tools of the client", llm.Anthropic, "/v1/messages", claude(user + `,"tools":[{"name":"a","input_schema":{"type":"object","properties":{"url":{"type":"string"}}}},{"type":"bash_20250124","name":"bash"}]`), "", "bytes*6+100*15"},
		{"a conversation", llm.Anthropic, "/v1/messages", claude(`"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":"y"},{"type":"tool_use","id":"1","name":"a","input":{"type":"document"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":[{"type":"text","text":"x"}]}]}]`), "", "bytes*6+100*15"},
		{"count_tokens", llm.Anthropic, "/v1/messages/count_tokens", claude(user), "", "0"},

		{"no price", llm.OpenAI, "/chat/completions", `{"model":"gpt-99","max_tokens":1}`, "", "price"},
		{"OpenRouter", llm.OpenRouter, "/chat/completions", ask(`"max_tokens":1,` + user), "", "price"},
		{"no limit and no known one", llm.OpenAI, "/chat/completions", `{"model":"gpt-4.1",` + user + `}`, "", "set max_tokens"},
		{"no model", llm.OpenAI, "/chat/completions", `{` + user + `}`, "", "name a model"},
		{"a limit that is none", llm.OpenAI, "/chat/completions", ask(`"max_tokens":"9",` + user), "", "whole numbers"},
		{"a huge limit", llm.OpenAI, "/chat/completions", ask(`"max_tokens":9000000000000000000,"n":1000,` + user), "", "too large"},
		{"negative", llm.OpenAI, "/chat/completions", ask(`"max_tokens":1,"n":-5,` + user), "", "whole numbers"},
		{"two models", llm.OpenAI, "/chat/completions", ask(`"model":"gpt-4o-mini","max_tokens":1,` + user), "", "each thing once"},
		{"two names for messages", llm.OpenAI, "/chat/completions", ask(`"max_tokens":1,` + user + `,"messages":[]`), "", "each thing once"},
		{"not JSON", llm.OpenAI, "/chat/completions", ask(`"max_tokens":1,"messages":[{"role":nobody}]`), "", "JSON"},
		{"a picture by address", llm.OpenAI, "/chat/completions", ask(picture("https://example.org/a.png")), "", "not by address"},
		{"a picture by address, Anthropic", llm.Anthropic, "/v1/messages", claude(`"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://example.org/a.png"}}]}]`), "", "not by address"},
		{"a file", llm.Anthropic, "/v1/messages", claude(`"messages":[{"role":"user","content":[{"type":"image","source":{"type":"file","file_id":"f"}}]}]`), "", "not by address"},
		{"a document", llm.Anthropic, "/v1/messages", claude(`"messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","data":""}}]}]`), "", "text and pictures"},
		{"a document in a result", llm.Anthropic, "/v1/messages", claude(`"messages":[{"role":"user","content":[{"type":"tool_result","content":[{"type":"document"}]}]}]`), "", "text and pictures"},
		{"two types", llm.Anthropic, "/v1/messages", claude(`"messages":[{"role":"user","content":[{"type":"text","type":"document"}]}]`), "", "each thing once"},
		{"an escaped type", llm.Anthropic, "/v1/messages", claude(`"messages":[{"role":"user","content":[{"\u0074ype":"document"}]}]`), "", "text and pictures"},
		{"sound", llm.OpenAI, "/chat/completions", ask(`"max_tokens":1,"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}]`), "", "text and pictures"},
		{"spoken answers", llm.OpenAI, "/chat/completions", ask(`"max_tokens":1,"modalities":["text","audio"],` + user), "", "text alone"},
		{"web search, Anthropic", llm.Anthropic, "/v1/messages", claude(user + `,"tools":[{"type":"web_search_20250305","name":"web_search"}]`), "", "carries out"},
		{"web search, OpenAI", llm.OpenAI, "/chat/completions", ask(`"max_tokens":1,"web_search_options":{},` + user), "", "leave web_search_options out"},
		{"prediction", llm.OpenAI, "/chat/completions", ask(`"max_tokens":1,"prediction":{},` + user), "", "leave prediction out"},
		{"MCP", llm.Anthropic, "/v1/messages", claude(user + `,"mcp_servers":[]`), "", "leave mcp_servers out"},
		{"a dear tier", llm.OpenAI, "/chat/completions", ask(`"max_tokens":1,"service_tier":"priority",` + user), "", "service_tier"},
		{"a dear beta", llm.Anthropic, "/v1/messages", claude(user), "context-1m-2025-08-07", "context-1m"},
		{"responses", llm.OpenAI, "/responses", ask(`"max_output_tokens":1,"input":"x"`), "", "chat completions"},
		{"a strange name", llm.OpenAI, "/chat/completions", ask(`"max_tokens":1,"<script>":1,` + user), "", "does not document"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, answerJSON(chatAnswer))
			w.ring.caps[byok.Provider(test.provider)] = 100 * llm.Dollar
			req, err := http.NewRequestWithContext(With(t.Context(), Call{Who: ada, Provider: test.provider, Purpose: usage.Agent}), http.MethodPost, BaseURL(test.provider)+test.path, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Anthropic-Beta", test.beta)
			resp, err := w.Client().Do(req)
			if err != nil {
				if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Message(err), test.want) || w.calls.Load() != 0 {
					t.Errorf("refused with %v, want %q in it", err, test.want)
				}
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			micro := llm.Dollar / 1_000_000
			in := llm.Cost(len(test.body) + hidden)
			want, ok := map[string]llm.Cost{
				"0":                   0,
				"bytes*2.5+100*10":    in*micro*5/2 + 100*10*micro,
				"bytes*2.5+300*10":    in*micro*5/2 + 300*10*micro,
				"bytes*2.5+128000*10": in*micro*5/2 + 128000*10*micro,
				"pictures*2.5+100*10": (in+openAIPicture)*micro*5/2 + 100*10*micro,
				"bytes*6+100*15":      in*micro*6 + 100*15*micro,
			}[test.want]
			if !ok || w.store.most != want {
				t.Errorf("held back %s, want %s (%s)", w.store.most, want, test.want)
			}
		})
	}
}

// A hundred at once at the edge of a cap do not pass it.
func TestCapIsNeverPassed(t *testing.T) {
	var inside atomic.Int64
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		inside.Add(1)
		// As dear as it can be: every byte a token, and all that was allowed.
		answerJSON(fmt.Sprintf(`{"usage":{"prompt_tokens":%d,"completion_tokens":100}}`, len(chatQuestion)+hidden))(rw, r)
	}, func(o *Options) { o.Streams = 1000 })
	micro := llm.Dollar / 1_000_000
	each := llm.Cost(len(chatQuestion)+hidden)*micro*5/2 + 100*10*micro
	limit := 7*each + each/2
	w.ring.caps[byok.OpenAI] = limit
	var let, refused atomic.Int64
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			s, _, err := w.ask(Call{Provider: llm.OpenAI}, "/chat/completions", chatQuestion)
			switch {
			case s == 200:
				let.Add(1)
			case fault.Is(err, fault.Forbidden) && strings.Contains(fault.Message(err), "cap of $"):
				refused.Add(1)
			default:
				t.Error(s, err)
			}
		})
	}
	wg.Wait()
	w.recorded()
	if let.Load() != 7 || refused.Load() != 93 || inside.Load() != 7 {
		t.Errorf("%d were let through and %d refused, %d reached the provider; want 7, 93, 7", let.Load(), refused.Load(), inside.Load())
	}
	if w.store.most > limit || w.store.spent != 7*each || len(w.store.reserved) != 0 {
		t.Errorf("at most %s of %s, spent %s, %d still held", w.store.most, limit, w.store.spent, len(w.store.reserved))
	}
}

// What a settled request leaves is free for the next at once.
func TestCapIsSettled(t *testing.T) {
	w := newWorld(t, answerJSON(chatAnswer)) // far cheaper than the worst
	micro := llm.Dollar / 1_000_000
	w.ring.caps[byok.OpenAI] = llm.Cost(len(chatQuestion)+hidden)*micro*5/2 + 100*10*micro + 10*300*micro
	for i := range 10 {
		if s, _, err := w.ask(Call{Provider: llm.OpenAI}, "/chat/completions", chatQuestion); s != 200 {
			t.Fatalf("request %d: %d, %v", i, s, err)
		}
	}
}

// What may have been spent stays held.
func TestCapAndCutStreams(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		sse(rw, chatEvents[0])
		panic(http.ErrAbortHandler)
	})
	w.ring.caps[byok.OpenAI] = llm.Dollar
	if _, _, err := w.ask(Call{Provider: llm.OpenAI}, "/chat/completions", chatStreamed); err == nil {
		t.Error("the stream was whole")
	}
	if r := w.only(); r.Outcome != usage.Cut || r.Cost != nil || len(w.store.reserved) != 1 {
		t.Errorf("%+v, %d held", r, len(w.store.reserved))
	}
}

func TestCapWithoutAccount(t *testing.T) {
	w := newWorld(t, answerJSON(chatAnswer), func(o *Options) { o.Spend = nil })
	w.ring.caps[byok.OpenAI] = llm.Dollar
	if _, _, err := w.ask(Call{Provider: llm.OpenAI}, "/chat/completions", chatQuestion); !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
}

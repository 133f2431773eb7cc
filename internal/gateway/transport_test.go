package gateway

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

var whenever = cmpopts.IgnoreFields(usage.Request{}, "ID", "At", "FirstByte", "Duration", "Overhead")

func TestRecord(t *testing.T) {
	tokens := &usage.Tokens{In: 100, Cached: 40, Out: 10}
	cost := func(s string) *llm.Cost {
		c, err := llm.ParseCost(s)
		if err != nil {
			t.Fatal(err)
		}
		return &c
	}
	zero := cost("0")
	for _, test := range []struct {
		name     string
		provider string
		path     string
		question string
		answer   http.HandlerFunc
		want     usage.Request
	}{
		{"chat", llm.OpenAI, "/chat/completions", chatQuestion, answerJSON(chatAnswer),
			usage.Request{Model: "gpt-4o", Status: 200, Outcome: usage.Complete, Tokens: tokens, Cost: cost("0.0003")}},
		{"chat stream", llm.OpenAI, "/chat/completions", chatStreamed, func(w http.ResponseWriter, _ *http.Request) { sse(w, chatEvents...) },
			usage.Request{Model: "gpt-4o", Stream: true, Status: 200, Outcome: usage.Complete, Tokens: tokens, Cost: cost("0.0003")}},
		{"messages", llm.Anthropic, "/v1/messages", claudeAsked, answerJSON(messageAnswer),
			usage.Request{Model: "claude-sonnet-4-20250514", Status: 200, Outcome: usage.Complete, Tokens: &usage.Tokens{In: 140, Cached: 40, Out: 10}, Cost: cost("0.000462")}},
		{"messages stream", llm.Anthropic, "/v1/messages", strings.Replace(claudeAsked, "{", `{"stream":true,`, 1), func(w http.ResponseWriter, _ *http.Request) { sse(w, messageEvents...) },
			usage.Request{Model: "claude-sonnet-4-20250514", Stream: true, Status: 200, Outcome: usage.Complete, Tokens: tokens, Cost: cost("0.000342")}},
		{"billed by OpenRouter", llm.OpenRouter, "/chat/completions", `{"model":"any/model"}`, answerJSON(`{"usage":{"prompt_tokens":100,"completion_tokens":10,"cost":0.25,"prompt_tokens_details":{"cached_tokens":40}}}`),
			usage.Request{Model: "any/model", Status: 200, Outcome: usage.Complete, Tokens: tokens, Cost: cost("0.25")}},
		{"no price", llm.OpenAI, "/chat/completions", `{"model":"gpt-99"}`, answerJSON(chatAnswer),
			usage.Request{Model: "gpt-99", Status: 200, Outcome: usage.Complete, Tokens: tokens}},
		{"no usage", llm.OpenAI, "/chat/completions", chatQuestion, answerJSON(`{"choices":[]}`),
			usage.Request{Model: "gpt-4o", Status: 200, Outcome: usage.Complete}},
		{"without a key", llm.WorkersAI, "/chat/completions", `{"model":"@cf/openai/gpt-oss-120b"}`, answerJSON(chatAnswer),
			usage.Request{Model: "@cf/openai/gpt-oss-120b", Status: 200, Outcome: usage.Complete, Tokens: tokens, Cost: cost("0.0000425")}},
		{"refused", llm.OpenAI, "/chat/completions", chatQuestion, func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error":{"message":"no"}}`, http.StatusBadRequest)
		}, usage.Request{Model: "gpt-4o", Status: 400, Outcome: usage.Failed, Cost: zero}},
		{"an error in the stream", llm.OpenAI, "/chat/completions", chatStreamed, func(w http.ResponseWriter, _ *http.Request) {
			sse(w, chatEvents[0], `data: {"error":{"message":"no"}}`)
		}, usage.Request{Model: "gpt-4o", Stream: true, Status: 200, Outcome: usage.Failed}},
		{"a stream that ends early", llm.OpenAI, "/chat/completions", chatStreamed, func(w http.ResponseWriter, _ *http.Request) { sse(w, chatEvents[0]) },
			usage.Request{Model: "gpt-4o", Stream: true, Status: 200, Outcome: usage.Cut}},
		{"a stream that is cut", llm.OpenAI, "/chat/completions", chatStreamed, func(w http.ResponseWriter, _ *http.Request) {
			sse(w, chatEvents[0])
			panic(http.ErrAbortHandler)
		}, usage.Request{Model: "gpt-4o", Stream: true, Status: 200, Outcome: usage.Cut}},
		{"a body that is cut", llm.OpenAI, "/chat/completions", chatQuestion, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "500")
			_, _ = io.WriteString(w, chatAnswer[:100])
		}, usage.Request{Model: "gpt-4o", Status: 200, Outcome: usage.Cut}},
		{"a redirect", llm.OpenAI, "/chat/completions", chatQuestion, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
			usage.Request{Model: "gpt-4o", Status: 302, Outcome: usage.Failed, Cost: zero}},
		{"compressed", llm.OpenAI, "/chat/completions", chatQuestion, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "\x1f\x8b")
		}, usage.Request{Model: "gpt-4o", Status: 200, Outcome: usage.Failed}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, test.answer)
			var reports []Report
			_, _, _ = w.ask(Call{Provider: test.provider, Purpose: usage.Spec, Done: func(r Report) { reports = append(reports, r) }}, test.path, test.question)
			test.want.Owner, test.want.Provider, test.want.Purpose = 1, test.provider, usage.Spec
			got := w.only()
			if diff := cmp.Diff(test.want, got, whenever); diff != "" {
				t.Errorf("record (-want +got):\n%s", diff)
			}
			if len(reports) != 1 || cmp.Diff(got, reports[0].Request) != "" {
				t.Errorf("reports %+v, want one with the record", reports)
			}
			if want := w.ring.keys[byok.Provider(test.provider)]; !strings.HasSuffix(want, reports[0].KeyLast4) || len(reports[0].KeyLast4) > 4 {
				t.Errorf("last four %q", reports[0].KeyLast4)
			}
			if n := w.calls.Load(); n != 1 {
				t.Errorf("%d requests reached the provider", n)
			}
		})
	}
}

// What a request looks like at the provider.
func TestInjection(t *testing.T) {
	for _, test := range []struct {
		provider, path, url string
		change              func(*Options)
		header              map[string]string
		absent              []string
	}{
		{llm.Anthropic, "/v1/messages", "/v1/messages", nil, map[string]string{"X-Api-Key": anthropicKey, "Anthropic-Version": "2023-06-01", "Accept-Encoding": "identity"}, []string{"Authorization", "Cf-Aig-Authorization"}},
		{llm.OpenAI, "/chat/completions", "/v1/chat/completions", nil, map[string]string{"Authorization": "Bearer " + openAIKey}, []string{"X-Api-Key"}},
		{llm.OpenRouter, "/chat/completions", "/api/v1/chat/completions", nil, map[string]string{"Authorization": "Bearer " + openRouterKey}, nil},
		{llm.WorkersAI, "/chat/completions", "/local/v1/chat/completions", nil, nil, []string{"Authorization"}},
		{llm.WorkersAI, "/chat/completions", "/local/v1/chat/completions", func(o *Options) { o.Upstreams.WorkersAI.Token = secret.New("cf-token") }, map[string]string{"Authorization": "Bearer cf-token"}, nil},
		{llm.Anthropic, "/v1/messages", "/v1/acc/gate/anthropic/v1/messages", behindCloudflare, map[string]string{"X-Api-Key": anthropicKey, "Cf-Aig-Authorization": "Bearer cf-token", "Cf-Aig-Collect-Log-Payload": "false", "Cf-Aig-Skip-Cache": "true"}, []string{"Authorization"}},
		{llm.OpenAI, "/chat/completions", "/v1/acc/gate/openai/chat/completions", behindCloudflare, map[string]string{"Authorization": "Bearer " + openAIKey, "Cf-Aig-Authorization": "Bearer cf-token"}, nil},
	} {
		t.Run(test.provider+" "+test.url, func(t *testing.T) {
			var got *http.Request
			var body string
			w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
				b, _ := io.ReadAll(r.Body)
				got, body = r.Clone(context.Background()), string(b)
				_, _ = io.WriteString(rw, "{}")
			}, func(o *Options) {
				if test.change != nil {
					test.change(o)
				}
			})
			if _, _, err := w.ask(Call{Provider: test.provider}, test.path, chatQuestion); err != nil {
				t.Fatal(err)
			}
			if got.URL.Path != test.url || body != chatQuestion {
				t.Errorf("asked %s with %q", got.URL, body)
			}
			for k, v := range test.header {
				if got.Header.Get(k) != v {
					t.Errorf("%s is %q, want %q", k, got.Header.Get(k), v)
				}
			}
			for _, k := range test.absent {
				if v, ok := got.Header[k]; ok {
					t.Errorf("%s is %q, want none", k, v)
				}
			}
		})
	}
}

// behindCloudflare has everything sent through a gateway of Cloudflare's.
func behindCloudflare(o *Options) {
	o.Upstreams = Upstreams{Cloudflare: Cloudflare{BaseURL: strings.TrimSuffix(o.Upstreams.OpenAI, "/v1"), Account: "acc", Gateway: "gate", Token: secret.New("cf-token")}}
}

// Nothing goes out that does not say for whom, or that goes elsewhere.
func TestClientRefuses(t *testing.T) {
	w := newWorld(t, answerJSON(chatAnswer))
	good := Call{Who: ada, Provider: llm.OpenAI, Purpose: usage.Agent}
	for name, test := range map[string]struct {
		ctx    context.Context
		method string
		url    string
		want   fault.Kind
	}{
		"without a call":         {t.Context(), http.MethodPost, BaseURL(llm.OpenAI) + "/chat/completions", fault.Internal},
		"another host":           {With(t.Context(), good), http.MethodPost, w.upstream.URL + "/openai/v1/chat/completions", fault.Internal},
		"another provider":       {With(t.Context(), good), http.MethodPost, BaseURL(llm.Anthropic) + "/v1/messages", fault.Internal},
		"what is not to be had":  {With(t.Context(), good), http.MethodGet, BaseURL(llm.OpenAI) + "/organization/admin_api_keys", fault.NotFound},
		"a path that leads away": {With(t.Context(), good), http.MethodGet, BaseURL(llm.OpenAI) + "/models/../organization/projects", fault.NotFound},
		"no provider":            {With(t.Context(), Call{Provider: "x"}), http.MethodGet, BaseURL("x") + "/models", fault.Internal},
	} {
		req, err := http.NewRequestWithContext(test.ctx, test.method, test.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Client().Do(req); !fault.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := w.calls.Load(); n != 0 {
		t.Errorf("%d requests reached a provider", n)
	}
}

func TestNoKeyNoRequest(t *testing.T) {
	w := newWorld(t, answerJSON(chatAnswer))
	delete(w.ring.keys, byok.OpenAI)
	if _, _, err := w.ask(Call{Provider: llm.OpenAI}, "/chat/completions", chatQuestion); !fault.Is(err, fault.Forbidden) || !strings.Contains(fault.Message(err), "Add one") {
		t.Errorf("without a key: %v", err)
	}
	if n := w.calls.Load(); n != 0 || len(w.recorded()) != 0 {
		t.Errorf("%d requests, %d records", n, len(w.recorded()))
	}
	none := newWorld(t, answerJSON(chatAnswer), func(o *Options) { o.Upstreams.WorkersAI = WorkersAI{} })
	for _, err := range none.Model(llm.WorkersAI).Stream(With(t.Context(), Call{Who: ada, Provider: llm.WorkersAI}), llm.Request{Model: "m", Messages: []llm.Message{{Role: llm.User, Text: "x"}}}) {
		if !fault.Is(err, fault.Unavailable) || !strings.Contains(fault.Message(err), "Workers AI") {
			t.Errorf("without Workers AI: %v", err)
		}
	}
}

func TestModel(t *testing.T) {
	for provider, events := range map[string][]string{llm.Anthropic: messageEvents, llm.OpenAI: append(chatEvents[:2:2], `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`, chatEvents[2], chatEvents[3])} {
		w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
			if b, _ := io.ReadAll(r.Body); strings.Contains(string(b), "claude-sonnet-4-20250514") {
				rw.Header().Set("Content-Type", "application/json")
				rw.WriteHeader(http.StatusNotFound)
				_, _ = io.WriteString(rw, `{"type":"error","error":{"type":"not_found_error","message":"model: gone"}}`)
				return
			}
			sse(rw, events...)
		})
		var last Report
		ctx := With(t.Context(), Call{Who: ada, Provider: provider, Purpose: usage.Spec, Done: func(r Report) { last = r }})
		answer, err := llm.Collect(w.Model(provider).Stream(ctx, llm.Request{Model: map[string]string{llm.Anthropic: "claude-sonnet-4-20250514", llm.OpenAI: "gpt-4o"}[provider], Messages: []llm.Message{{Role: llm.User, Text: "Hello"}}}))
		if err != nil || !strings.HasPrefix(answer.Text, "Hel") {
			t.Errorf("%s: %q, %v", provider, answer.Text, err)
		}
		if last.Outcome != usage.Complete || last.Tokens == nil || *last.Tokens != (usage.Tokens{In: 100, Cached: 40, Out: 10}) || last.Cost == nil {
			t.Errorf("%s: %+v", provider, last)
		}
	}
}

// A request that nobody waits for is cancelled at the provider at once.
func TestCancel(t *testing.T) {
	arrived, gone := make(chan struct{}), make(chan struct{})
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived <- struct{}{}
		if r.Header.Get("Http-Referer") == "early" {
			rw.Header().Set("Content-Type", "text/event-stream")
			rw.(http.Flusher).Flush()
		}
		<-r.Context().Done()
		gone <- struct{}{}
	})
	for _, early := range []string{"early", ""} {
		ctx, cancel := context.WithCancel(With(t.Context(), Call{Who: ada, Provider: llm.OpenAI, Purpose: usage.Agent}))
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, BaseURL(llm.OpenAI)+"/chat/completions", strings.NewReader(chatStreamed))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Http-Referer", early)
		var wg sync.WaitGroup
		wg.Go(func() {
			resp, err := w.Client().Do(req)
			if err == nil {
				_, err = io.ReadAll(resp.Body)
				resp.Body.Close()
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("the reader got %v", err)
			}
		})
		<-arrived
		cancel()
		<-gone
		wg.Wait()
	}
	for _, r := range w.recorded() {
		if r.Outcome != usage.Cancelled || r.Cost != nil {
			t.Errorf("%+v", r)
		}
	}
	// Closed in the middle.
	w2 := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		sse(rw, chatEvents[0])
		<-r.Context().Done()
		gone <- struct{}{}
	})
	resp, err := w2.post(Call{Provider: llm.OpenAI}, "/chat/completions", chatStreamed)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	<-gone
	if r := w2.only(); r.Outcome != usage.Cancelled || r.FirstByte != 0 {
		t.Errorf("%+v", r)
	}
}

// An SDK stops reading where the stream says that it is over.
func TestClosedAtTheEnd(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) { sse(rw, chatEvents...) })
	for range 5 {
		resp, err := w.post(Call{Provider: llm.OpenAI}, "/chat/completions", chatStreamed)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		buf := make([]byte, 512)
		for !strings.Contains(got, "[DONE]") {
			n, err := resp.Body.Read(buf)
			got += string(buf[:n])
			if err != nil {
				break
			}
		}
		resp.Body.Close()
	}
	for _, r := range w.recorded() {
		if r.Outcome != usage.Complete || r.Cost == nil {
			t.Errorf("%+v", r)
		}
	}
}

func TestSilentProvider(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if strings.HasSuffix(r.URL.Path, "/completions") && r.Header.Get("X-Title") == "begins" {
			sse(rw, chatEvents[0])
		}
		<-r.Context().Done()
	}, func(o *Options) { o.FirstByte, o.Between = 50*time.Millisecond, 50*time.Millisecond })
	_, _, err := w.ask(Call{Provider: llm.OpenAI}, "/chat/completions", chatStreamed)
	if kind, _ := llm.KindOf(err); kind != llm.Network || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("before the first byte: %v", err)
	}
	req, err := http.NewRequestWithContext(With(t.Context(), Call{Who: ada, Provider: llm.OpenAI, Purpose: usage.Agent}), http.MethodPost, BaseURL(llm.OpenAI)+"/chat/completions", strings.NewReader(chatStreamed))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Title", "begins")
	resp, err := w.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = io.ReadAll(resp.Body); err == nil {
		t.Error("a stream that stopped ended well")
	}
	resp.Body.Close()
	all := w.recorded()
	if len(all) != 2 || all[0].Outcome != usage.Unreachable || all[1].Outcome != usage.Cut {
		t.Errorf("%+v", all)
	}
}

// Whatever happens to a request, nothing of it goes on running.
func TestNothingIsLeftBehind(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // else the server does not see who hangs up
		switch r.Header.Get("X-Title") {
		case "reset":
			cutter(rw)
		case "cut":
			sse(rw, chatEvents[0])
			panic(http.ErrAbortHandler)
		case "error":
			http.Error(rw, "{}", http.StatusInternalServerError)
		case "silent":
			<-r.Context().Done()
		case "endless":
			rw.Header().Set("Content-Type", "text/event-stream")
			for r.Context().Err() == nil {
				_, _ = io.WriteString(rw, chatEvents[0]+"\n\n")
				rw.(http.Flusher).Flush()
			}
		default:
			sse(rw, chatEvents...)
		}
	})
	w.firstWait = time.Microsecond
	run := func() {
		for _, title := range []string{"", "reset", "cut", "error", "silent", "endless"} {
			for _, keep := range []time.Duration{0, time.Hour} {
				w.breakers.mu.Lock()
				clear(w.breakers.of)
				w.breakers.mu.Unlock()
				ctx, cancel := context.WithCancel(With(t.Context(), Call{Who: ada, Provider: llm.OpenAI, Purpose: usage.Agent, CacheFor: keep, Fresh: true}))
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, BaseURL(llm.OpenAI)+"/chat/completions", strings.NewReader(chatStreamed))
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("X-Title", title)
				if title == "silent" {
					time.AfterFunc(time.Millisecond, cancel)
				}
				if resp, err := w.Client().Do(req); err == nil {
					_, _ = io.CopyN(io.Discard, resp.Body, 1000)
					resp.Body.Close()
				}
				cancel()
			}
		}
		w.settle()
		w.transport.(*http.Transport).CloseIdleConnections()
		w.upstream.CloseClientConnections()
	}
	run()
	settled := func() int {
		n := runtime.NumGoroutine()
		for range 200 { // goroutines of net/http end a moment later
			runtime.Gosched()
			if m := runtime.NumGoroutine(); m < n {
				n = m
			}
		}
		return n
	}
	before := settled()
	for range 20 {
		run()
	}
	if after := settled(); after > before+10 {
		t.Errorf("%d goroutines after 240 requests, %d before", after, before)
	}
	w.limits.mu.Lock()
	defer w.limits.mu.Unlock()
	if n := w.limits.of[1].open; n != 0 {
		t.Errorf("%d places were not given back", n)
	}
}

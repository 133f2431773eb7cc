package gateway

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	anthropicsdk "github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	openaisdk "github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

func TestDoorWithSDKs(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		stream := strings.Contains(string(b), `"stream":true`)
		switch {
		case strings.HasSuffix(r.URL.Path, "/messages") && stream:
			sse(rw, messageEvents...)
		case strings.HasSuffix(r.URL.Path, "/messages"):
			answerJSON(messageAnswer)(rw, r)
		case stream:
			sse(rw, chatEvents...)
		default:
			answerJSON(chatAnswer)(rw, r)
		}
	})
	claude := anthropicsdk.NewClient(anthropicoption.WithBaseURL(w.door.URL+"/gateway/anthropic"), anthropicoption.WithAPIKey(adaKey), anthropicoption.WithoutOpenTelemetry())
	params := anthropicsdk.MessageNewParams{Model: "claude-sonnet-4-20250514", MaxTokens: 100, Messages: []anthropicsdk.MessageParam{anthropicsdk.NewUserMessage(anthropicsdk.NewTextBlock("Hello"))}}
	if m, err := claude.Messages.New(t.Context(), params); err != nil || m.Content[0].Text != "Hello." {
		t.Errorf("Anthropic: %+v, %v", m, err)
	}
	stream := claude.Messages.NewStreaming(t.Context(), params)
	events := 0
	for stream.Next() {
		events++
	}
	if events < 4 || stream.Err() != nil {
		t.Errorf("Anthropic: %d events, %v", events, stream.Err())
	}
	for _, base := range []string{"/gateway/openai/v1", "/gateway/openrouter/api/v1"} {
		client := openaisdk.NewClient(openaioption.WithBaseURL(w.door.URL+base), openaioption.WithAPIKey(adaKey))
		params := openaisdk.ChatCompletionNewParams{Model: "gpt-4o", Messages: []openaisdk.ChatCompletionMessageParamUnion{openaisdk.UserMessage("Hello")}}
		if c, err := client.Chat.Completions.New(t.Context(), params); err != nil || len(c.Choices) != 1 {
			t.Errorf("%s: %+v, %v", base, c, err)
		}
		stream := client.Chat.Completions.NewStreaming(t.Context(), params)
		chunks := 0
		for stream.Next() {
			chunks++
		}
		if chunks != 3 || stream.Err() != nil {
			t.Errorf("%s: %d chunks, %v", base, chunks, stream.Err())
		}
	}
	// What we refuse, the SDKs show.
	stranger := anthropicsdk.NewClient(anthropicoption.WithBaseURL(w.door.URL+"/gateway/anthropic"), anthropicoption.WithAPIKey("nrp_nobody"), anthropicoption.WithoutOpenTelemetry())
	_, err := stranger.Messages.New(t.Context(), params)
	if err == nil || !strings.Contains(err.Error(), "Invalid API key") || !strings.Contains(err.Error(), "401") {
		t.Errorf("Anthropic's SDK shows %v", err)
	}
	nobody := openaisdk.NewClient(openaioption.WithBaseURL(w.door.URL+"/gateway/openai/v1"), openaioption.WithAPIKey(openAIKey))
	_, err = nobody.Models.Get(t.Context(), "gpt-4o")
	if said, ok := errors.AsType[*openaisdk.Error](err); !ok || said.StatusCode != 401 || !strings.Contains(said.Message, "nrp_") || strings.Contains(said.Message, openAIKey) {
		t.Errorf("OpenAI's SDK shows %v", err)
	}
	for _, r := range w.recorded() {
		if r.Purpose != usage.Proxy || r.Outcome != usage.Complete || r.Owner != 1 {
			t.Errorf("%+v", r)
		}
	}
}

func TestDoorRefuses(t *testing.T) {
	w := newWorld(t, answerJSON(chatAnswer))
	long := strings.Repeat("x", MaxBody+1)
	for _, test := range []struct {
		name, method, path, key, body string
		status                        int
		want                          string // in the body
		headers                       []string
	}{
		{"no key", http.MethodPost, "/gateway/openai/v1/chat/completions", "", chatQuestion, 401, `"code":"invalid_api_key"`, nil},
		{"a provider's key", http.MethodPost, "/gateway/anthropic/v1/messages", anthropicKey, claudeAsked, 401, `"type":"authentication_error"`, nil},
		{"an unknown key", http.MethodPost, "/gateway/openrouter/api/v1/chat/completions", "nrp_x", chatQuestion, 401, `"code":401`, nil},
		{"a session", http.MethodPost, "/gateway/openai/v1/chat/completions", "session-token", chatQuestion, 401, "nrp_", nil},
		{"a key that may only read", http.MethodPost, "/gateway/openai/v1/chat/completions", readerKey, chatQuestion, 403, "ideas:write", nil},
		{"the day is used up", http.MethodPost, "/gateway/openai/v1/chat/completions", brokeKey, chatQuestion, 429, `"type":"rate_limit_error"`, nil},
		{"an admin endpoint", http.MethodGet, "/gateway/openai/v1/organization/admin_api_keys", adaKey, "", 404, "only asking models", nil},
		{"an admin endpoint, Anthropic", http.MethodGet, "/gateway/anthropic/v1/organizations/api_keys", adaKey, "", 404, `"type":"not_found_error"`, nil},
		{"files", http.MethodGet, "/gateway/openai/v1/files", adaKey, "", 404, "only asking models", nil},
		{"a way out", http.MethodGet, "/gateway/openai/v1/models/%2e%2e%2forganization", adaKey, "", 404, "only asking models", nil},
		{"the key's own data", http.MethodGet, "/gateway/openrouter/api/v1/key", adaKey, "", 404, "only asking models", nil},
		{"no key needed, but not by the door", http.MethodPost, "/gateway/workers-ai/v1/chat/completions", adaKey, chatQuestion, 404, "only asking models", nil},
		{"nobody", http.MethodGet, "/gateway/google/v1/models", adaKey, "", 404, "/gateway/openai/v1", nil},
		{"too large", http.MethodPost, "/gateway/openai/v1/chat/completions", adaKey, long, 413, "32 MiB", nil},
		{"too large, Anthropic", http.MethodPost, "/gateway/anthropic/v1/messages", adaKey, long, 413, "request_too_large", nil},
		{"compressed", http.MethodPost, "/gateway/openai/v1/chat/completions", adaKey, chatQuestion, 415, "without compression", []string{"Content-Encoding", "gzip"}},
		{"a time that is none", http.MethodPost, "/gateway/openai/v1/chat/completions", adaKey, chatQuestion, 400, "seconds", []string{TTLHeader, "soon"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			resp := w.come(test.method, test.path, test.key, test.body, test.headers...)
			b := readAll(t, resp)
			if resp.StatusCode != test.status || !strings.Contains(b, test.want) || !json.Valid([]byte(b)) {
				t.Errorf("%d: %s; want %d with %q", resp.StatusCode, b, test.status, test.want)
			}
			if test.key != "" && strings.Contains(b, test.key) {
				t.Errorf("the key is in the answer: %s", b)
			}
			if test.status == 429 && resp.Header.Get("Retry-After") != "90" {
				t.Errorf("again after %q", resp.Header.Get("Retry-After"))
			}
		})
	}
	if n := w.calls.Load(); n != 0 {
		t.Errorf("%d requests reached a provider", n)
	}
	// A body whose length nobody says.
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, w.door.URL+"/gateway/openai/v1/chat/completions", io.MultiReader(strings.NewReader(long)))
	req.Header.Set("Authorization", "Bearer "+adaKey)
	if resp, err := w.door.Client().Do(req); err == nil {
		if resp.StatusCode != 413 {
			t.Errorf("a long body of unknown length: %d", resp.StatusCode)
		}
		resp.Body.Close()
	}
	none := newWorld(t, answerJSON(chatAnswer), func(o *Options) { o.Accounts = nil })
	if resp := none.come(http.MethodGet, "/gateway/openai/v1/models", adaKey, ""); resp.StatusCode != 404 {
		t.Errorf("without accounts: %d", resp.StatusCode)
	}
}

// Nothing of ours reaches the provider, and nothing that is not the client's
// business comes back.
func TestDoorHeaders(t *testing.T) {
	var got *http.Request
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		got = r.Clone(context.Background())
		h := rw.Header()
		for _, k := range []string{"Set-Cookie", "Alt-Svc", "Strict-Transport-Security", "Access-Control-Allow-Origin", "Server", "Location", "Connection", "Keep-Alive", "Proxy-Authenticate", "Trailer", "Openai-Organization", "X-Anything"} {
			h.Set(k, "x")
		}
		h.Set("X-Request-Id", "req_1")
		h.Set("X-Ratelimit-Remaining-Requests", "7")
		h.Set("Anthropic-Ratelimit-Tokens-Limit", "8")
		h.Set("Cf-Ray", "key "+openAIKey)
		answerJSON(chatAnswer)(rw, r)
	})
	resp := w.come(http.MethodPost, "/gateway/openai/v1/chat/completions?beta=true&k="+adaKey, adaKey, chatQuestion,
		"Cookie", "session=secret", "X-Forwarded-For", "203.0.113.9", "X-Real-Ip", "203.0.113.9", "Forwarded", "for=203.0.113.9", "Via", "1.1 us", "X-Request-Id", "ours",
		"Te", "trailers", "Proxy-Authorization", "x", "Origin", "https://us.example", "Traceparent", "00-1", "X-Stainless-Os", "Linux", "X-NeuralRepo-Client", "web",
		"X-Api-Key", adaKey, TTLHeader, "0", "Openai-Beta", "b=1", "User-Agent", "their tool", "Accept-Encoding", "gzip")
	if resp.StatusCode != 200 {
		t.Fatal(resp.Status)
	}
	for k, values := range got.Header {
		v := strings.Join(values, ",")
		if strings.Contains(v, "nrp_") || strings.Contains(v, "203.0.113.9") || strings.Contains(v, "session") || strings.Contains(v, "127.0.0.1") {
			t.Errorf("the provider got %s: %s", k, v)
		}
		switch k {
		case "Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "Openai-Beta", "User-Agent":
		default:
			t.Errorf("the provider got %s: %s", k, v)
		}
	}
	if strings.Contains(got.URL.RawQuery, "nrp_") || got.Header.Get("User-Agent") != "their tool" || got.Header.Get("Accept-Encoding") != "identity" {
		t.Errorf("the provider got %s, %v", got.URL, got.Header)
	}
	for k, v := range resp.Header {
		switch k {
		case "Content-Type", "Content-Length", "Date", "X-Request-Id", "X-Ratelimit-Remaining-Requests", "Anthropic-Ratelimit-Tokens-Limit", "Cache-Control", "X-Content-Type-Options":
		default:
			t.Errorf("the client got %s: %s", k, v)
		}
	}
}

// The key does not come back, wherever the provider repeats it and however
// its answer is cut in pieces.
func TestEchoedKey(t *testing.T) {
	half := len(openAIKey) / 2
	for name, answer := range map[string]http.HandlerFunc{
		"an error": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"error":{"message":"Incorrect API key provided: %s"}}`, r.Header.Get("Authorization"))
		},
		"an error in pieces": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			for _, p := range []string{`{"error":"`, openAIKey[:half], openAIKey[half:], `"}`} {
				_, _ = io.WriteString(w, p)
				w.(http.Flusher).Flush()
			}
		},
		"an error that is tried again": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, openAIKey)
		},
		"a header": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Request-Id", openAIKey)
			w.Header().Set("X-Ratelimit-Key", "a "+openAIKey)
			answerJSON(chatAnswer)(w, r)
		},
		"an answer": answerJSON(`{"choices":"` + openAIKey + `"}`),
		"a stream": func(w http.ResponseWriter, r *http.Request) {
			sse(w, "data: "+openAIKey, "data: x"+openAIKey[:half])
			sse(w, "data: [DONE]")
		},
		"a stream in pieces": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			for _, c := range "data: " + openAIKey + openAIKey + "\n\ndata: [DONE]\n\n" {
				_, _ = io.WriteString(w, string(c))
				w.(http.Flusher).Flush()
			}
		},
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/?key="+openAIKey, http.StatusTemporaryRedirect)
		},
		"a status": func(w http.ResponseWriter, r *http.Request) {
			c, _, _ := http.NewResponseController(w).Hijack()
			fmt.Fprintf(c, "HTTP/1.1 400 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", openAIKey)
			c.Close()
		},
		"no HTTP": func(w http.ResponseWriter, r *http.Request) {
			c, _, _ := http.NewResponseController(w).Hijack()
			fmt.Fprintf(c, "%s\r\n\r\n", openAIKey)
			c.Close()
		},
		"a header that is none": func(w http.ResponseWriter, r *http.Request) {
			c, _, _ := http.NewResponseController(w).Hijack()
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\n%s\r\n\r\n", openAIKey)
			c.Close()
		},
	} {
		for _, headers := range [][]string{nil, {TTLHeader, "60"}} {
			t.Run(fmt.Sprint(name, headers), func(t *testing.T) {
				w := newWorld(t, answer)
				w.firstWait = time.Millisecond
				resp := w.come(http.MethodPost, "/gateway/openai/v1/chat/completions", adaKey, chatStreamed, headers...)
				var all bytes.Buffer
				fmt.Fprintf(&all, "%s\n%v\n", resp.Status, resp.Header)
				_, _ = io.Copy(&all, resp.Body)
				inner, err := w.post(Call{Provider: llm.OpenAI}, "/chat/completions", chatStreamed)
				if err == nil {
					fmt.Fprintf(&all, "%s\n%v\n", inner.Status, inner.Header)
					_, _ = io.Copy(&all, inner.Body)
					inner.Body.Close()
				}
				fmt.Fprintf(&all, "%v\n%+v\n%s", err, w.recorded(), w.logged)
				if strings.Contains(all.String(), openAIKey) {
					t.Errorf("the key came back: %s", all.String())
				}
			})
		}
	}
}

// Bytes pass as they are, each piece at once.
func TestDoorStreams(t *testing.T) {
	next := make(chan string)
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		sse(rw)
		for e := range next {
			_, _ = io.WriteString(rw, e)
			rw.(http.Flusher).Flush()
		}
	})
	defer func() {
		if next != nil {
			close(next)
		}
	}()
	go func() { next <- ": hello\n\n" }()
	resp := w.come(http.MethodPost, "/gateway/openai/v1/chat/completions", adaKey, chatStreamed)
	r := bufio.NewReader(resp.Body)
	read := func(want string) {
		t.Helper()
		got := make([]byte, len(want))
		if _, err := io.ReadFull(r, got); err != nil || string(got) != want {
			t.Errorf("read %q, %v, want %q", got, err, want)
		}
	}
	read(": hello\n\n")
	for _, e := range []string{"data: {\"a\":1}\r\n\r\n", "event: odd\ndata: x\ndata: y\n\n", "dat", "a: \xff\xfe\n\n", strings.Repeat("data: long ", 10_000) + "\n\n", "data: [DONE]\n\n"} {
		next <- e
		read(e)
	}
	close(next)
	next = nil
	if _, err := r.ReadByte(); err != io.EOF {
		t.Errorf("after the end: %v", err)
	}
}

// A stream that breaks off does so for the client, too.
func TestDoorPassesCutsOn(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		sse(rw, chatEvents[0])
		panic(http.ErrAbortHandler)
	})
	for _, headers := range [][]string{nil, {TTLHeader, "60"}} {
		resp := w.come(http.MethodPost, "/gateway/openai/v1/chat/completions", adaKey, chatStreamed, headers...)
		if b, err := io.ReadAll(resp.Body); err == nil || string(b) != chatEvents[0]+"\n\n" {
			t.Errorf("read %q, %v", b, err)
		}
	}
}

// A client that hangs up is noticed, and so the provider is.
func TestDoorClientGone(t *testing.T) {
	arrived, gone := make(chan struct{}), make(chan struct{})
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived <- struct{}{}
		if r.Header.Get("X-Title") != "" {
			sse(rw, chatEvents[0])
		}
		<-r.Context().Done()
		gone <- struct{}{}
	})
	for _, title := range []string{"", "begins"} {
		c, err := net.Dial("tcp", w.door.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "POST /gateway/openai/v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nX-Title: %s\r\nContent-Length: %d\r\n\r\n%s", adaKey, title, len(chatStreamed), chatStreamed)
		<-arrived
		c.Close()
		<-gone
	}
}

func TestDoorCache(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) { sse(rw, chatEvents...) })
	for i, test := range []struct {
		headers []string
		want    string
	}{
		{nil, ""}, {[]string{TTLHeader, "60"}, "MISS"}, {[]string{TTLHeader, "60"}, "HIT"}, {[]string{TTLHeader, "60", "Cache-Control", "max-age=0, no-cache"}, "MISS"},
	} {
		resp := w.come(http.MethodPost, "/gateway/openai/v1/chat/completions", adaKey, chatStreamed, test.headers...)
		if b := readAll(t, resp); b != strings.Join(chatEvents, "\n\n")+"\n\n" || resp.Header.Get(CacheHeader) != test.want || resp.Header.Get("Content-Type") != "text/event-stream" {
			t.Errorf("request %d: %q, %v", i, b, resp.Header)
		}
		w.settle()
	}
	resp := w.come(http.MethodPost, "/gateway/openai/v1/chat/completions", bobKey, chatStreamed, TTLHeader, "60")
	if readAll(t, resp); resp.Header.Get(CacheHeader) != "MISS" {
		t.Error("an answer was given to another owner")
	}
}

// Many short, fast streams at once, of a provider that answers before or
// after it has read the question: none is cut.
func TestNoStreamIsCut(t *testing.T) {
	for name, reads := range map[string]bool{"reads first": true, "answers at once": false} {
		w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
			if reads {
				_, _ = io.Copy(io.Discard, r.Body)
			}
			sse(rw, chatEvents...)
		}, func(o *Options) { o.RequestsPerMinute, o.Streams = 1<<30, 1<<20 })
		question := strings.Replace(chatStreamed, "Hello", strings.Repeat("Hello ", 2000), 1)
		want := strings.Join(chatEvents, "\n\n") + "\n\n"
		var cut atomic.Int64
		var wg sync.WaitGroup
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
		for range 16 {
			wg.Go(func() {
				for range 60 {
					req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, w.door.URL+"/gateway/openai/v1/chat/completions", strings.NewReader(question))
					req.Header.Set("Authorization", "Bearer "+adaKey)
					resp, err := client.Do(req)
					if err != nil {
						cut.Add(1)
						continue
					}
					if b, err := io.ReadAll(resp.Body); err != nil || string(b) != want {
						cut.Add(1)
					}
					resp.Body.Close()
				}
			})
		}
		wg.Wait()
		client.CloseIdleConnections()
		if cut.Load() > 0 {
			t.Errorf("%s: %d of 960 streams were cut", name, cut.Load())
		}
	}
}

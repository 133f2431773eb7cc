package gateway

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// question sends a body and returns the answer and whether it was kept.
func (w *world) question(c Call, body string, headers ...string) (text, cache string) {
	w.t.Helper()
	c.Provider = llm.OpenAI
	if c.Who.Owner == 0 {
		c.Who = ada
	}
	c.Purpose = usage.Agent
	req, err := http.NewRequestWithContext(With(w.t.Context(), c), http.MethodPost, BaseURL(llm.OpenAI)+"/chat/completions", strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := w.Client().Do(req)
	if err != nil {
		w.t.Error(err)
		return "", ""
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Error(err)
	}
	return string(b), resp.Header.Get(CacheHeader)
}

// settle waits for answers that are being kept.
func (w *world) settle() { w.answers.running.Wait() }

func TestCache(t *testing.T) {
	var n atomic.Int64
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if strings.Contains(string(b), `"stream"`) {
			sse(rw, append([]string{fmt.Sprintf("data: {\"n\":%d}", n.Add(1))}, chatEvents...)...)
			return
		}
		answerJSON(fmt.Sprintf(`{"n":%d,"usage":{"prompt_tokens":1}}`, n.Add(1)))(rw, r)
	})
	hour := Call{CacheFor: time.Hour}
	ask := func(name string, c Call, body, wantCache string, wantCalls int64, headers ...string) string {
		t.Helper()
		before := n.Load()
		text, cache := w.question(c, body, headers...)
		w.settle()
		if cache != wantCache || n.Load()-before != wantCalls {
			t.Errorf("%s: %q after %d calls, want %q after %d", name, cache, n.Load()-before, wantCache, wantCalls)
		}
		return text
	}
	ask("not asked for", Call{}, chatQuestion, "", 1)
	first := ask("first", hour, chatQuestion, "MISS", 1)
	if got := ask("again", hour, chatQuestion, "HIT", 0); got != first {
		t.Errorf("%q and again %q", first, got)
	}
	ask("not asked for, though kept", Call{}, chatQuestion, "", 1)
	ask("in another spelling", hour, ` { "messages":[{"content":"Hello","role":"user"}], "max_tokens": 100,  "model":"gpt\u002d4o"} `, "HIT", 0)
	ask("another question", hour, strings.Replace(chatQuestion, "Hello", "Hallo", 1), "MISS", 1)
	ask("another number", hour, strings.Replace(chatQuestion, "100", "101", 1), "MISS", 1)
	ask("another header", hour, chatQuestion, "MISS", 1, "Openai-Beta", "x")
	bob := byok.Person{Owner: 2, ID: "user-bob"}
	ask("another owner", Call{Who: bob, CacheFor: time.Hour}, chatQuestion, "MISS", 1)
	fresh := ask("fresh", Call{CacheFor: time.Hour, Fresh: true}, chatQuestion, "MISS", 1)
	if got := ask("after that", hour, chatQuestion, "HIT", 0); got != fresh || got == first {
		t.Errorf("the fresh answer %q was not kept: %q", fresh, got)
	}
	stream := ask("stream", hour, chatStreamed, "MISS", 1)
	if got := ask("stream again", hour, chatStreamed, "HIT", 0); got != stream || !strings.HasSuffix(got, "data: [DONE]\n\n") {
		t.Errorf("%q and again %q", stream, got)
	}
	ask("not JSON", hour, "model=gpt-4o", "", 1)
	ask("in two words", hour, strings.Replace(chatQuestion, "{", `{"model":"gpt-4o",`, 1), "", 1)

	// What is kept opens for its owner alone, and what does not open is as
	// good as nothing.
	w.store.mu.Lock()
	for k, v := range w.store.answers {
		if strings.Contains(string(v), "usage") || strings.Contains(string(v), "data:") {
			t.Errorf("an answer is kept in plain: %q", v)
		}
		w.store.answers[k] = v[:len(v)-1]
	}
	w.store.mu.Unlock()
	ask("damaged", hour, chatQuestion, "MISS", 1)
	ask("mended", hour, chatQuestion, "HIT", 0)

	var hits, misses int
	for _, r := range w.recorded() {
		if !r.Hit {
			misses++
			continue
		}
		hits++
		if r.Cost == nil || *r.Cost != 0 || r.Tokens == nil || *r.Tokens != (usage.Tokens{}) || r.Outcome != usage.Complete || r.Status != 200 {
			t.Errorf("%+v", r)
		}
	}
	if hits != 5 || misses != int(n.Load()) {
		t.Errorf("%d hits, %d others recorded, want 5 and %d", hits, misses, n.Load())
	}
}

// Only whole answers without an error, of the sort that was asked for, are kept.
func TestCacheKeepsNothingBroken(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"an error":     func(w http.ResponseWriter, r *http.Request) { http.Error(w, "{}", http.StatusBadRequest) },
		"a cut stream": func(w http.ResponseWriter, r *http.Request) { sse(w, chatEvents[0]) },
		"a failed one": func(w http.ResponseWriter, r *http.Request) {
			sse(w, chatEvents[0], `data: {"error":{}}`, chatEvents[3])
		},
		"a proxy's page": func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "<html>") },
		"no stream":      answerJSON(chatAnswer),
		"a bad event":    func(w http.ResponseWriter, r *http.Request) { sse(w, `data: {"choices":[`, chatEvents[3]) },
		"an error, 200":  answerJSON(`{"error":{"message":"no"}}`),
		"a very long one": func(w http.ResponseWriter, r *http.Request) {
			sse(w, "data: "+strings.Repeat("x", maxAnswer), chatEvents[3])
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, answer)
			for range 2 {
				if _, cache := w.question(Call{CacheFor: time.Hour}, chatStreamed); cache != "MISS" {
					t.Errorf("cache %q", cache)
				}
				w.settle()
			}
			if len(w.store.answers) != 0 || w.calls.Load() != 2 {
				t.Errorf("%d answers are kept, %d calls", len(w.store.answers), w.calls.Load())
			}
		})
	}
}

// Requests that are the same and at the same time are one at the provider.
func TestFlight(t *testing.T) {
	const riders = 8
	goOn := make(chan struct{})
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		sse(rw, chatEvents[0])
		<-goOn
		sse(rw, chatEvents[1:]...)
	})
	var all []*http.Response
	hits := 0
	for range riders {
		resp, err := w.post(Call{Provider: llm.OpenAI, CacheFor: time.Hour}, "/chat/completions", chatStreamed)
		if err != nil {
			t.Fatal(err)
		}
		if resp.Header.Get(CacheHeader) == "HIT" {
			hits++
		}
		all = append(all, resp)
	}
	close(goOn)
	var wg sync.WaitGroup
	for _, resp := range all {
		wg.Go(func() {
			defer resp.Body.Close()
			if b, err := io.ReadAll(resp.Body); err != nil || string(b) != strings.Join(chatEvents, "\n\n")+"\n\n" {
				t.Errorf("read %q, %v", b, err)
			}
		})
	}
	wg.Wait()
	if w.calls.Load() != 1 || hits != riders-1 {
		t.Errorf("%d calls, %d hits", w.calls.Load(), hits)
	}
	paid, records := 0, w.recorded()
	for _, r := range records {
		if *r.Cost > 0 && !r.Hit {
			paid++
		}
	}
	if len(records) != riders || paid != 1 {
		t.Errorf("%d records, %d of them paid", len(records), paid)
	}
}

// Who leaves a flight does not end it for the others; the last one does.
func TestFlightLeft(t *testing.T) {
	goOn, gone := make(chan struct{}), make(chan struct{})
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		sse(rw, chatEvents[0])
		select {
		case <-goOn:
			sse(rw, chatEvents[1:]...)
		case <-r.Context().Done():
			gone <- struct{}{}
		}
	})
	get := func() *http.Response {
		resp, err := w.post(Call{Provider: llm.OpenAI, CacheFor: time.Hour}, "/chat/completions", chatStreamed)
		if err != nil {
			t.Fatal(err)
		}
		return resp
	}
	first, second := get(), get()
	first.Body.Close()
	goOn <- struct{}{}
	if text := readAll(t, second); !strings.HasSuffix(text, "[DONE]\n\n") {
		t.Errorf("the second read %q", text)
	}
	second.Body.Close()
	w.settle()
	if w.calls.Load() != 1 || len(w.store.answers) != 1 {
		t.Errorf("%d calls, %d answers are kept", w.calls.Load(), len(w.store.answers))
	}
	clear(w.store.answers)
	first, second = get(), get()
	first.Body.Close()
	second.Body.Close()
	<-gone
	w.settle()
	for _, r := range w.recorded()[2:] {
		if r.Outcome != usage.Cancelled {
			t.Errorf("%+v", r)
		}
	}
}

// An answer that is longer than what is remembered still reaches everybody.
func TestLongFlight(t *testing.T) {
	goOn := make(chan struct{})
	line := "data: " + strings.Repeat("x", 64<<10)
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		sse(rw, chatEvents[0])
		<-goOn
		for range 3 * maxAnswer / len(line) {
			sse(rw, line)
		}
		sse(rw, chatEvents[3])
	})
	var wg sync.WaitGroup
	for range 3 {
		resp, err := w.post(Call{Provider: llm.OpenAI, CacheFor: time.Hour}, "/chat/completions", chatStreamed)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			defer resp.Body.Close()
			if n, err := io.Copy(io.Discard, resp.Body); err != nil || n < 2*maxAnswer {
				t.Errorf("read %d bytes, %v", n, err)
			}
		})
	}
	close(goOn)
	wg.Wait()
	if w.calls.Load() != 1 {
		t.Errorf("%d calls", w.calls.Load())
	}
}

// A failure is shared by those who waited for the same, and not kept.
func TestFlightFails(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) { cutter(rw) })
	w.firstWait = time.Millisecond
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			_, _, err := w.ask(Call{Provider: llm.OpenAI, CacheFor: time.Hour}, "/chat/completions", chatStreamed)
			if kind, _ := llm.KindOf(err); kind != llm.Network {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, r := range w.recorded() {
		if r.Outcome != usage.Unreachable {
			t.Errorf("%+v", r)
		}
	}
}

func TestReadable(t *testing.T) {
	for _, test := range []struct {
		text          string
		stream, asked bool
		want          bool
	}{
		{`{"id":"x"}`, false, false, true},
		{`{"id":`, false, false, false},
		{"<html>", false, false, false},
		{"", false, false, false},
		{`{"id":"x"}`, false, true, false},
		{"data: {}\n\n", true, false, false},
		{"event: a\ndata: {}\n\n: ping\n\ndata: [DONE]\n\n", true, true, true},
		{"event: a\r\ndata: {}\r\n\r\ndata:{}", true, true, true},
		{"data: {\n\ndata: [DONE]\n\n", true, true, false},
	} {
		if got := readable([]byte(test.text), test.stream, test.asked); got != test.want {
			t.Errorf("readable(%q, %v, %v) = %v", test.text, test.stream, test.asked, got)
		}
	}
}

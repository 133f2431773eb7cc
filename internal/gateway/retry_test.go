package gateway

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

func TestRetry(t *testing.T) {
	status := func(s int, headers ...string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			for i := 0; i < len(headers); i += 2 {
				w.Header().Set(headers[i], headers[i+1])
			}
			w.WriteHeader(s)
			_, _ = io.WriteString(w, `{"error":{"message":"no"}}`)
		}
	}
	good := func(w http.ResponseWriter) { sse(w, chatEvents...) }
	for _, test := range []struct {
		name    string
		answers []func(http.ResponseWriter) // one for each try; the last one for all that follow
		change  func(*Call)
		capped  bool
		status  int // 0: an error
		tries   int64
	}{
		{"500", []func(http.ResponseWriter){status(500), good}, nil, false, 200, 2},
		{"503 twice", []func(http.ResponseWriter){status(503), status(503), good}, nil, false, 200, 3},
		{"503 for ever", []func(http.ResponseWriter){status(503)}, nil, false, 503, 3},
		{"529", []func(http.ResponseWriter){status(529), good}, nil, false, 200, 2},
		{"408", []func(http.ResponseWriter){status(408), good}, nil, false, 200, 2},
		{"409", []func(http.ResponseWriter){status(409), good}, nil, false, 200, 2},
		{"429 that says when", []func(http.ResponseWriter){status(429, "Retry-After-Ms", "20"), good}, nil, false, 200, 2},
		{"429 for an hour", []func(http.ResponseWriter){status(429, "Retry-After", "3600"), good}, nil, false, 429, 1},
		{"the provider says no", []func(http.ResponseWriter){status(503, "X-Should-Retry", "false"), good}, nil, false, 503, 1},
		{"400", []func(http.ResponseWriter){status(400), good}, nil, false, 400, 1},
		{"401", []func(http.ResponseWriter){status(401), good}, nil, false, 401, 1},
		{"reset", []func(http.ResponseWriter){cutter, good}, nil, false, 200, 2},
		{"reset for ever", []func(http.ResponseWriter){cutter}, nil, false, 0, 3},
		{"a test of a key", []func(http.ResponseWriter){status(503), good}, func(c *Call) { c.Purpose = usage.Test }, false, 503, 1},
		// Under a cap only what surely was not carried out is sent again.
		{"429 under a cap", []func(http.ResponseWriter){status(429), good}, nil, true, 200, 2},
		{"500 under a cap", []func(http.ResponseWriter){status(500), good}, nil, true, 500, 1},
		{"reset under a cap", []func(http.ResponseWriter){cutter, good}, nil, true, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			var n atomic.Int64
			w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
				if b, _ := io.ReadAll(r.Body); string(b) != chatStreamed {
					t.Errorf("the body of a try is %q", b)
				}
				test.answers[min(int(n.Add(1)), len(test.answers))-1](rw)
			})
			w.firstWait = time.Millisecond
			if test.capped {
				w.ring.caps[byok.OpenAI] = llm.Dollar
			}
			c := Call{Provider: llm.OpenAI}
			if test.change != nil {
				test.change(&c)
			}
			got, _, err := w.ask(c, "/chat/completions", chatStreamed)
			if got != test.status || (err != nil) != (test.status == 0) || n.Load() != test.tries {
				t.Errorf("status %d, %v after %d tries, want %d after %d", got, err, n.Load(), test.status, test.tries)
			}
			if r := w.only(); r.Retries != int(test.tries-1) || (r.Outcome == usage.Complete) != (test.status == 200) {
				t.Errorf("record %+v", r)
			}
		})
	}
}

// Once a byte has passed, nothing is tried again.
func TestNoRetryAfterTheFirstByte(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		sse(rw, chatEvents[0])
		panic(http.ErrAbortHandler)
	})
	_, text, err := w.ask(Call{Provider: llm.OpenAI}, "/chat/completions", chatStreamed)
	if err == nil || text != chatEvents[0]+"\n\n" || w.calls.Load() != 1 {
		t.Errorf("%q, %v after %d tries", text, err, w.calls.Load())
	}
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	w := newWorld(t, answerJSON("{}"), func(o *Options) { o.Upstreams.OpenAI = "http://" + l.Addr().String() })
	w.firstWait = time.Millisecond
	w.ring.caps[byok.OpenAI] = llm.Dollar
	_, _, err = w.ask(Call{Provider: llm.OpenAI}, "/chat/completions", chatQuestion)
	if kind, _ := llm.KindOf(err); kind != llm.Network {
		t.Errorf("error %v", err)
	}
	if r := w.only(); r.Outcome != usage.Unreachable || r.Retries != 2 || r.Cost == nil || *r.Cost != 0 {
		t.Errorf("%+v", r)
	}
	if len(w.store.reserved) != 0 {
		t.Error("money is held for a request that was never sent")
	}
}

type testClock struct{ at atomic.Int64 }

func (c *testClock) now() time.Time { return time.Unix(0, c.at.Load()) }

func newClock() *testClock {
	c := &testClock{}
	c.at.Store(time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *testClock) add(d time.Duration) { c.at.Add(int64(d)) }

func TestBreaker(t *testing.T) {
	clk := newClock()
	b := newBreakers(clk.now)
	a, other := &upstream{}, &upstream{}
	for range tripAfter {
		if _, ok := b.allow(a, 1); !ok {
			t.Fatal("open too early")
		}
		b.note(a, 1, deafened)
	}
	if d, ok := b.allow(a, 2); ok || d != openFor {
		t.Errorf("after %d failures: %v, %t", tripAfter, d, ok)
	}
	if _, ok := b.allow(other, 1); !ok {
		t.Error("another provider is locked, too")
	}
	clk.add(openFor)
	if _, ok := b.allow(a, 1); !ok {
		t.Error("nobody may look whether it is well again")
	}
	if _, ok := b.allow(a, 2); ok {
		t.Error("two look at once")
	}
	b.note(a, 1, nothing) // cancelled: somebody else may look
	if _, ok := b.allow(a, 2); !ok {
		t.Error("a look that was cancelled locks for ever")
	}
	b.note(a, 2, deafened)
	if d, ok := b.allow(a, 1); ok || d != 2*openFor {
		t.Errorf("after another failure: %v, %t, want %v", d, ok, 2*openFor)
	}
	clk.add(2 * openFor)
	b.allow(a, 1)
	b.note(a, 1, healthy)
	if _, ok := b.allow(a, 2); !ok || len(b.of) != 0 {
		t.Errorf("well again: %t, %d entries", ok, len(b.of))
	}
	// What one person is told is no reason to lock others out.
	for range 2 * tripAfter {
		b.note(a, 1, ailing)
	}
	if _, ok := b.allow(a, 1); ok {
		t.Error("the owner may go on")
	}
	if _, ok := b.allow(a, 2); !ok {
		t.Error("another owner may not")
	}
}

func TestBreakerInTheGateway(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) { http.Error(rw, "{}", http.StatusInternalServerError) })
	w.firstWait = time.Microsecond
	for range tripAfter {
		if s, _, err := w.ask(Call{Provider: llm.OpenAI}, "/chat/completions", chatQuestion); s != 500 || err != nil {
			t.Fatal(s, err)
		}
	}
	before := w.calls.Load()
	resp := w.come(http.MethodPost, "/gateway/openai/v1/chat/completions", adaKey, chatQuestion)
	if b := readAll(t, resp); resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "" || !strings.Contains(b, "OpenAI") || w.calls.Load() != before {
		t.Errorf("%d, again after %q: %s", resp.StatusCode, resp.Header.Get("Retry-After"), b)
	}
	if s, _, err := w.ask(Call{Provider: llm.OpenAI, Purpose: usage.Test}, "/chat/completions", chatQuestion); s != 500 {
		t.Errorf("a test of a key: %d, %v", s, err)
	}
	if _, _, err := w.ask(Call{Provider: llm.OpenAI}, "/chat/completions", chatQuestion); !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
}

// Connections are used again, and none is left behind.
func TestConnections(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) { sse(rw, chatEvents...) })
	var opened atomic.Int64
	counted := httptest.NewUnstartedServer(w.upstream.Config.Handler)
	counted.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	counted.Start()
	defer counted.Close()
	w.upstreams[llm.OpenAI].base.Host = counted.Listener.Addr().String()
	for range 50 {
		if _, _, err := w.ask(Call{Provider: llm.OpenAI}, "/chat/completions", chatStreamed); err != nil {
			t.Fatal(err)
		}
	}
	if n := opened.Load(); n > 2 {
		t.Errorf("%d connections for 50 requests one after the other", n)
	}
}

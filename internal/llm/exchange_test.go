package llm_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name, value string
		want        time.Duration
	}{
		{"Retry-After", "", 0},
		{"Retry-After", "17", 17 * time.Second},
		{"Retry-After", "0.5", 500 * time.Millisecond},
		{"Retry-After-Ms", "250", 250 * time.Millisecond},
		{"Retry-After", "Sat, 31 Jan 2026 12:00:30 GMT", 30 * time.Second},
		{"Retry-After", "Sat, 31 Jan 2026 11:00:00 GMT", 0},
		{"Retry-After", "-3", 0},
		{"Retry-After", "soon", 0},
		{"Retry-After", "NaN", 0},
		{"Retry-After", "Inf", 24 * time.Hour},
		{"Retry-After", "1e300", 24 * time.Hour},
		{"Retry-After", "Sat, 31 Jan 2099 12:00:30 GMT", 24 * time.Hour},
	} {
		h := http.Header{}
		h.Set(test.name, test.value)
		if got := llm.RetryAfter(h, now); got != test.want {
			t.Errorf("%s: %s is %v, want %v", test.name, test.value, got, test.want)
		}
	}
}

func TestClean(t *testing.T) {
	for code, ok := range map[string]bool{
		"rate_limit_error": true, "3036": true, "a.b": true, "": true,
		"Rate Limit": false, "sk-ant-1": false, "{}": false, "a\nb": false, strings.Repeat("a", 49): false,
	} {
		if got := llm.CleanCode(code); (got == code) != ok || got != code && got != "" {
			t.Errorf("CleanCode(%q) = %q", code, got)
		}
	}
	for id, ok := range map[string]bool{
		"req_011CSHoEeqs5C35K2UUqR7Fy": true, "8f0d1c7b8a9e4d3c-FRA": true, "": true,
		"sk-ant-api03-1": false, "nrp_1": false, "a b": false, "a\nb": false, strings.Repeat("a", 65): false,
	} {
		if got := llm.CleanID(id); (got == id) != ok || got != id && got != "" {
			t.Errorf("CleanID(%q) = %q", id, got)
		}
	}
}

// However long a provider's error is, only its beginning is read.
func TestErrorBodyIsBounded(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		for {
			if _, err := w.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	var read int
	x := &llm.Exchange{Client: server.Client(), Provider: llm.OpenAI, Explain: func(status int, h http.Header, body []byte) *llm.Error {
		read = len(body)
		return &llm.Error{Kind: llm.ByStatus(status), Status: status}
	}}
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, nil)
	req.RequestURI = ""
	_, err := x.Do(req)
	if kind, _ := llm.KindOf(err); kind != llm.Overloaded || read != llm.MaxErrorBody {
		t.Errorf("error %v after %d bytes, want %d", err, read, llm.MaxErrorBody)
	}
}

// A deadline of the caller's own is a model that took too long.
func TestDeadline(t *testing.T) {
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	x := &llm.Exchange{Client: http.DefaultClient, Provider: llm.OpenAI}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://provider.test", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = x.Do(req)
	if kind, _ := llm.KindOf(err); kind != llm.Network || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want a network failure by deadline", err)
	}
}

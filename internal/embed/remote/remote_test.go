package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

const key = "sk-not-a-real-key"

// served makes an Embedder of three dimensions that asks a handler, and notes
// how long it waits.
func served(t *testing.T, waits *[]time.Duration, h http.HandlerFunc) *Embedder {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	e, err := New(Options{
		BaseURL: server.URL + "/v1/", Key: secret.New(key), Model: "small", Dimensions: 3, PerMinute: 60_000,
		Wait: func(ctx context.Context, d time.Duration) error {
			if waits != nil {
				*waits = append(*waits, d)
			}
			return ctx.Err()
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// vectors answers with (length of the text, 1, 0) for every text, the last first.
func vectors(w http.ResponseWriter, r *http.Request, seen func(question)) {
	var q question
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if seen != nil {
		seen(q)
	}
	var data []string
	for i := len(q.Input) - 1; i >= 0; i-- {
		data = append(data, fmt.Sprintf(`{"index":%d,"embedding":[%d,1,0]}`, i, len(q.Input[i])))
	}
	fmt.Fprintf(w, `{"data":[%s]}`, strings.Join(data, ","))
}

func TestEmbed(t *testing.T) {
	requests := 0
	e := served(t, nil, func(w http.ResponseWriter, r *http.Request) {
		requests++
		if got := r.Method + " " + r.URL.Path + " " + r.Header.Get("Authorization"); got != "POST /v1/embeddings Bearer "+key {
			t.Errorf("request %s", got)
		}
		vectors(w, r, func(q question) {
			if q.Model != "small" || q.Format != "float" || q.Dimensions != 0 || len(q.Input) > maxTexts {
				t.Errorf("question for %d texts of %s, %s, %d dimensions", len(q.Input), q.Model, q.Format, q.Dimensions)
			}
		})
	})
	var texts []embed.Text
	for i := range 150 {
		texts = append(texts, embed.Query(strings.Repeat("x", i))) // the first has no word
	}
	got, err := e.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	if requests != 3 {
		t.Errorf("%d requests, want 3", requests)
	}
	for i, v := range got {
		length := math.Hypot(float64(i), 1)
		want := []float32{float32(float64(i) / length), float32(1 / length), 0}
		if i == 0 {
			want = []float32{1, 0, 0}
		}
		for d := range want {
			if math.Abs(float64(v[d]-want[d])) > 1e-6 {
				t.Fatalf("vector %d is %v, want %v", i, v, want)
			}
		}
	}
}

func TestEmbedTriesAgain(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fails []int // statuses of the first answers
		after string
		want  []time.Duration
		kind  fault.Kind // of the error, if ok is not set
		ok    bool
	}{
		{name: "busy", fails: []int{429, 503}, want: []time.Duration{time.Second, 4 * time.Second}, ok: true},
		{name: "told when", fails: []int{429}, after: "7", want: []time.Duration{7 * time.Second}, ok: true},
		{name: "told to wait for long", fails: []int{429}, after: "3600", kind: fault.Unavailable},
		{name: "always busy", fails: []int{500, 500, 500, 500, 500}, want: []time.Duration{1e9, 4e9, 16e9}, kind: fault.Unavailable},
		{name: "wrong key", fails: []int{401}},
		{name: "a redirect is not followed", fails: []int{307}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var waits []time.Duration
			n := 0
			e := served(t, &waits, func(w http.ResponseWriter, r *http.Request) {
				if n++; n <= len(tt.fails) {
					w.Header().Set("Retry-After", tt.after)
					w.Header().Set("Location", "/elsewhere")
					w.WriteHeader(tt.fails[n-1])
					fmt.Fprint(w, "bad key ", key)
					return
				}
				vectors(w, r, nil)
			})
			_, err := e.Embed(t.Context(), []embed.Text{embed.Idea("A title", "")})
			if tt.ok != (err == nil) || err != nil && fault.KindOf(err) != tt.kind {
				t.Errorf("error %v", err)
			}
			if err != nil && strings.Contains(err.Error(), key) {
				t.Errorf("the key is in the error: %v", err)
			}
			if diff := cmp.Diff(tt.want, waits); diff != "" {
				t.Errorf("waits (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEmbedChecksTheAnswer(t *testing.T) {
	for name, body := range map[string]string{
		"no JSON":           `<html>`,
		"too few":           `{"data":[]}`,
		"too many":          `{"data":[{"embedding":[1,0,0]},{"embedding":[1,0,0]}]}`,
		"other dimensions":  `{"data":[{"embedding":[1,0]}]}`,
		"no length":         `{"data":[{"embedding":[0,0,0]}]}`,
		"endless":           `{"data":[{"embedding":[1e308,1e308,0]}]}`,
		"no number":         `{"data":[{"embedding":[1,"NaN",0]}]}`,
		"an index too high": `{"data":[{"index":1,"embedding":[1,0,0]}]}`,
		"an index too low":  `{"data":[{"index":-1,"embedding":[1,0,0]}]}`,
	} {
		e := served(t, nil, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		if v, err := e.Embed(t.Context(), []embed.Text{embed.Idea("A title", "")}); err == nil {
			t.Errorf("%s: got %v, want an error", name, v)
		}
	}
}

func TestEmbedStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	e := served(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	if _, err := e.Embed(ctx, []embed.Text{embed.Idea("A title", "")}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

func TestWindows(t *testing.T) {
	e := &Embedder{model: models["nomic-embed-text"]}
	long := strings.Repeat("word ", 5000)
	for _, tt := range []struct {
		name  string
		text  embed.Text
		count int
		first string
	}{
		{"query", embed.Query("a  query"), 1, "search_query: a query"},
		{"idea", embed.Idea("A title", "and\n\na body"), 1, "search_document: A title\nand a body"},
		{"no body", embed.Idea("A title", " "), 1, "search_document: A title"},
		{"no title", embed.Idea("", "a body"), 1, "search_document: a body"},
		{"nothing", embed.Idea("", "\n"), 0, ""},
		{"nothing asked", embed.Query(" "), 0, ""},
		{"long", embed.Idea("T", long), maxWindows, ""},
		{"long without spaces", embed.Idea(strings.Repeat("ü", 2000), strings.Repeat("ü", 1000)), 2, ""},
	} {
		got := e.windows(tt.text)
		if len(got) != tt.count || tt.first != "" && got[0] != tt.first {
			t.Errorf("%s: %q", tt.name, got)
		}
		for _, w := range got {
			if n := len([]rune(w)); n > windowRunes+len("search_document: \n") {
				t.Errorf("%s: a window of %d characters", tt.name, n)
			}
		}
	}
}

func TestCutLosesNothing(t *testing.T) {
	text := strings.TrimSpace(strings.Repeat("an ever so long sentence of many words ", 40))
	var parts []string
	for rest := text; rest != ""; {
		var head string
		head, rest = cut(rest, 50)
		parts = append(parts, head)
	}
	if got := strings.Join(parts, " "); got != text {
		t.Errorf("got %q", got)
	}
}

func TestNew(t *testing.T) {
	for name, opt := range map[string]Options{
		"no address":        {Model: "bge-m3"},
		"another scheme":    {BaseURL: "ftp://example.org", Model: "bge-m3"},
		"no model":          {BaseURL: "https://example.org"},
		"unknown model":     {BaseURL: "https://example.org", Model: "mine"},
		"endless dimension": {BaseURL: "https://example.org", Model: "mine", Dimensions: maxDimensions + 1},
	} {
		if _, err := New(opt); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	e, err := New(WorkersAI("0123abc", secret.New(key)))
	if err != nil {
		t.Fatal(err)
	}
	if m := e.Model(); m.ID != "@cf/baai/bge-m3" || m.Dimensions != 1024 {
		t.Errorf("model %+v", m)
	}
	if want := "https://api.cloudflare.com/client/v4/accounts/0123abc/ai/v1"; e.opt.BaseURL != want {
		t.Errorf("address %s, want %s", e.opt.BaseURL, want)
	}
	if s := fmt.Sprintf("%+v", e.opt); strings.Contains(s, key) {
		t.Error("the key can be printed")
	}
}

func TestEstimate(t *testing.T) {
	price := 20 * llm.Dollar / 1000
	e, err := New(Options{BaseURL: "https://example.org", Model: "mine", Dimensions: 8, Price: &price})
	if err != nil {
		t.Fatal(err)
	}
	got := e.Estimate([]embed.Text{embed.Idea("ten letters", ""), embed.Idea("", "")})
	if got.Tokens != 6 || got.Cost.String() != "0.00000012" {
		t.Errorf("%d tokens for %s dollars", got.Tokens, got.Cost)
	}
	e.opt.Price = nil
	if got := e.Estimate([]embed.Text{embed.Idea("ten letters", "")}); got.Cost != nil {
		t.Errorf("a cost of %s without a price", got.Cost)
	}
}

func TestMetered(t *testing.T) {
	free := llm.Cost(0)
	for _, tt := range []struct {
		model string
		price *llm.Cost
		want  bool
	}{
		{"text-embedding-3-small", nil, true},
		{"text-embedding-3-small", &free, false},
		{"all-minilm", nil, true}, // on whose server is not known
		{"all-minilm", &free, false},
	} {
		e, err := New(Options{BaseURL: "https://example.org", Model: tt.model, Price: tt.price})
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Metered(); got != tt.want {
			t.Errorf("%s for %v: metered %v", tt.model, tt.price, got)
		}
	}
}

package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/config"
)

// embeddings serves vectors of three dimensions over OpenAI's API, and counts
// the texts that it is asked for.
func embeddings(t *testing.T) (url string, texts *atomic.Int64) {
	t.Helper()
	texts = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Input []string }
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		texts.Add(int64(len(q.Input)))
		var data []string
		for i, text := range q.Input {
			data = append(data, fmt.Sprintf(`{"index":%d,"embedding":[%d,1,%d]}`, i, len(text), 10*len(strings.Fields(text))))
		}
		fmt.Fprintf(w, `{"data":[%s]}`, strings.Join(data, ","))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/v1", texts
}

// TestPaidModel changes to an embeddings server that costs money. Nothing that
// was there is sent to it before somebody says so, not after a restart either.
func TestPaidModel(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		key := someone(t, cfg, "ada")[0]
		builtIn := cfg
		builtIn.Meaning = config.Meaning{Embedder: config.BuiltIn, EmbedWorkers: 1, VectorMegabytes: 16}
		r := start(t, builtIn)
		users, err := r.store.ListUsers(t.Context(), 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		who := users[0].Owner
		for _, title := range []string{"Lower the interest rate of the mortgage", "Water the plants on the balcony"} {
			r.want(201, key, "POST", "/ideas", map[string]string{"title": title})
		}
		idle(t, r.App, who)
		r.stop()

		price := 0.5
		url, texts := embeddings(t)
		cfg.Meaning = config.Meaning{
			Embedder: config.OpenAICompatible, EmbedWorkers: 1, VectorMegabytes: 16, EmbeddingsPrice: &price,
			EmbeddingsURL: url, EmbeddingsModel: "small", EmbeddingsDimensions: 3, EmbeddingsPerMinute: 60_000,
		}
		state := func(what, state string, done, left float64) {
			t.Helper()
			got := r.want(200, key, "GET", "/meaning", nil).body
			if got["state"] != state || got["done"] != done || got["model"] != "small" {
				t.Errorf("%s: %v, want %s with %v done", what, got, state, done)
			}
			e, _ := got["estimate"].(map[string]any)
			switch {
			case left == 0 && e != nil, left > 0 && (e == nil || e["ideas"] != left || e["tokens"].(float64) <= 0):
				t.Errorf("%s: estimate %v, want %v ideas", what, e, left)
			case left > 0:
				if cost := e["tokens"].(float64) * price / 1e6; e["cost"] != cost {
					t.Errorf("%s: costs %v, want %v", what, e["cost"], cost)
				}
			}
		}
		finds := func(what, query string, id float64) {
			t.Helper()
			hits := r.want(200, key, "GET", "/ideas/search?mode=semantic&q="+query, nil).body["results"].([]any)
			if len(hits) == 0 || hits[0].(map[string]any)["id"] != id {
				t.Errorf("%s: found %v, want #%v", what, hits, id)
			}
		}

		r = start(t, cfg)
		idle(t, r.App, who)
		state("at first", "paused", 0, 2)
		if n := texts.Load(); n != 0 {
			t.Errorf("%d texts were sent unasked", n)
		}
		r.want(201, key, "POST", "/ideas", map[string]string{"title": "Learn to bake rye bread"})
		idle(t, r.App, who)
		if n := texts.Load(); n != 1 {
			t.Errorf("%d texts were sent for one capture", n)
		}
		state("after a capture", "paused", 1, 2)
		finds("the old model answers", "cheaper+loan+for+the+house", 1)
		finds("with what is new", "sourdough+baking", 3)
		r.stop()

		r = start(t, cfg)
		idle(t, r.App, who)
		state("after a restart", "paused", 1, 2)
		r.want(200, key, "POST", "/meaning/resume", nil)
		idle(t, r.App, who)
		state("after it was started", "idle", 3, 0)
		r.want(200, key, "POST", "/meaning/pause", nil)
		r.stop()

		// Paused by a person, also for what costs nothing.
		free := 0.0
		cfg.EmbeddingsPrice, cfg.EmbeddingsModel = &free, "other"
		r = start(t, cfg)
		idle(t, r.App, who)
		if got := r.want(200, key, "GET", "/meaning", nil).body; got["state"] != "paused" || got["done"] != 0.0 || got["estimate"] != nil {
			t.Errorf("paused before a restart: %v", got)
		}
		if got := r.want(200, key, "POST", "/meaning/resume", nil).body; got["state"] != "running" && got["state"] != "idle" {
			t.Errorf("resumed: %v", got)
		}
		idle(t, r.App, who)
		if got := r.want(200, key, "GET", "/meaning", nil).body; got["state"] != "idle" || got["done"] != 3.0 {
			t.Errorf("at the end: %v", got)
		}
	})
}

// A model that costs nothing, or that nobody paused, begins by itself.
func TestFreeModel(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		key := someone(t, cfg, "ada")[0]
		r := start(t, cfg)
		r.want(201, key, "POST", "/ideas", map[string]string{"title": "Water the plants"})
		r.stop()
		free := 0.0
		url, texts := embeddings(t)
		cfg.Meaning = config.Meaning{
			Embedder: config.OpenAICompatible, EmbedWorkers: 1, VectorMegabytes: 16, EmbeddingsPrice: &free,
			EmbeddingsURL: url, EmbeddingsModel: "small", EmbeddingsDimensions: 3, EmbeddingsPerMinute: 60_000,
		}
		r = start(t, cfg)
		users, err := r.store.ListUsers(t.Context(), 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		idle(t, r.App, users[0].Owner)
		if got := r.want(200, key, "GET", "/meaning", nil).body; got["state"] != "idle" || got["done"] != 1.0 || texts.Load() != 1 {
			t.Errorf("after the start: %v, %d texts", got, texts.Load())
		}
	})
}

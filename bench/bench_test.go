package main

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

func TestQuantile(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	tests := []struct {
		times []time.Duration
		q     float64
		want  time.Duration
	}{
		{hundred, 0.50, 50},
		{hundred, 0.99, 99},
		{hundred, 1, 100},
		{hundred[:1], 0.50, 1},
		{hundred[:1], 0.99, 1},
		{hundred[:3], 0.50, 2},
	}
	for _, tt := range tests {
		if got := quantile(tt.times, tt.q); got != tt.want {
			t.Errorf("quantile %v of %d times is %d, want %d", tt.q, len(tt.times), got, tt.want)
		}
	}
}

// TestCorpus holds the texts to what makes the measured searches like real
// ones: texts that the server takes, queries that find the idea they came
// from, words that are common and words that are rare.
func TestCorpus(t *testing.T) {
	c := newCorpus()
	rng := rand.New(rand.NewPCG(1, 1))
	const ideas = 300
	in := map[string]int{} // how many ideas have a word
	for seed := range uint64(ideas) {
		title, body, tags := c.idea(seed)
		if title == "" || len(title) > idea.MaxTitle || body == "" || len(body) > idea.MaxBody {
			t.Fatalf("idea %d has a title of %d and a body of %d bytes", seed, len(title), len(body))
		}
		againTitle, againBody, againTags := c.idea(seed)
		if diff := cmp.Diff([]any{title, body, tags}, []any{againTitle, againBody, againTags}); diff != "" {
			t.Errorf("idea %d is not always the same:\n%s", seed, diff)
		}
		for _, n := range []int{1, 2, 4} {
			q := c.query(rng, seed, n)
			if got := len(strings.Fields(q)); got != n {
				t.Errorf("query %q has %d words, want %d", q, got, n)
			}
			if !words.Parse(q).Matches(title, body) {
				t.Errorf("query %q does not find its idea", q)
			}
		}
		var forms []string
		for _, token := range words.Tokenize(title + " " + body) {
			forms = append(forms, token.Form)
		}
		slices.Sort(forms)
		for _, form := range slices.Compact(forms) {
			in[form]++
		}
	}
	rare := 0
	for _, n := range in {
		if n <= ideas/100 {
			rare++
		}
	}
	if common := in["the"]; common < ideas*9/10 || rare < len(in)/2 {
		t.Errorf("the commonest word is in %d of %d ideas, %d of %d words are rare", common, ideas, rare, len(in))
	}
}

func TestTable(t *testing.T) {
	var table table
	fast := result{perSecond: 12_345.6, p50: 500 * time.Microsecond, p99: 3 * time.Millisecond, cpu: 400 * time.Microsecond}
	table.call("get", 1, fast, time.Millisecond, "")
	table.call("get", 16, fast, time.Millisecond, "1.00×")
	table.call("get", 1, result{p50: 2 * time.Millisecond}, time.Millisecond, "")
	table.start("start", []time.Duration{3 * time.Millisecond, time.Millisecond, 2 * time.Millisecond})
	table.memory("memory", 61<<20, 60<<20, "")
	table.memory("memory", 0, 60<<20, "")
	var b strings.Builder
	table.print(&b)
	want := `
| what   | clients | p50 or value             | p99     | per second | CPU each | aim               | compared              |
| ---    | ---:    | ---:                     | ---:    | ---:       | ---:     | ---               | ---                   |
| get    | 1       | 0.50 ms                  | 3.00 ms | 12,345     | 0.40 ms  | < 1.00 ms: met    |                       |
| get    | 16      | 0.50 ms                  | 3.00 ms | 12,345     | 0.40 ms  |                   | 1.00×                 |
| get    | 1       | 2.00 ms                  | 0.00 ms | 0          |          | < 1.00 ms: MISSED |                       |
| start  |         | 2.00 ms                  |         |            |          | < 200.00 ms: met  | slowest of 3: 3.00 ms |
| memory |         | 61.0 MB                  |         |            |          | < 60.0 MB: MISSED |                       |
| memory |         | not known on this system |         |            |          |                   |                       |
`
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestHas(t *testing.T) {
	tests := []struct {
		answer, field string
		n             int
		ok            bool
	}{
		{`{"id":7}`, "id", 1, true},
		{`{"id":null}`, "id", 1, false},
		{`{"error":"no"}`, "id", 1, false},
		{`{"ideas":[1,2]}`, "ideas", 2, true},
		{`{"ideas":[1]}`, "ideas", 2, false},
		{`not JSON`, "ideas", 0, false},
	}
	for _, tt := range tests {
		if err := has(tt.field, tt.n)([]byte(tt.answer)); (err == nil) != tt.ok {
			t.Errorf("has(%q, %d) of %s: %v", tt.field, tt.n, tt.answer, err)
		}
	}
}

package api

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// asked keeps requests of somebody, one on each day from 1 May 2026.
func (w *world) asked(t *testing.T, p person) {
	t.Helper()
	cost := llm.Dollar / 1000 * 25 / 10
	requests := []usage.Request{
		{ID: "a", Provider: "anthropic", Model: "claude-sonnet-4-20250514", Purpose: usage.Spec, Stream: true, Status: 200, Outcome: usage.Complete,
			FirstByte: 310 * time.Millisecond, Duration: 4*time.Second + 500*time.Microsecond, Overhead: 45 * time.Microsecond,
			Tokens: &usage.Tokens{In: 1200, Cached: 1000, Out: 300}, Cost: &cost},
		{ID: "b", Provider: "anthropic", Model: "claude-sonnet-4-20250514", Purpose: usage.Spec, Stream: true, Status: 200, Outcome: usage.Complete,
			Hit: true, FirstByte: time.Millisecond, Duration: time.Millisecond, Tokens: &usage.Tokens{}, Cost: new(llm.Cost)},
		{ID: "c", Provider: "openai", Model: "gpt-4o", Purpose: usage.Proxy, Outcome: usage.Unreachable, Retries: 2, Duration: 1500 * time.Millisecond},
	}
	for i := range requests {
		requests[i].Owner = p.user.Owner
		requests[i].At = time.Date(2026, 5, 1+i, 12, 0, 0, 0, time.UTC)
	}
	if err := w.store.AddRequests(t.Context(), requests); err != nil {
		t.Fatal(err)
	}
}

func TestAIRequests(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada, bob := w.person(t, "ada"), w.person(t, "bob")
		w.asked(t, ada)
		checkJSON(t, "requests", w.do(t, key(ada.key), "GET /user/ai/requests?limit=0", "").body, `{"requests":[
			{"id":"c","at":"2026-05-03T12:00:00.000Z","provider":"openai","model":"gpt-4o","purpose":"proxy","stream":false,"status":null,"outcome":"unreachable",
				"retries":2,"cache_hit":false,"first_byte_ms":null,"duration_ms":1500,"overhead_us":0,"tokens_in":null,"tokens_cached":null,"tokens_out":null,"cost":null},
			{"id":"b","at":"2026-05-02T12:00:00.000Z","provider":"anthropic","model":"claude-sonnet-4-20250514","purpose":"spec","stream":true,"status":200,"outcome":"complete",
				"retries":0,"cache_hit":true,"first_byte_ms":1,"duration_ms":1,"overhead_us":0,"tokens_in":0,"tokens_cached":0,"tokens_out":0,"cost":0},
			{"id":"a","at":"2026-05-01T12:00:00.000Z","provider":"anthropic","model":"claude-sonnet-4-20250514","purpose":"spec","stream":true,"status":200,"outcome":"complete",
				"retries":0,"cache_hit":false,"first_byte_ms":310,"duration_ms":4000.5,"overhead_us":45,"tokens_in":1200,"tokens_cached":1000,"tokens_out":300,"cost":0.0025}],
			"next_cursor":null}`)

		// ids returns which ones a query gives, page by page.
		ids := func(p person, query string) string {
			var out []string
			for cursor := ""; ; {
				page := w.must(t, key(p.key), "GET /user/ai/requests?limit=1&"+query+"&cursor="+url.QueryEscape(cursor), "")
				for _, r := range page["requests"].([]any) {
					out = append(out, r.(map[string]any)["id"].(string))
				}
				next, more := page["next_cursor"].(string)
				if !more {
					return strings.Join(out, "")
				}
				cursor = next
			}
		}
		for query, want := range map[string]string{
			"":                          "cba",
			"provider=anthropic":        "ba",
			"provider=nobody":           "",
			"model=gpt-4o":              "c",
			"purpose=spec":              "ba",
			"outcome=unreachable":       "c",
			"from=2026-05-02":           "cb",
			"to=2026-05-02":             "ba", // the day is part of it
			"to=2026-05-02T12:00:00Z":   "a",  // the moment is not
			"from=2026-05-02T12:00:00Z": "cb",
			"from=2026-05-02&to=2026-05-02&purpose=spec": "b",
			"from=2026-05-02T14:00:00%2B02:00":           "cb",
			"from=2026-06-01":                            "",
		} {
			if got := ids(ada, query); got != want {
				t.Errorf("%s gives %q, want %q", query, got, want)
			}
			if got := ids(bob, query); got != "" {
				t.Errorf("%s gives Bob %q of Ada's", query, got)
			}
		}
	})
}

func TestAIUsage(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada, bob := w.person(t, "ada"), w.person(t, "bob")
		w.asked(t, ada)
		const (
			first  = `"requests":1,"failed":0,"cache_hits":0,"tokens_in":1200,"tokens_cached":1000,"tokens_out":300,"cost":0.0025,"unpriced":0`
			second = `"requests":1,"failed":0,"cache_hits":1,"tokens_in":0,"tokens_cached":0,"tokens_out":0,"cost":0,"unpriced":0`
			both   = `"requests":2,"failed":0,"cache_hits":1,"tokens_in":1200,"tokens_cached":1000,"tokens_out":300,"cost":0.0025,"unpriced":0`
			third  = `"requests":1,"failed":1,"cache_hits":0,"tokens_in":0,"tokens_cached":0,"tokens_out":0,"cost":0,"unpriced":1`
			all    = `"requests":3,"failed":1,"cache_hits":1,"tokens_in":1200,"tokens_cached":1000,"tokens_out":300,"cost":0.0025,"unpriced":1`
			none   = `"requests":0,"failed":0,"cache_hits":0,"tokens_in":0,"tokens_cached":0,"tokens_out":0,"cost":0,"unpriced":0`
		)
		checkJSON(t, "usage", w.do(t, key(ada.key), "GET /user/ai/usage?from=2026-05-01&to=2026-05-03", "").body, `{
			"from":"2026-05-01","to":"2026-05-03","prices_of":"2026-05-04","total":{`+all+`},
			"by_day":[
				{"key":"2026-05-01",`+first+`,"by_provider":[{"key":"anthropic",`+first+`}]},
				{"key":"2026-05-02",`+second+`,"by_provider":[{"key":"anthropic",`+second+`}]},
				{"key":"2026-05-03",`+third+`,"by_provider":[{"key":"openai",`+third+`}]}],
			"by_provider":[{"key":"anthropic",`+both+`},{"key":"openai",`+third+`}],
			"by_model":[{"key":"claude-sonnet-4-20250514",`+both+`},{"key":"gpt-4o",`+third+`}],
			"by_purpose":[{"key":"proxy",`+third+`},{"key":"spec",`+both+`}]}`)
		checkJSON(t, "one day", w.do(t, key(ada.key), "GET /user/ai/usage?from=2026-05-03&to=2026-05-03", "").body, `{
			"from":"2026-05-03","to":"2026-05-03","prices_of":"2026-05-04","total":{`+third+`},
			"by_day":[{"key":"2026-05-03",`+third+`,"by_provider":[{"key":"openai",`+third+`}]}],"by_provider":[{"key":"openai",`+third+`}],
			"by_model":[{"key":"gpt-4o",`+third+`}],"by_purpose":[{"key":"proxy",`+third+`}]}`)
		nothing := `"prices_of":"2026-05-04","total":{` + none + `},"by_day":[],"by_provider":[],"by_model":[],"by_purpose":[]}`
		checkJSON(t, "Bob's", w.do(t, key(bob.key), "GET /user/ai/usage?to=2026-05-30", "").body, `{"from":"2026-05-01","to":"2026-05-30",`+nothing)

		before := time.Now().UTC()
		got := w.must(t, key(bob.key), "GET /user/ai/usage", "")
		after := time.Now().UTC()
		if got["to"] != before.Format(time.DateOnly) && got["to"] != after.Format(time.DateOnly) {
			t.Errorf("without days it ends on %v, want today", got["to"])
		}
		to, err := time.Parse(time.DateOnly, fmt.Sprint(got["to"]))
		if err != nil || got["from"] != to.AddDate(0, 0, -29).Format(time.DateOnly) {
			t.Errorf("without days it is from %v to %v, want 30 days", got["from"], got["to"])
		}
	})
}

func TestSpentThisMonth(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		cost := 3 * llm.Dollar / 2
		request := usage.Request{ID: "now", Owner: ada.user.Owner, At: time.Now().UTC().Truncate(time.Microsecond), Provider: "openai", Model: "gpt-4o", Purpose: usage.Spec, Outcome: usage.Complete, Cost: &cost}
		earlier := request
		earlier.ID, earlier.At = "earlier", request.At.AddDate(0, -2, 0)
		if err := w.store.AddRequests(t.Context(), []usage.Request{request, earlier}); err != nil {
			t.Fatal(err)
		}
		for provider, want := range map[string]float64{"openai": 1.5, "anthropic": 0} {
			if got := w.statusOf(t, ada, provider)["spent_this_month"]; got != want {
				t.Errorf("this month has cost %v at %s, want %v", got, provider, want)
			}
		}
	})
}

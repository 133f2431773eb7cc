package api

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// patterns are what a test may write instead of a value that it cannot know.
var patterns = map[string]*regexp.Regexp{
	"<time>":    regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`),
	"<date>":    regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
	"<uuid>":    regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`),
	"<key>":     regexp.MustCompile(`^nrp_[0-9a-f]{64}$`),
	"<keyid>":   regexp.MustCompile(`^ak_[0-9a-f]{16}$`),
	"<last4>":   regexp.MustCompile(`^[0-9a-f]{4}$`),
	"<request>": regexp.MustCompile(`^[a-z2-7]{26}$`),
	"<text>":    regexp.MustCompile(`^.+$`),
}

// checkJSON compares an answer with what it must be, field by field: none may
// be missing and none be there unannounced.
func checkJSON(t *testing.T, what, got, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("%s: the test is wrong: %v in %s", what, err, want)
	}
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("%s: %v in %s", what, err, got)
	}
	if diff := cmp.Diff(w, masked(g, w)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// masked returns a value with the patterns of another put where they match.
func masked(got, want any) any {
	switch w := want.(type) {
	case string:
		if _, ok := got.(float64); ok && w == "<number>" {
			return want
		}
		if p, ok := patterns[w]; ok {
			if s, ok := got.(string); ok && p.MatchString(s) {
				return want
			}
		}
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			out := map[string]any{}
			for name, v := range g {
				out[name] = masked(v, w[name])
			}
			return out
		}
	case []any:
		if g, ok := got.([]any); ok && len(g) == len(w) {
			out := make([]any, len(g))
			for i := range g {
				out[i] = masked(g[i], w[i])
			}
			return out
		}
	}
	return got
}

// find returns the entry of a list in an answer that has a label.
func find(t *testing.T, body, list, label string) map[string]any {
	t.Helper()
	var v map[string][]map[string]any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatal(err)
	}
	for _, entry := range v[list] {
		if entry["label"] == label {
			return entry
		}
	}
	t.Fatalf("there is no %s in %s", label, body)
	return nil
}

func jsonOf(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

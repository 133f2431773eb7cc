package llm_test

import (
	"context"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
)

// provider is a model whose provider has retired some.
type provider struct {
	gone  map[string]int // wire id -> status
	asked []string
}

func (p *provider) Stream(ctx context.Context, r llm.Request) iter.Seq2[llm.Part, error] {
	return func(yield func(llm.Part, error) bool) {
		p.asked = append(p.asked, r.Model)
		if status, ok := p.gone[r.Model]; ok {
			yield(nil, &llm.Error{Kind: llm.NoModel, Provider: llm.Anthropic, Model: r.Model, Status: status})
			return
		}
		llmtest.Echo{}.Stream(ctx, r)(yield)
	}
}

func TestWithSuccessors(t *testing.T) {
	heirs := func(wire string) []string {
		if wire == "one" {
			return []string{"two", "three"}
		}
		return nil
	}
	for _, test := range []struct {
		name   string
		gone   map[string]int
		ask    []string // one request each
		asked  []string // of the provider
		answer string   // the model that gave the last answer; "" if none did
	}{
		{"alive", nil, []string{"one", "one"}, []string{"one", "one"}, "one"},
		{"retired, and remembered", map[string]int{"one": 404}, []string{"one", "one"}, []string{"one", "two", "two"}, "two"},
		{"two retired", map[string]int{"one": 404, "two": 404}, []string{"one", "one"}, []string{"one", "two", "three", "three"}, "three"},
		{"all retired", map[string]int{"one": 404, "two": 404, "three": 404}, []string{"one", "one"}, []string{"one", "two", "three", "one", "two", "three"}, ""},
		{"without successors", map[string]int{"two": 404}, []string{"two"}, []string{"two"}, ""},
		{"not for this key", map[string]int{"one": 403}, []string{"one"}, []string{"one"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &provider{gone: test.gone}
			m := llm.WithSuccessors(p, heirs)
			var answer llm.Answer
			var err error
			for _, model := range test.ask {
				answer, err = llm.Collect(m.Stream(t.Context(), llm.Request{Model: model, Messages: []llm.Message{{Role: llm.User, Text: "Hello."}}}))
			}
			if answer.Stop.Model != test.answer || (err == nil) != (test.answer != "") {
				t.Errorf("%q answered, error %v, want %q", answer.Stop.Model, err, test.answer)
			}
			if diff := cmp.Diff(test.asked, p.asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}

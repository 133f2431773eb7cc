package llm_test

import (
	"encoding/json"
	"errors"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

func stream(err error, parts ...llm.Part) iter.Seq2[llm.Part, error] {
	return func(yield func(llm.Part, error) bool) {
		for _, p := range parts {
			if !yield(p, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

func TestCollect(t *testing.T) {
	broken := errors.New("broken")
	call := llm.NewToolCall("1", "look", `{"at":"bees"}`)
	for _, test := range []struct {
		name  string
		parts iter.Seq2[llm.Part, error]
		want  llm.Answer
		err   error
	}{
		{
			name: "everything",
			parts: stream(nil,
				llm.Reasoning{Text: "Hm"}, llm.Reasoning{Text: "m."}, llm.Reasoning{Signature: "s"},
				llm.Reasoning{Sealed: "x"},
				llm.Reasoning{Text: "And?"},
				llm.Text("Look"), llm.Text("ing."),
				llm.ToolDelta{ID: "1", Name: "look"}, llm.ToolDelta{JSON: `{"at":"bees"}`}, call,
				llm.Usage{Input: 3}, llm.Stop{Reason: llm.StopTools, Model: "m"}),
			want: llm.Answer{
				Text:      "Looking.",
				Reasoning: []llm.Reasoning{{Text: "Hmm.", Signature: "s"}, {Sealed: "x"}, {Text: "And?"}},
				Calls:     []llm.ToolCall{call},
				Usage:     llm.Usage{Input: 3},
				Stop:      llm.Stop{Reason: llm.StopTools, Model: "m"},
			},
		},
		{
			name:  "what came before an error stands",
			parts: stream(broken, llm.Reasoning{Text: "Hm"}, llm.Text("Look"), llm.Usage{Input: 3}),
			want:  llm.Answer{Text: "Look", Reasoning: []llm.Reasoning{{Text: "Hm"}}, Usage: llm.Usage{Input: 3}},
			err:   broken,
		},
		{name: "nothing", parts: stream(nil)},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := llm.Collect(test.parts)
			if err != test.err {
				t.Errorf("error %v, want %v", err, test.err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNewToolCall(t *testing.T) {
	for in, want := range map[string]llm.ToolCall{
		"":               {Input: json.RawMessage(`{}`)},
		"  \n":           {Input: json.RawMessage(`{}`)},
		` {"a": 1} `:     {Input: json.RawMessage(`{"a": 1}`)},
		`{"a": `:         {Input: json.RawMessage(`{}`), Broken: `{"a": `},
		`[1]`:            {Input: json.RawMessage(`{}`), Broken: `[1]`},
		`"text"`:         {Input: json.RawMessage(`{}`), Broken: `"text"`},
		`null`:           {Input: json.RawMessage(`{}`), Broken: `null`},
		`{"a":1}{"b":2}`: {Input: json.RawMessage(`{}`), Broken: `{"a":1}{"b":2}`},
	} {
		want.ID, want.Name = "1", "look"
		if diff := cmp.Diff(want, llm.NewToolCall("1", "look", in)); diff != "" {
			t.Errorf("NewToolCall of %q (-want +got):\n%s", in, diff)
		}
	}
}

// A conversation can be stored and read again.
func TestMessageJSON(t *testing.T) {
	want := llm.Answer{
		Text:      "Looking.",
		Reasoning: []llm.Reasoning{{Text: "Hm.", Signature: "s"}, {Sealed: "x"}},
		Calls:     []llm.ToolCall{llm.NewToolCall("1", "look", `{"at":"bees"}`), llm.NewToolCall("2", "look", `{`)},
	}.Message()
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got llm.Message
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
}

func TestValidate(t *testing.T) {
	one := []llm.Message{{Role: llm.User, Text: "Hello."}}
	tools := []llm.Tool{{Name: "look", Input: json.RawMessage(`{"type":"object"}`)}}
	for name, test := range map[string]struct {
		r    llm.Request
		want string
	}{
		"good":             {llm.Request{Model: "m", Messages: one, Tools: tools, Choice: llm.MustCall}, ""},
		"no model":         {llm.Request{Messages: one}, "without a model"},
		"no messages":      {llm.Request{Model: "m"}, "without messages"},
		"negative limit":   {llm.Request{Model: "m", Messages: one, MaxTokens: -1}, "negative MaxTokens"},
		"schema and tools": {llm.Request{Model: "m", Messages: one, Tools: tools, Schema: &llm.Schema{Name: "s"}}, "both a schema and tools"},
		"call what":        {llm.Request{Model: "m", Messages: one, Choice: llm.MustCall}, "must call a tool and has none"},
	} {
		t.Run(name, func(t *testing.T) { checkLoad(t, test.r.Validate(), test.want) })
	}
}

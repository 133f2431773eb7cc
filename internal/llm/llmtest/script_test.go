package llmtest_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
)

func ask(text string) llm.Request {
	return llm.Request{Model: "m", Messages: []llm.Message{{Role: llm.User, Text: text}}}
}

func TestScript(t *testing.T) {
	broken := errors.New("broken")
	call := llm.NewToolCall("1", "look", `{"at":"bees"}`)
	s := llmtest.NewScript(
		llmtest.Call("1", "look", `{"at":"bees"}`),
		llmtest.Say("Two bees."),
		llmtest.Fail("Two", broken),
	)
	for i, want := range []llm.Answer{
		{Calls: []llm.ToolCall{call}, Usage: llm.Usage{Input: 1, Output: 1}, Stop: llm.Stop{Reason: llm.StopTools, Model: "m"}},
		{Text: "Two bees.", Usage: llm.Usage{Input: 1, Output: 2}, Stop: llm.Stop{Reason: llm.StopEnd, Model: "m"}},
	} {
		got, err := llm.Collect(s.Stream(t.Context(), ask("Look.")))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("answer %d (-want +got):\n%s", i+1, diff)
		}
	}
	if got, err := llm.Collect(s.Stream(t.Context(), ask("Look."))); got.Text != "Two" || err != broken {
		t.Errorf("%q, %v, want %q and %v", got.Text, err, "Two", broken)
	}
	if _, err := llm.Collect(s.Stream(t.Context(), ask("More."))); err == nil {
		t.Error("asked once more, the script answered")
	}
	if r := s.Requests(); len(r) != 4 || r[3].Messages[0].Text != "More." {
		t.Errorf("requests: %v", r)
	}
}

func TestHang(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var text string
	var last error
	for p, err := range llmtest.NewScript(llmtest.Hang("Two")).Stream(ctx, ask("Look.")) {
		if p, ok := p.(llm.Text); ok {
			text = string(p)
			cancel()
		}
		last = err
	}
	if kind, _ := llm.KindOf(last); text != "Two" || kind != llm.Cancelled {
		t.Errorf("%q, %v, want %q and a cancelled request", text, last, "Two")
	}
}

func TestEcho(t *testing.T) {
	got, err := llm.Collect(llmtest.Echo{}.Stream(t.Context(), ask("How are you?")))
	if err != nil || got.Text != "How are you?" || got.Usage.Output != 3 {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = llm.Collect(llmtest.Echo{}.Stream(t.Context(), llm.Request{}))
	if kind, _ := llm.KindOf(err); err == nil || kind != llm.BadRequest {
		t.Errorf("an empty request: %v", err)
	}
}

package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
)

func call(name, input string) llm.ToolCall { return llm.NewToolCall("", name, input) }

func down() error { return &llm.Error{Kind: llm.Overloaded, Provider: llm.Anthropic} }

// stories are what models do, and what becomes of it.
func TestStories(t *testing.T) {
	rounds := func(n int) (all []llmtest.Turn) {
		for k := range n {
			all = append(all, llmtest.Calls(call("read", fmt.Sprintf(`{"n":%d}`, k))))
		}
		return all
	}
	many := func(name string, n int) (all []llm.ToolCall) {
		for k := range n {
			all = append(all, call(name, fmt.Sprintf(`{"n":%d}`, k)))
		}
		return all
	}
	cutOff := llmtest.Say("half")
	cutOff.Parts[len(cutOff.Parts)-1] = llm.Stop{Reason: llm.StopLength}
	for name, tt := range map[string]struct {
		turns []llmtest.Turn
		want  string
		did   []string
		say   string // that a model was told of a call that failed
	}{
		"an answer": {turns: []llmtest.Turn{llmtest.Say("hello you")}, want: "done: step text(hello you)"},
		"a tool": {turns: []llmtest.Turn{llmtest.Call("k1", "read", `{"a":1}`), llmtest.Say("found")},
			want: "done: step read=output-available card step text(found)", did: []string{`read {"a":1}`}},
		"a tool that changes": {turns: []llmtest.Turn{llmtest.Calls(call("write", `{}`)), llmtest.Say("ok")},
			want: "done: step write=output-available card step text(ok)", did: []string{"write {}"}},
		"changes in order": {turns: []llmtest.Turn{llmtest.Calls(call("write", `{"a":1}`), call("write", `{"a":2}`), call("write", `{"a":3}`)), llmtest.Say("ok")},
			want: "done: step write=output-available write=output-available write=output-available card card card step text(ok)",
			did:  []string{`write {"a":1}`, `write {"a":2}`, `write {"a":3}`}},
		"a tool that fails": {turns: []llmtest.Turn{llmtest.Calls(call("fail", `{}`)), llmtest.Say("sorry")},
			want: "done: step fail=output-error step text(sorry)", did: []string{"fail {}"}, say: "Something went wrong"},
		"no such tool": {turns: []llmtest.Turn{llmtest.Calls(call("rm_rf", `{}`)), llmtest.Say("sorry")},
			want: "done: step rm_rf=output-error step text(sorry)", say: "There are: read, write, destroy, fail."},
		"arguments that do not fit, then some that do": {turns: []llmtest.Turn{llmtest.Calls(call("read", `{"x":"wrong"}`)), llmtest.Calls(call("read", `{}`)), llmtest.Say("ok")},
			want: "done: step read=output-error step read=output-available card step text(ok)", did: []string{"read {}"}, say: "id must be a number"},
		"arguments that are not JSON": {turns: []llmtest.Turn{llmtest.Calls(llm.ToolCall{Name: "read", Input: []byte("{}"), Broken: `{"a`}), llmtest.Say("ok")},
			want: "done: step read=output-error step text(ok)", say: "not a JSON object"},
		"wrong again and again": {turns: []llmtest.Turn{llmtest.Calls(call("read", `{"x":"wrong1"}`)), llmtest.Calls(call("none", `{}`)), llmtest.Calls(call("read", `{"x":"wrong2"}`)), llmtest.Say("I cannot")},
			want: "done: step read=output-error step none=output-error step read=output-error notice:limit step text(I cannot)"},
		"the same call": {turns: []llmtest.Turn{llmtest.Calls(call("read", `{"a":1,"b":2}`)), llmtest.Calls(call("read", `{"b":2, "a":1}`)), llmtest.Calls(call("read", `{"a":1,"b":2}`)), llmtest.Say("well")},
			want: "done: step read=output-available card step read=output-available card step read=output-error notice:repeated step text(well)",
			did:  []string{`read {"a":1,"b":2}`, `read {"a":1,"b":2}`}, say: "would tell the same"},
		"calls although it may not": {turns: append(rounds(2), llmtest.Calls(call("read", `{"n":0}`)), llmtest.Calls(call("read", `{"n":0}`)), llmtest.Calls(call("write", `{}`))),
			want: "done: step read=output-available card step read=output-available card step read=output-available card step read=output-error notice:repeated step write=output-error",
			did:  []string{`read {"n":0}`, `read {"n":1}`, `read {"n":0}`}},
		"too many at a time": {turns: []llmtest.Turn{llmtest.Calls(many("write", callsPerRound+1)...), llmtest.Say("ok")},
			want: "done: step" + strings.Repeat(" write=output-available", callsPerRound) + " write=output-error" + strings.Repeat(" card", callsPerRound) + " step text(ok)",
			say:  "At most 8 calls"},
		"too many rounds": {turns: append(rounds(maxRounds-1), llmtest.Say("enough")),
			want: "done:" + strings.Repeat(" step read=output-available card", maxRounds-1) + " notice:limit step text(enough)"},
		"cut off":       {turns: []llmtest.Turn{cutOff}, want: "done: step text(half) notice:truncated"},
		"nothing":       {turns: []llmtest.Turn{llmtest.Calls()}, want: "failed: step"},
		"another model": {turns: []llmtest.Turn{llmtest.Fail("", down()), llmtest.Say("here")}, want: "done: notice:fallback step text(here)"},
		"all are down":  {turns: slices.Repeat([]llmtest.Turn{llmtest.Fail("", down())}, maxFallbacks+1), want: "failed: notice:fallback notice:fallback notice:fallback"},
		"down in the middle": {turns: []llmtest.Turn{llmtest.Fail("I was", down())},
			want: "failed: step text(I was)"},
		"a key that opens nothing": {turns: []llmtest.Turn{llmtest.Fail("", &llm.Error{Kind: llm.BadKey, Provider: llm.Anthropic})}, want: "failed:"},
		"too long for the model":   {turns: []llmtest.Turn{llmtest.Fail("", &llm.Error{Kind: llm.TooLong}), llmtest.Say("ok")}, want: "done: step text(ok)"},
		"a destroying tool": {turns: []llmtest.Turn{llmtest.Calls(call("destroy", `{}`), call("write", `{}`), call("read", `{}`))},
			want: "waiting: step destroy=approval-requested write=input-available read=output-available card", did: []string{"read {}"}},
		"thoughts": {turns: []llmtest.Turn{{Parts: []llm.Part{llm.Reasoning{Text: "hm"}, llm.Reasoning{Text: "m"}, llm.Reasoning{Signature: "s"}, llm.Text("so"), llm.Usage{}, llm.Stop{Reason: llm.StopEnd}}}},
			want: "done: step reasoning(hmm) text(so)"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, tt.turns...)
			m := w.ask(t, "please")
			if got := strings.TrimSpace(tell(m)); got != tt.want {
				t.Errorf("answer\n%s\nwant\n%s\n%s", got, tt.want, m.Error)
			}
			if tt.did != nil {
				if diff := cmp.Diff(tt.did, w.tools.did()); diff != "" {
					t.Errorf("done (-want +got):\n%s", diff)
				}
			}
			if m.State == conversation.Failed && m.Error == "" {
				t.Error("the person is not told why it failed")
			}
			requests := w.model.Requests()
			if len(requests) != len(tt.turns) {
				t.Errorf("the model was asked %d times, want %d", len(requests), len(tt.turns))
			}
			last := requests[len(requests)-1]
			if said := fmt.Sprint(last.Messages); tt.say != "" && !strings.Contains(said, tt.say) {
				t.Errorf("the model was told %s, want %q in it", said, tt.say)
			}
			if strings.Contains(fmt.Sprint(last.Messages), "disk") || strings.Contains(fmt.Sprint(m), "disk") {
				t.Error("the inside of a failure is told")
			}
			for _, r := range requests {
				checkPairs(t, r.Messages)
			}
			stored, err := w.store.Conversation(t.Context(), 1, "c")
			if err != nil || len(stored.Messages) != 2 {
				t.Fatalf("stored: %v, %v", stored, err)
			}
			if diff := cmp.Diff(tell(m), tell(stored.Messages[1])); diff != "" || stored.Hold.Holder != "" {
				t.Errorf("stored, held by %q (-told +stored):\n%s", stored.Hold.Holder, diff)
			}
			ids := map[string]bool{}
			for _, c := range m.Calls() {
				if ids[c.ID] || conversation.CheckID("", c.ID) != nil {
					t.Errorf("a call has the id %q", c.ID)
				}
				ids[c.ID] = true
			}
		})
	}
}

// checkPairs checks that every call has its result right behind it.
func checkPairs(t *testing.T, messages []llm.Message) {
	t.Helper()
	if n := len(messages); n == 0 || messages[0].Role != llm.User || messages[n-1].Role != llm.User {
		t.Errorf("a question does not begin and end with the person: %v", messages)
	}
	var open []string
	for _, m := range messages {
		var got []string
		for _, r := range m.Results {
			got = append(got, r.ID)
		}
		if !slices.Equal(open, got) {
			t.Errorf("calls %v have the results %v", open, got)
		}
		open = nil
		for _, c := range m.Calls {
			open = append(open, c.ID)
		}
	}
	if len(open) > 0 {
		t.Errorf("calls %v have no results", open)
	}
}

// Tools that only read run together, a few at a time.
func TestReadsRunTogether(t *testing.T) {
	var calls []llm.ToolCall
	for k := range 6 {
		calls = append(calls, call("read", fmt.Sprintf(`{"n":%d}`, k)))
	}
	w := newWorld(t, llmtest.Calls(calls...), llmtest.Say("ok"))
	w.tools.began, w.tools.hold = make(chan struct{}, len(calls)), make(chan struct{})
	r := w.begin(t, "please")
	for range parallelCalls {
		<-w.tools.began // so many have begun, and none has ended
	}
	close(w.tools.hold)
	m := w.finish(t, r)
	if w.tools.most != parallelCalls || m.State != conversation.Done {
		t.Errorf("%d at a time, want %d: %s", w.tools.most, parallelCalls, tell(m))
	}
}

func TestApprovals(t *testing.T) {
	ask := func() llmtest.Turn {
		return llmtest.Calls(call("destroy", `{"n":1}`), call("destroy", `{"n":2}`), call("write", `{}`))
	}
	for name, tt := range map[string]struct {
		approval  Approval
		decisions []Decision
		want      string
		did       []string
	}{
		"yes to both": {AskDestructive, []Decision{{Approved: true}, {Approved: true}},
			"done: step destroy=output-available destroy=output-available write=output-available card card card step text(ok)",
			[]string{`destroy {"n":1}`, `destroy {"n":2}`, "write {}"}},
		"no to one": {AskDestructive, []Decision{{Approved: false}, {Approved: true}},
			"done: step destroy=output-denied destroy=output-available write=output-available card card step text(ok)",
			[]string{`destroy {"n":2}`, "write {}"}},
		"no to all that changes": {AskEvery, []Decision{{}, {}, {}},
			"done: step destroy=output-denied destroy=output-denied write=output-denied step text(ok)", nil},
		"not asked": {AskNever, nil,
			"done: step destroy=output-available destroy=output-available write=output-available card card card step text(ok)",
			[]string{`destroy {"n":1}`, `destroy {"n":2}`, "write {}"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, ask(), llmtest.Say("ok"))
			w.ada.Approval = tt.approval
			m := w.ask(t, "please")
			if tt.decisions != nil {
				if m.State != conversation.Waiting || len(w.tools.did()) != 0 {
					t.Fatalf("before it was allowed: %s, done %v", tell(m), w.tools.did())
				}
				w.again(t, llmtest.Say("ok")) // the person comes back after a restart
			}
			for k, d := range tt.decisions {
				d.Approval = m.Calls()[k].Approval
				r, err := w.Decide(t.Context(), w.ada, "c", d)
				if err != nil || (r != nil) != (k == len(tt.decisions)-1) {
					t.Fatalf("decision %d: %v, %v", k, r, err)
				}
				if _, err := w.Decide(t.Context(), w.ada, "c", d); !fault.Is(err, fault.Conflict) {
					t.Errorf("decided twice: %v", err)
				}
				if r != nil {
					if from := r.From(); len(from.Parts) == 0 {
						t.Error("the answer begins anew")
					}
					m = w.finish(t, r)
				}
			}
			if got := tell(m); got != tt.want {
				t.Errorf("answer\n%s\nwant\n%s", got, tt.want)
			}
			if diff := cmp.Diff(tt.did, w.tools.did()); diff != "" {
				t.Errorf("done (-want +got):\n%s", diff)
			}
			checkPairs(t, w.model.Requests()[len(w.model.Requests())-1].Messages)
		})
	}
}

// What a person allowed for the conversation is not asked about again, and a
// new message takes back what is open.
func TestRemembered(t *testing.T) {
	w := newWorld(t, llmtest.Calls(call("destroy", `{"n":1}`)), llmtest.Say("one"), llmtest.Calls(call("destroy", `{"n":2}`)), llmtest.Say("two"))
	m := w.ask(t, "please")
	r, err := w.Decide(t.Context(), w.ada, "c", Decision{Approval: m.Calls()[0].Approval, Approved: true, Remember: true})
	if err != nil {
		t.Fatal(err)
	}
	w.finish(t, r)
	if m := w.ask(t, "again"); m.State != conversation.Done || len(w.tools.did()) != 2 {
		t.Errorf("%s, done %v", tell(m), w.tools.did())
	}
}

func TestANewMessageDeniesWhatIsOpen(t *testing.T) {
	w := newWorld(t, llmtest.Calls(call("destroy", `{}`)), llmtest.Say("fine"))
	m := w.ask(t, "please")
	w.ask(t, "no, wait")
	if _, err := w.Decide(t.Context(), w.ada, "c", Decision{Approval: m.Calls()[0].Approval, Approved: true}); err == nil {
		t.Error("what was open can still be allowed")
	}
	c, err := w.Get(t.Context(), 1, "c")
	if err != nil {
		t.Fatal(err)
	}
	if got := tell(c.Messages[1]); got != "done: step destroy=output-denied" || len(w.tools.did()) != 0 {
		t.Errorf("%s, done %v", got, w.tools.did())
	}
	if said := fmt.Sprint(w.model.Requests()[1].Messages); !strings.Contains(said, "did not allow") {
		t.Errorf("the model was told %s", said)
	}
}

func TestUndo(t *testing.T) {
	w := newWorld(t, llmtest.Calls(call("write", `{}`)), llmtest.Say("ok"))
	m := w.ask(t, "please")
	if len(m.Changes) != 1 || m.Parts[2].Card.Change != m.Changes[0].ID || m.Parts[2].Card.ID == "" || m.Parts[2].Card.Tool != "write" {
		t.Fatalf("changes %v, card %v", m.Changes, m.Parts[2].Card)
	}
	w.again(t)
	w.tools.clash = true
	if err := w.Undo(t.Context(), w.ada, "c", m.Changes[0].ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("changed since: %v", err)
	}
	w.tools.clash = false
	if err := w.Undo(t.Context(), w.ada, "c", m.Changes[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := w.Undo(t.Context(), w.ada, "c", m.Changes[0].ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("twice: %v", err)
	}
	bob := w.ada
	bob.Owner = 2
	if err := w.Undo(t.Context(), bob, "c", m.Changes[0].ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else: %v", err)
	}
	if diff := cmp.Diff([]string{`{"kind":"write"}`}, w.tools.undone); diff != "" {
		t.Error(diff)
	}
}

func TestModels(t *testing.T) {
	w := newWorld(t, llmtest.Say("one"), llmtest.Say("two"), llmtest.Say("three"))
	ask := func(model string) (conversation.Message, error) {
		r, err := w.Ask(t.Context(), w.ada, Question{Conversation: "c", Text: "please", Model: model})
		if err != nil {
			return conversation.Message{}, err
		}
		return w.finish(t, r), nil
	}
	for _, tt := range []struct{ asked, want string }{{"", "sonnet"}, {"Haiku", "haiku"}, {"", "haiku"}} {
		if m, err := ask(tt.asked); err != nil || m.Model != tt.want {
			t.Errorf("asked %q, answered by %q, %v", tt.asked, m.Model, err)
		}
	}
	if _, err := ask("opus"); !fault.Is(err, fault.Forbidden) || !strings.Contains(err.Error(), "Add a key.") {
		t.Errorf("one that cannot be asked: %v", err)
	}
	if _, err := ask("gpt-9"); !fault.Is(err, fault.Invalid) {
		t.Errorf("one that is not there: %v", err)
	}
	w.ada.ID = "nobody"
	if _, err := ask(""); !fault.Is(err, fault.Forbidden) || fault.Message(err) != "Add a key." {
		t.Errorf("nothing to ask: %v", err)
	}
}

// One answer at a time, which goes on without its reader and can be stopped.
func TestRunAndStop(t *testing.T) {
	w := newWorld(t, llmtest.Hang("I am thinking"), llmtest.Say("hello"))
	r := w.begin(t, "please")
	arrived := func(m conversation.Message) bool { return strings.Contains(tell(m), "thinking") }
	w.until(t, r, arrived)
	if _, err := w.Ask(t.Context(), w.ada, Question{Conversation: "c", Text: "and"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second answer at a time: %v", err)
	}
	// The first reader leaves; another one hears all from the beginning.
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, _, err := r.Next(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("who left: %v", err)
	}
	other, err := w.Listen(t.Context(), 1, "c")
	if err != nil || other == nil {
		t.Fatal(other, err)
	}
	w.until(t, other, arrived)
	if err := w.Stop(t.Context(), 1, "c"); err != nil {
		t.Fatal(err)
	}
	if m := w.finish(t, other); tell(m) != "stopped: step text(I am thinking)" {
		t.Errorf("stopped: %s", tell(m))
	}
	if none, err := w.Listen(t.Context(), 1, "c"); none != nil || err != nil {
		t.Errorf("after that there is %v, %v to hear", none, err)
	}
	if m := w.ask(t, "and"); m.State != conversation.Done {
		t.Errorf("after that: %s", tell(m))
	}
	checkPairs(t, w.model.Requests()[1].Messages)
}

// A server that stops keeps what arrived, and the answer can be written again.
func TestClose(t *testing.T) {
	w := newWorld(t, llmtest.Hang("I am"))
	r := w.begin(t, "please")
	w.until(t, r, func(m conversation.Message) bool { return strings.Contains(tell(m), "I am") })
	w.again(t, llmtest.Say("done"))
	if m := w.finish(t, r); m.State != conversation.Failed || m.Error != errStopping.Message {
		t.Errorf("%s, %q", tell(m), m.Error)
	}
	again, err := w.Ask(t.Context(), w.ada, Question{Conversation: "c", Again: Last})
	if err != nil {
		t.Fatal(err)
	}
	if m := w.finish(t, again); tell(m) != "done: step text(done)" {
		t.Errorf("again: %s", tell(m))
	}
	c, err := w.Get(t.Context(), 1, "c")
	if err != nil || len(c.Messages) != 2 {
		t.Errorf("%d messages, %v", len(c.Messages), err)
	}
}

func TestEditAndFork(t *testing.T) {
	w := newWorld(t, llmtest.Say("one"), llmtest.Say("two"), llmtest.Say("three"), llmtest.Say("four"))
	w.ask(t, "first")
	w.ask(t, "second")
	c, err := w.Get(t.Context(), 1, "c")
	if err != nil {
		t.Fatal(err)
	}
	used := c.Used()
	fork, err := w.Fork(t.Context(), 1, "c", c.Messages[1].ID)
	if err != nil || len(fork.Messages) != 2 || fork.ID == "c" {
		t.Fatalf("fork %v, %v", fork, err)
	}
	r, err := w.Ask(t.Context(), w.ada, Question{Conversation: "c", Text: "better", Replaces: c.Messages[0].ID})
	if err != nil {
		t.Fatal(err)
	}
	w.finish(t, r)
	c, err = w.Get(t.Context(), 1, "c")
	if err != nil || len(c.Messages) != 2 || c.Messages[0].Texts() != "better" || c.Title != "better" || c.Messages[1].Texts() != "three" {
		t.Errorf("edited: %v, %v", c, err)
	}
	if got := c.Used(); got.In != used.In+1 || got.Cost != used.Cost+1000 {
		t.Errorf("used %v, then %v: what is gone was paid for, too", used, got)
	}
	r, err = w.Ask(t.Context(), w.ada, Question{Conversation: fork.ID, Text: "on"})
	if err != nil {
		t.Fatal(err)
	}
	w.finish(t, r)
	if said := w.model.Requests()[3].Messages; len(said) != 3 || said[0].Text != "first" {
		t.Errorf("the fork asks %v", said)
	}
}

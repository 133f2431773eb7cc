package agent

import (
	"fmt"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
)

// turnWith is a turn in which tools gave results of so many words.
func turnWith(text string, results ...int) []llm.Message {
	t := []llm.Message{{Role: llm.User, Text: text}}
	for k, n := range results {
		id := fmt.Sprintf("%s%d", text, k)
		t = append(t,
			llm.Message{Role: llm.Assistant, Calls: []llm.ToolCall{{ID: id, Name: "read", Input: []byte("{}")}}},
			llm.Message{Role: llm.User, Results: []llm.ToolResult{{ID: id, Text: strings.Repeat("word ", n)}}})
	}
	return t
}

func answered(t []llm.Message) []llm.Message {
	return append(t, llm.Message{Role: llm.Assistant, Text: "so it is"})
}

func TestFit(t *testing.T) {
	long := [][]llm.Message{
		answered(turnWith("first", 2000)), answered(turnWith("second", 2000)), turnWith("last", 2000, 2000, 2000),
	}
	var before []string
	for _, turn := range long {
		before = append(before, fmt.Sprint(turn))
	}
	whole := sizeOf(long)
	for _, room := range []int{whole, whole - 1, 12_000, 8_000, 5_500, 3_000, 1_500, 600} {
		kept, earlier, compacted := fit(long, room)
		if compacted != (room < whole) {
			t.Errorf("in %d: compacted %v", room, compacted)
		}
		if size := sizeOf(kept) + llm.Tokens(earlier); size > room && room > 1000 {
			t.Errorf("in %d: takes %d", room, size)
		}
		var all []llm.Message
		for _, turn := range kept {
			all = append(all, turn...)
		}
		checkPairs(t, all)
		last := kept[len(kept)-1]
		if last[0].Text != "last" || len(last[len(last)-1].Results) != 1 {
			t.Errorf("in %d: the last turn is %v", room, last)
		}
		if (len(kept) < 3) != (earlier != "") || earlier != "" && !strings.Contains(earlier, "- first") {
			t.Errorf("in %d: %d turns are kept, earlier %q", room, len(kept), earlier)
		}
	}
	for k, turn := range long {
		if fmt.Sprint(turn) != before[k] {
			t.Errorf("turn %d was changed", k)
		}
	}
}

// A person's message that is longer than everything is never cut.
func TestFitKeepsWhatThePersonSaid(t *testing.T) {
	text := strings.Repeat("please ", 5000)
	kept, _, _ := fit([][]llm.Message{answered(turnWith("old", 100)), turnWith(text)}, 500)
	if len(kept) != 1 || kept[0][0].Text != text {
		t.Error("what the person said last is not there as it was")
	}
}

// A long conversation is told to be shortened, once, and the model is asked
// with less if it says that it is too long.
func TestCompaction(t *testing.T) {
	w := newWorld(t,
		llmtest.Calls(call("read", `{"n":1}`)), llmtest.Calls(call("read", `{"n":2}`)),
		llmtest.Fail("", &llm.Error{Kind: llm.TooLong, Provider: llm.WorkersAI}), llmtest.Say("ok"))
	w.tools.long = strings.Repeat(" long", 6_000)
	r, err := w.Ask(t.Context(), w.ada, Question{Conversation: "c", Text: "please", Model: "qwen-30b"})
	if err != nil {
		t.Fatal(err)
	}
	m := w.finish(t, r)
	if got := strings.Count(tell(m), "notice:compacted"); m.State != conversation.Done || got != 1 {
		t.Errorf("%s, %s", tell(m), m.Error)
	}
	requests := w.model.Requests()
	third, last := requests[2], requests[3]
	if last.MaxTokens >= third.MaxTokens || sizeOf([][]llm.Message{last.Messages}) >= sizeOf([][]llm.Message{third.Messages}) {
		t.Error("too long, and asked with as much again")
	}
	checkPairs(t, last.Messages)
}

func TestPrompt(t *testing.T) {
	p := prompt(conversation.Conversation{Mode: conversation.Map, Idea: 12})
	if !strings.Contains(p, onMap) || !strings.Contains(p, "#12") {
		t.Errorf("the prompt is %s", p)
	}
	if p := prompt(conversation.Conversation{}); strings.Contains(p, "map of ideas") || strings.Contains(p, "#0") {
		t.Errorf("the prompt is %s", p)
	}
}

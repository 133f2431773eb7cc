package agent

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// system is the prompt of every conversation.
//
//go:embed prompt.md
var system string

// What a model is told of where the conversation is held.
const (
	onMap = "The conversation is held beside the map of ideas, which shows what you find, make, relate and merge: prefer the tools that the map can show."
	about = "The person has idea #%d open. \"This idea\" means that one; read it with a tool before you speak about it."
)

// question is what a model is asked.
type question struct {
	request   llm.Request
	used      int  // tokens, about
	compacted bool // not everything that was said is in it
}

// question makes the question that continues an answer. room is how many
// tokens of the model's window there are; last says that it may call nothing.
func (a *Agent) question(c conversation.Conversation, answer conversation.Message, e llm.Entry, room int, last bool) question {
	limit := max(shortestAnswer, min(e.MaxOutput, longestAnswer, room/4))
	r := llm.Request{Model: e.Wire, System: prompt(c), MaxTokens: limit, Cache: llm.CacheConversation}
	used := llm.Tokens(r.System)
	for _, t := range a.tools.All() {
		r.Tools = append(r.Tools, llm.Tool{Name: t.Name, Description: t.Description, Input: t.Input})
		used += llm.Tokens(t.Name) + llm.Tokens(t.Description) + llm.Tokens(string(t.Input))
	}
	if last && len(r.Tools) > 0 {
		r.Choice = llm.NoCall
	}
	turns := turnsOf(c.Messages, answer, e)
	kept, earlier, compacted := fit(turns, room-limit-used-wireRoom)
	if earlier != "" {
		r.System += "\n\n" + earlier
	}
	for _, t := range kept {
		r.Messages = append(r.Messages, t...)
	}
	return question{r, used + sizeOf(kept) + llm.Tokens(earlier), compacted}
}

// wireRoom is for what a provider puts around the messages, in tokens.
const wireRoom = 256

// prompt is what a model is told before everything else.
func prompt(c conversation.Conversation) string {
	var b strings.Builder
	b.WriteString(strings.TrimSpace(system))
	if c.Mode == conversation.Map {
		b.WriteString("\n\n" + onMap)
	}
	if c.Idea != 0 {
		fmt.Fprintf(&b, "\n\n"+about, c.Idea)
	}
	return b.String()
}

// turnsOf returns the conversation as models read it: for each message of the
// person one turn, which is that and what followed.
func turnsOf(messages []conversation.Message, answer conversation.Message, e llm.Entry) [][]llm.Message {
	var turns [][]llm.Message
	put := func(all ...llm.Message) {
		if n := len(turns); n > 0 {
			turns[n-1] = append(turns[n-1], all...)
		}
	}
	for k := range messages {
		m := &messages[k]
		if m.Role == llm.User {
			if n := len(turns); n > 0 && len(turns[n-1]) == 1 {
				put(llm.Message{Role: llm.Assistant, Text: "…"}) // nothing was answered; some refuse two turns in a row
			}
			turns = append(turns, []llm.Message{{Role: llm.User, Text: m.Texts()}})
			continue
		}
		put(said(m, false)...)
	}
	put(said(&answer, answer.Provider == e.Provider)...)
	return turns
}

// said returns an answer as models read it: for each step what the model said
// and called, and then the results. Thoughts go back only to who had them,
// while it still answers.
func said(m *conversation.Message, thoughts bool) []llm.Message {
	var all []llm.Message
	var step llm.Message
	var results []llm.ToolResult
	flush := func() {
		if step.Text != "" || len(step.Calls) > 0 {
			step.Role = llm.Assistant
			step.Text = strings.TrimRight(step.Text, " \t\n") // some refuse a turn that ends in white space
			all = append(all, step)
		}
		if len(results) > 0 {
			all = append(all, llm.Message{Role: llm.User, Results: results})
		}
		step, results = llm.Message{}, nil
	}
	for _, p := range m.Parts {
		switch p.Kind {
		case conversation.Step:
			flush()
		case conversation.Text:
			step.Text += p.Text
		case conversation.Reasoning:
			if thoughts && (p.Signature != "" || p.Sealed != "") {
				step.Reasoning = append(step.Reasoning, llm.Reasoning{Text: p.Text, Signature: p.Signature, Sealed: p.Sealed})
			}
		case conversation.Tool:
			input := p.Call.Input
			if len(input) == 0 {
				input = []byte("{}")
			}
			step.Calls = append(step.Calls, llm.ToolCall{ID: p.Call.ID, Name: p.Call.Tool, Input: input})
			results = append(results, resultOf(p.Call))
		}
	}
	flush()
	if n := len(all); n > 0 && all[n-1].Role == llm.Assistant && len(all[n-1].Calls) == 0 && all[n-1].Text == "" {
		all = all[:n-1]
	}
	return all
}

// resultOf returns what a model reads of a call: there is always something.
func resultOf(c *conversation.Call) llm.ToolResult {
	switch {
	case c.State == conversation.Answered && c.Output != "":
		return llm.ToolResult{ID: c.ID, Text: c.Output}
	case c.State == conversation.Answered:
		return llm.ToolResult{ID: c.ID, Text: "Done."}
	case c.Error != "":
		return llm.ToolResult{ID: c.ID, Text: c.Error, Failed: true}
	}
	return llm.ToolResult{ID: c.ID, Text: interrupted, Failed: true}
}

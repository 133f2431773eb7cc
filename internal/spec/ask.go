package spec

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// system is the prompt that every specification is written by.
//
//go:embed prompt.md
var system string

// How a model's window is shared, in tokens.
const (
	minRoom   = 12_000 // no specification is written with less
	maxAnswer = 16_000 // of one answer
	wireRoom  = 256    // for what a provider puts around the messages
)

// ask makes the question to a model whose window has this room, and says what
// was left out of it. written is what an earlier answer has, "" if there is
// none.
func ask(e llm.Entry, room int, m material, request, written string) (r llm.Request, omitted []string) {
	answer := min(e.MaxOutput, maxAnswer, room/2)
	left := room - answer - wireRoom - llm.Tokens(system)
	var before []llm.Message
	if written != "" {
		before = goOn(written, left/2)
		for _, b := range before {
			left -= llm.Tokens(b.Text)
		}
	}
	p := fit(m, request, left)
	text, _ := p.marked()
	return llm.Request{
		Model:     e.Wire,
		System:    system,
		Messages:  append([]llm.Message{{Role: llm.User, Text: text}}, before...),
		MaxTokens: answer,
	}, p.omitted
}

// goOn are the turns after the first that make a model go on where an answer
// broke off, of at most room tokens.
//
// The end of a conversation could also be the answer itself, which the model
// would go on with, but not every model takes that.
func goOn(written string, room int) []llm.Message {
	const plea = "Your answer broke off here. Go on with it exactly where it stops: what you write now is put " +
		"right behind it, with nothing in between. Repeat nothing of it, not even the last line or a heading, " +
		"say nothing about the break, and keep its language, its numbering and its form. " +
		"Write all sections that are still to come."
	const cut = " For lack of room only the end of your answer stands above. Its headings so far:\n"

	ask := plea
	room -= llm.Tokens(plea)
	if llm.Tokens(written) > room {
		// A quarter for the headings, the rest for the end.
		outline := llm.Head(headings(written), room/4)
		ask += cut + outline
		written = llm.Tail(written, room-llm.Tokens(outline)-llm.Tokens(cut))
	}
	// Some providers refuse a turn that ends in white space, or is empty.
	written = strings.TrimRight(written, " \t\n")
	if written == "" {
		written = "…"
	}
	return []llm.Message{{Role: llm.Assistant, Text: written}, {Role: llm.User, Text: ask}}
}

// headings returns the headings of a Markdown text, each on a line.
func headings(markdown string) string {
	var b strings.Builder
	fenced := false
	for line := range strings.Lines(markdown) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if !fenced && strings.HasPrefix(line, "#") {
			fmt.Fprintf(&b, "%s\n", strings.TrimSpace(line))
		}
	}
	return b.String()
}

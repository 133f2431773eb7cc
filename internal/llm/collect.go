package llm

import (
	"iter"
	"strings"
)

// Answer is an answer in one piece.
type Answer struct {
	Text      string
	Reasoning []Reasoning // one for each block
	Calls     []ToolCall
	Usage     Usage
	Stop      Stop
}

// Collect reads an answer to its end. With an error it returns what came
// before it.
func Collect(parts iter.Seq2[Part, error]) (Answer, error) {
	var a Answer
	var text strings.Builder
	var thought Reasoning
	var err error
	for p, e := range parts {
		if e != nil {
			err = e
			break
		}
		switch p := p.(type) {
		case Text:
			text.WriteString(string(p))
		case Reasoning:
			thought.Text += p.Text
			if p.Signature != "" || p.Sealed != "" {
				thought.Signature, thought.Sealed = p.Signature, p.Sealed
				a.Reasoning = append(a.Reasoning, thought)
				thought = Reasoning{}
			}
		case ToolCall:
			a.Calls = append(a.Calls, p)
		case Usage:
			a.Usage = p
		case Stop:
			a.Stop = p
		}
	}
	if thought != (Reasoning{}) {
		a.Reasoning = append(a.Reasoning, thought)
	}
	a.Text = text.String()
	return a, err
}

// Message returns the answer as a turn of the conversation, to be sent back
// with the next request.
func (a Answer) Message() Message {
	return Message{Role: Assistant, Text: a.Text, Reasoning: a.Reasoning, Calls: a.Calls}
}

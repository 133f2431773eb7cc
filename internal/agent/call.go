package agent

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// call does what the model wants: what only reads at once, what changes
// something in order, and what the person wants to be asked about not before
// they said yes. Whatever goes wrong is told to the model.
func (t *turn) call() (phase, error) {
	m, _, _ := t.message()
	var reads []int // that can run together
	flush := func() {
		parallel(reads, t.do)
		reads = nil
	}
	held := false // something waits for the person: later changes wait behind it
	inRound := 0
	for i, p := range m.Parts {
		switch {
		case p.Kind == conversation.Step:
			inRound = 0
			continue
		case p.Call == nil:
			continue
		}
		inRound++
		c := p.Call
		switch c.State {
		case conversation.Formed, conversation.Allowed:
		case conversation.Asking:
			held = true
			continue
		default:
			continue
		}
		tool, refusal, wrong := t.vet(m, i, inRound)
		switch {
		case refusal != "":
			t.run.call(i, func(c *conversation.Call) {
				c.State, c.Error, c.Wrong = conversation.Broken, refusal, wrong
			})
		case c.State == conversation.Formed && t.mustAsk(tool):
			held = true
			t.run.call(i, func(c *conversation.Call) {
				c.State, c.Approval = conversation.Asking, "approve_"+c.ID
			})
		case tool.Reads:
			reads = append(reads, i)
		case held:
		default:
			flush()
			t.do(i)
		}
		if err := t.ctx.Err(); err != nil {
			return done, err
		}
	}
	flush()
	if held {
		return waiting, nil
	}
	if m, _, _ = t.message(); onlyWrong(m) >= wrongRounds {
		t.finish(conversation.Limit, "The model calls its tools wrongly again and again, so it answers without them: another model may do better.")
	}
	return asking, nil
}

// mustAsk reports whether the person is asked before a tool runs.
func (t *turn) mustAsk(tool Tool) bool {
	for _, name := range t.about.Allowed {
		if name == tool.Name {
			return false
		}
	}
	return t.who.asked(tool)
}

// vet finds the tool of a call, or says to the model why it is not run. wrong
// says that the call itself is not right.
func (t *turn) vet(m conversation.Message, part, inRound int) (tool Tool, refusal string, wrong bool) {
	c := m.Parts[part].Call
	tool, ok := t.agent.find(c.Tool)
	if !ok {
		var names []string
		for _, t := range t.agent.tools.All() {
			names = append(names, t.Name)
		}
		return tool, fmt.Sprintf("There is no tool %q. There are: %s.", c.Tool, strings.Join(names, ", ")), true
	}
	same, calls := 0, 0
	for _, p := range m.Parts[:part+1] {
		if p.Call == nil {
			continue
		}
		calls++
		if p.Call.Tool == c.Tool && bytes.Equal(p.Call.Input, c.Input) {
			same++
		}
	}
	switch {
	case same >= sameCalls:
		t.finish(conversation.Repeated, "The model did the same thing again and again, so it answers with what it has.")
		return tool, "You made this call with these arguments before, and it would tell the same. Answer with what you have.", false
	case inRound > callsPerRound:
		return tool, fmt.Sprintf("At most %d calls are made at a time. Make this one again if you still need it.", callsPerRound), false
	case calls > callsPerTurn:
		return tool, "No more calls are made for this answer. Answer with what you have.", false
	}
	if err := tool.Check(c.Input); err != nil {
		return tool, sentence(err), true
	}
	return tool, "", false
}

// onlyWrong counts the last rounds in which no call was right.
func onlyWrong(m conversation.Message) (n int) {
	calls, wrong := 0, 0
	for i := len(m.Parts) - 1; i >= 0; i-- {
		switch p := m.Parts[i]; {
		case p.Call != nil:
			calls++
			if p.Call.Wrong {
				wrong++
			}
		case p.Kind == conversation.Step:
			if calls == 0 || wrong < calls {
				return n
			}
			n++
			calls, wrong = 0, 0
		}
	}
	return n
}

// do runs the call in a part and keeps what came of it.
func (t *turn) do(part int) {
	m, _, _ := t.message()
	c := m.Parts[part].Call
	tool, _ := t.agent.find(c.Tool) // vetted
	result, err := tool.Run(t.ctx, Call{Who: t.who.Person, Input: c.Input, Focus: t.about.Idea})
	if err != nil {
		if fault.KindOf(err) == fault.Internal && t.ctx.Err() == nil {
			t.agent.log.ErrorContext(t.ctx, "a tool failed", "tool", tool.Name, "conversation", t.about.ID, "cause", err)
		}
		t.run.call(part, func(c *conversation.Call) {
			c.State, c.Error = conversation.Broken, sentence(err)
		})
		return
	}
	t.change(func(m *conversation.Message) {
		c := *m.Parts[part].Call
		c.State, c.Output = conversation.Answered, clean(result.Text)
		m.Parts[part].Call = &c
		var ids []string
		for n, what := range result.Changes {
			id := fmt.Sprintf("change_%s_%d", c.ID, n+1)
			ids = append(ids, id)
			m.Changes = append(m.Changes, conversation.Change{ID: id, What: what})
		}
		for n, card := range result.Cards {
			card.ID, card.Tool = fmt.Sprintf("card_%s_%d", c.ID, n+1), tool.Name
			if n < len(ids) {
				card.Change = ids[n]
			}
			m.Parts = append(m.Parts, conversation.Part{Kind: conversation.Card, Card: &card})
		}
	})
	if len(result.Changes) > 0 {
		// Whatever happens to this process, it can be undone.
		t.keep(t.ctx)
	}
}

// sentence is what a model, and the person, may read about a failure.
func sentence(err error) string { return clean(fault.Message(err)) }

// clean makes a text that every database keeps.
func clean(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\ufffd")
}

// compact writes JSON without the white space between its parts, so that the
// same arguments are the same bytes.
func compact(input json.RawMessage) json.RawMessage {
	var v any
	d := json.NewDecoder(bytes.NewReader(input))
	d.UseNumber()
	if d.Decode(&v) == nil {
		if b, err := json.Marshal(v); err == nil {
			return b
		}
	}
	return input
}

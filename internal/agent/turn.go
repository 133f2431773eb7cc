package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// The bounds of one answer. They are counted in what is kept of it, so an
// answer that goes on after an approval, or a restart, does not begin anew.
const (
	maxRounds      = 16      // questions to the model; what takes more is a model that goes in circles
	callsPerRound  = 8       // more at a time is a model that lists instead of choosing
	callsPerTurn   = 40      // a whole answer that changes more is not what somebody can look over
	tokensPerTurn  = 500_000 // read and written; a dollar and a half with Sonnet
	sameCalls      = 3       // with the same arguments: the third would tell nothing new
	wrongRounds    = 3       // in a row, of calls that no tool takes: the model cannot do better
	parallelCalls  = 4       // of tools that only read; each has a snapshot of the database
	maxFallbacks   = 3       // other models that are asked when one does not answer
	shortestAnswer = 512     // tokens that the model must have room to write
	longestAnswer  = 8_000   // tokens that it may write at a time
	minRoom        = 4_000   // tokens: no conversation is held with less
)

// phase is what an answer does next.
type phase int

// The phases. An answer begins with asking, or, once the person approved
// something, with calling.
const (
	choosing phase = iota // another model, since one does not answer
	asking                // the model
	calling               // the tools that it wants
	waiting               // for the person
	done
)

// turn is the loop that makes an answer.
type turn struct {
	*run
	entries []llm.Entry // the one that is asked first, then those that may stand in
	at      int         // which of them is asked
	room    int         // tokens of the model's window that are used
	last    bool        // the model is asked once more, and may call nothing
	told    bool        // that not all is shown to the model
	reason  error       // why another model is to be chosen
}

// loop goes through the phases, and returns how the answer ended.
func (t *turn) loop(p phase) (conversation.State, error) {
	t.room = t.entries[0].Room()
	for {
		var err error
		switch p {
		case choosing:
			p, err = t.choose()
		case asking:
			p, err = t.ask()
		case calling:
			p, err = t.call()
		case waiting:
			return conversation.Waiting, nil
		case done:
			return conversation.Done, nil
		}
		if cause := context.Cause(t.ctx); cause != nil {
			err = cause
		}
		switch {
		case errors.Is(err, errStopped):
			return conversation.Stopped, err
		case err != nil:
			return conversation.Failed, err
		}
	}
}

// choose takes the next model, and tells the person.
func (t *turn) choose() (phase, error) {
	if t.at+1 >= len(t.entries) || t.at >= maxFallbacks {
		return done, t.reason
	}
	before := t.entries[t.at]
	t.at++
	e := t.entries[t.at]
	t.room = e.Room()
	t.notice(conversation.Fallback, e.ID, "%s does not answer just now: %s goes on.", before.Name, e.Name)
	t.change(func(m *conversation.Message) { m.Model, m.Provider = e.ID, e.Provider })
	return asking, nil
}

// notice tells the person what the program did.
func (t *turn) notice(k conversation.NoticeKind, model, format string, args ...any) {
	t.change(func(m *conversation.Message) {
		t.endText(m)
		id := fmt.Sprintf("%s-notice-%d", m.ID, len(m.Parts))
		m.Parts = append(m.Parts, conversation.Part{Kind: conversation.Told, Notice: &conversation.Notice{
			ID: id, Kind: k, Text: fmt.Sprintf(format, args...), Model: model,
		}})
	})
}

// finish lets the model answer once more, without calls.
func (t *turn) finish(k conversation.NoticeKind, text string) {
	if !t.last {
		t.last = true
		t.notice(k, "", "%s", text)
	}
}

// ask asks the model once and reads what it answers.
func (t *turn) ask() (phase, error) {
	m, _, _ := t.message()
	rounds := countRounds(m)
	switch {
	case rounds >= maxRounds:
		return done, nil // it was told to come to an end, and calls all the same
	case rounds == maxRounds-1:
		t.finish(conversation.Limit, "This answer took many steps, so it ends here: say what is to be done next.")
	case m.Usage.In+m.Usage.Out >= tokensPerTurn:
		t.finish(conversation.Limit, "This answer took many tokens, so it ends here: say what is to be done next.")
	case len(m.Calls()) >= callsPerTurn:
		t.finish(conversation.Limit, "This answer called many tools, so it ends here: say what is to be done next.")
	}
	last := t.last
	e := t.entries[t.at]
	q := t.agent.question(t.about, m, e, t.room, last)
	if q.compacted && !t.told {
		t.told = true
		t.notice(conversation.Compacted, "", "The conversation is longer than %s can read at once: it sees the newest part, and the beginning shortened.", e.Name)
	}
	t.add(conversation.Part{Kind: conversation.Step})
	t.change(func(m *conversation.Message) {
		m.Context = conversation.Context{Used: int64(q.used), Room: int64(t.room)}
	})
	before := t.parts()
	stop, err := t.read(e, q.request)
	streamed := t.parts() > before
	kind, isModel := llm.KindOf(err)
	switch {
	case err == nil:
	case t.ctx.Err() != nil || streamed:
		return done, err
	case isModel && kind == llm.TooLong && t.room/2 >= minRoom:
		t.room /= 2
		t.dropStep()
		return asking, nil
	case isModel && (kind == llm.Overloaded || kind == llm.RateLimited || kind == llm.Network || kind == llm.Malformed || kind == llm.NoModel):
		t.reason = err
		t.dropStep()
		return choosing, nil
	default:
		t.dropStep()
		return done, err
	}
	m, _, _ = t.message()
	// A call that cannot be run is one, too: the model is told.
	open := slices.ContainsFunc(m.Parts[before:], func(p conversation.Part) bool { return p.Call != nil })
	switch {
	case open && last:
		return done, nil // settle tells what became of the calls
	case open:
		return calling, nil
	case stop == llm.StopLength:
		t.notice(conversation.Truncated, "", "The model stopped because its answer may not be longer: ask it to go on.")
	case !streamed:
		return done, fault.New(fault.Unavailable, "The model answered nothing: try again, or choose another model.")
	}
	return done, nil
}

func (t *turn) parts() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.answer.Parts)
}

// dropStep takes back the step in which nothing was answered.
func (t *turn) dropStep() {
	t.change(func(m *conversation.Message) {
		if n := len(m.Parts); n > 0 && m.Parts[n-1].Kind == conversation.Step {
			m.Parts = m.Parts[:n-1]
		}
	})
}

// read reads one answer of a model into the message.
func (t *turn) read(e llm.Entry, q llm.Request) (stop llm.StopReason, err error) {
	bill := gateway.NewBill(t.agent.prices, e, "")
	call := gateway.Call{Who: t.who.Person, Provider: e.Provider, Purpose: usage.Agent, Done: bill.Note}
	var used *llm.Usage
	var model string
	f := forming{turn: t, parts: map[int]int{}}
	for p, failure := range t.agent.asker.Ask(t.ctx, call, q) {
		if err = failure; err != nil {
			break
		}
		switch p := p.(type) {
		case llm.Text:
			err = t.write(conversation.Text, string(p))
		case llm.Reasoning:
			err = t.think(p)
		case llm.ToolDelta:
			err = f.delta(p)
		case llm.ToolCall:
			err = f.call(p)
		case llm.Usage:
			used = &p
		case llm.Stop:
			stop, model = p.Reason, p.Model
		}
		if err != nil {
			break
		}
	}
	bill.Settle(used, model)
	r := bill.Receipt(artifact.Receipt{}, 0)
	t.change(func(m *conversation.Message) {
		t.endText(m)
		u := conversation.Usage{In: r.TokensIn, Cached: r.Cached, Out: r.TokensOut, Unpriced: r.Cost == nil}
		if r.Cost != nil {
			u.Cost = *r.Cost
		}
		m.Usage.Add(u)
		if r.TokensIn > 0 {
			m.Context.Used = r.TokensIn + r.TokensOut
		}
	})
	return stop, err
}

// think takes a piece of what the model thought, or the seal under it.
func (t *turn) think(p llm.Reasoning) error {
	if err := t.write(conversation.Reasoning, p.Text); err != nil {
		return err
	}
	if p.Signature == "" && p.Sealed == "" {
		return nil
	}
	t.change(func(m *conversation.Message) {
		last := len(m.Parts) - 1
		if last < 0 || m.Parts[last].Kind != conversation.Reasoning || m.Parts[last].Over {
			t.endText(m)
			m.Parts = append(m.Parts, conversation.Part{Kind: conversation.Reasoning})
			last++
		}
		m.Parts[last].Signature, m.Parts[last].Sealed = p.Signature, p.Sealed
		t.endText(m)
	})
	return nil
}

// forming puts the calls of one answer together.
type forming struct {
	*turn
	parts map[int]int // from the index of a call to its part
	whole int         // how many are finished
}

// delta takes the next piece of a call.
func (f *forming) delta(d llm.ToolDelta) error {
	part, known := f.parts[d.Index]
	if !known {
		part = f.open(d.Index, d.ID, d.Name)
	}
	piece := strings.ToValidUTF8(strings.ReplaceAll(d.JSON, "\x00", ""), "\ufffd")
	if piece == "" {
		return nil
	}
	var err error
	f.run.change(func(m *conversation.Message) {
		if err = f.grow(len(piece)); err == nil {
			c := *m.Parts[part].Call
			c.Raw += piece
			m.Parts[part].Call = &c
		}
	})
	return err
}

// open makes the part of a call, with an id that no other has.
func (f *forming) open(index int, id, name string) (part int) {
	if len(name) > conversation.MaxID {
		name = name[:conversation.MaxID]
	}
	name = strings.ToValidUTF8(strings.ReplaceAll(name, "\x00", ""), "")
	title := ""
	if tool, ok := f.agent.find(name); ok {
		title = tool.Title
	}
	f.run.change(func(m *conversation.Message) {
		f.endText(m)
		id = f.free(m, id)
		m.Parts = append(m.Parts, conversation.Part{Kind: conversation.Tool, Call: &conversation.Call{
			ID: id, Tool: name, Title: title, State: conversation.Forming,
		}})
		part = len(m.Parts) - 1
	})
	f.parts[index] = part
	return part
}

// free returns an id for a call: the model's own if it is one, and new.
func (f *forming) free(m *conversation.Message, id string) string {
	taken := func(id string) bool {
		has := func(m *conversation.Message) bool {
			return slices.ContainsFunc(m.Calls(), func(c *conversation.Call) bool { return c.ID == id })
		}
		return has(m) || slices.ContainsFunc(f.about.Messages, func(m conversation.Message) bool { return has(&m) })
	}
	if conversation.CheckID("", id) != nil {
		id = "call"
	} else if !taken(id) {
		return id
	}
	for n := 2; ; n++ {
		if next := fmt.Sprintf("%s_%s_%d", id[:min(len(id), 20)], m.ID[:min(len(m.ID), 20)], n); !taken(next) {
			return next
		}
	}
}

// call takes a finished call. They come in the order of their indexes.
func (f *forming) call(c llm.ToolCall) error {
	part, known := f.parts[f.whole]
	if !known {
		part = f.open(f.whole, c.ID, c.Name)
	}
	f.whole++
	input, broken := c.Input, c.Broken != ""
	if strings.Contains(string(input), `\u0000`) || !json.Valid(input) {
		input, broken = json.RawMessage("{}"), true
	}
	err := f.grow(len(input))
	f.run.call(part, func(k *conversation.Call) {
		k.State, k.Input = conversation.Formed, compact(input)
		k.Raw = ""
		if broken {
			k.State, k.Wrong = conversation.Broken, true
			k.Error = "The arguments were not a JSON object: call the tool again with one."
		}
	})
	return err
}

// countRounds counts the questions that an answer took.
func countRounds(m conversation.Message) (n int) {
	for _, p := range m.Parts {
		if p.Kind == conversation.Step {
			n++
		}
	}
	return n
}

// parallel runs f for each of the parts, a few at a time.
func parallel(parts []int, f func(part int)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, parallelCalls)
	for _, p := range parts {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			f(p)
		})
	}
	wg.Wait()
}

package agent

import (
	"context"
	"crypto/rand"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// Question is what a person asks.
type Question struct {
	Conversation string // "" for a new one
	Text         string
	Message      string // the id of the person's message, "" for any
	Model        string // "" for the one that the conversation has, or the default
	Mode         conversation.Mode
	Idea         int64 // in focus; 0 for the one that the conversation has
	// Replaces is the id of the message that this one stands in for; all that
	// followed it goes. If there is none with that id, this one gets it.
	Replaces string
	// Again has the answer with this id written again, or, if it is a message
	// of the person, the answer to it; "last" is the last one. Text is not
	// used.
	Again string
}

// Last stands for the last answer.
const Last = "last"

// check checks a question that came from outside.
func (q *Question) check() error {
	if q.Conversation == "" {
		q.Conversation = newID()
	}
	if err := conversation.CheckID("conversation_id", q.Conversation); err != nil {
		return err
	}
	switch q.Mode {
	case "", conversation.Canvas, conversation.Map:
	default:
		return fault.OfField("mode", "must be canvas or map")
	}
	if q.Again != "" {
		return nil
	}
	switch n := utf8.RuneCountInString(q.Text); {
	case strings.TrimSpace(q.Text) == "":
		return fault.OfField("message", "must not be empty")
	case n > conversation.MaxText:
		return fault.OfField("message", "must have at most %d characters; it has %d", conversation.MaxText, n)
	case q.Idea < 0:
		return fault.OfField("idea_id", "must be the number of an idea")
	}
	return nil
}

func newID() string { return rand.Text() }

// Ask has a question answered. The answer goes on whether or not anybody
// reads it; a fault.Conflict says that another one of the conversation is
// under way.
func (a *Agent) Ask(ctx context.Context, who Person, q Question) (*Reading, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	known, err := a.store.Conversation(ctx, who.Owner, q.Conversation)
	if err != nil && (!fault.Is(err, fault.NotFound) || q.Again != "") {
		return nil, err
	}
	entries, err := a.entries(ctx, who, q.Model, known.Model)
	if err != nil {
		return nil, err
	}
	return a.begin(ctx, who, q.Conversation, entries, asking, func(c *conversation.Conversation) (bool, error) {
		now := a.time()
		if c.CreatedAt.IsZero() {
			c.CreatedAt, c.Mode, c.Title = now, conversation.Canvas, conversation.TitleOf(q.Text)
		}
		if q.Mode != "" {
			c.Mode = q.Mode
		}
		if q.Model != "" {
			c.Model = entries[0].ID
		}
		if q.Idea != 0 {
			c.Idea = q.Idea
		}
		if err := putQuestion(c, q, now); err != nil {
			return false, err
		}
		if len(c.Messages) >= conversation.MaxMessages {
			return false, fault.New(fault.Conflict, "This conversation has %d messages, which is as many as it may have: begin a new one", len(c.Messages))
		}
		c.Messages = append(c.Messages, conversation.Message{
			ID: newID(), Role: llm.Assistant, State: conversation.Running, CreatedAt: now,
			Model: entries[0].ID, Provider: entries[0].Provider, Parts: []conversation.Part{},
		})
		return true, nil
	})
}

// putQuestion makes the person's message the last one of the conversation.
func putQuestion(c *conversation.Conversation, q Question, now time.Time) error {
	if q.Again != "" {
		at := len(c.Messages) - 1
		if q.Again != Last {
			at = c.Position(q.Again)
		}
		if at >= 0 && c.Messages[at].Role == llm.User {
			at++
		}
		if at < 1 || c.Messages[at-1].Role != llm.User {
			return fault.New(fault.NotFound, "There is no such answer in this conversation")
		}
		c.Cut(at)
		return nil
	}
	if q.Replaces != "" {
		q.Message = q.Replaces
		if at := c.Position(q.Replaces); at >= 0 {
			if c.Messages[at].Role != llm.User {
				return fault.New(fault.Invalid, "An answer cannot be replaced by a message: have it written again")
			}
			c.Cut(at)
			if at == 0 {
				c.Title = conversation.TitleOf(q.Text)
			}
		}
	}
	if q.Message == "" || conversation.CheckID("", q.Message) != nil || c.Position(q.Message) >= 0 {
		q.Message = newID()
	}
	c.Messages = append(c.Messages, conversation.Said(q.Message, q.Text, now))
	return nil
}

// begin prepares a conversation in a transaction, takes it, and starts the
// answer that is its last message. prepare returns false if there is nothing
// to start; then there is no Reading.
func (a *Agent) begin(ctx context.Context, who Person, id string, entries []llm.Entry, first phase,
	prepare func(*conversation.Conversation) (bool, error)) (*Reading, error) {
	// The answer belongs to the conversation, not to the request.
	lasting, end, err := a.work.Begin(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	r := &run{agent: a, who: who, holder: newID(), grown: make(chan struct{})}
	start := false
	err = a.store.EditConversation(ctx, who.Owner, id, func(c *conversation.Conversation) (err error) {
		if c.Hold.At(a.time()) {
			return fault.New(fault.Conflict, "The answer before is still being written: wait for it, or stop it")
		}
		if start, err = prepare(c); err != nil {
			return err
		}
		c.UpdatedAt = a.time()
		if !start {
			return nil
		}
		last := len(c.Messages) - 1
		for k := range c.Messages[:last] {
			settleMessage(&c.Messages[k])
		}
		c.Hold = conversation.Hold{Holder: r.holder, Until: a.time().Add(holdFor)}
		r.about = *c
		r.about.Messages = slices.Clone(c.Messages[:last])
		r.answer = c.Messages[last].Clone()
		return nil
	})
	if err != nil || !start {
		end()
		return nil, err
	}
	r.from = r.answer.Clone()
	r.ctx, r.cancel = context.WithCancelCause(lasting)
	a.work.add(r)
	go func() {
		defer end()
		r.makeAnswer(entries, first)
	}()
	return &Reading{run: r, from: r.from}, nil
}

// settleMessage ends what a process that was killed, or a person who went on
// talking, left open.
func settleMessage(m *conversation.Message) {
	if m.Role != llm.Assistant || m.State != conversation.Running && m.State != conversation.Waiting {
		return
	}
	m.Parts = slices.Clone(m.Parts)
	settle(m)
	if m.State == conversation.Running {
		m.State, m.Error = conversation.Failed, Interrupted
	} else {
		m.State = conversation.Done
	}
}

// Interrupted says why an answer has no end.
const Interrupted = "The answer was interrupted, because the server stopped: have it written again."

// makeAnswer makes the answer.
func (r *run) makeAnswer(entries []llm.Entry, first phase) {
	ctx, cancel := context.WithCancel(r.ctx)
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		r.keeping(ctx)
	}()
	t := &turn{run: r, entries: entries}
	state, err := t.loop(first)
	cancel()
	<-kept
	r.end(state, err)
	r.cancel(nil)
}

// entries returns the models for an answer: the one that is asked, and those
// that may stand in for it.
func (a *Agent) entries(ctx context.Context, who Person, asked, before string) ([]llm.Entry, error) {
	choices, err := a.models.Choices(ctx, who.Person, who.Pro, a.offer, llm.ForAgent)
	if err != nil {
		return nil, err
	}
	lead := -1
	if asked != "" {
		e, err := a.offer.Models.Find("", asked, llm.ForAgent)
		if err != nil {
			return nil, err
		}
		for k, c := range choices {
			if c.ID != e.ID {
				continue
			}
			if c.Missing != "" {
				return nil, fault.New(fault.Forbidden, "%s cannot be asked: %s", c.Name, c.Text)
			}
			lead = k
		}
	} else {
		for k, c := range choices {
			if c.Missing == "" && (c.ID == before || c.Default && lead < 0) {
				lead = k
			}
		}
		if lead < 0 {
			lead = slices.IndexFunc(choices, func(c byok.Choice) bool { return c.Missing == "" })
		}
	}
	if lead < 0 {
		text := "No model can be asked."
		if len(choices) > 0 {
			text = choices[0].Text
		}
		return nil, fault.New(fault.Forbidden, "%s", text)
	}
	entries := []llm.Entry{choices[lead].Entry}
	for k, c := range choices {
		if k != lead && c.Missing == "" {
			entries = append(entries, c.Entry)
		}
	}
	return entries, nil
}

// Reading reads an answer while it grows.
type Reading struct {
	run     *run
	from    conversation.Message
	far     *far
	seen    <-chan struct{} // nil before the first look
	checked bool
}

// From returns the answer as it was when it began to grow, which is not
// nothing if it goes on after an approval.
func (r *Reading) From() conversation.Message { return r.from }

// Conversation returns the id of the conversation.
func (r *Reading) Conversation() string {
	if r.far != nil {
		return r.far.id
	}
	return r.run.about.ID
}

// Next waits until there is more of the answer than the last time and returns
// all of it; over says that nothing more comes. After that it returns io.EOF.
func (r *Reading) Next(ctx context.Context) (m conversation.Message, over bool, err error) {
	if r.checked {
		return m, true, io.EOF
	}
	if r.far != nil {
		m, over, err = r.far.next(ctx)
	} else {
		m, over, err = r.near(ctx)
	}
	r.checked = over
	return m, over, err
}

// near reads an answer that this process writes.
func (r *Reading) near(ctx context.Context) (conversation.Message, bool, error) {
	if r.seen != nil {
		select {
		case <-r.seen:
		case <-ctx.Done():
			return conversation.Message{}, false, ctx.Err()
		}
	}
	m, over, grown := r.run.message()
	r.seen = grown
	return m, over, nil
}

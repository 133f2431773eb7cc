package agent

import (
	"context"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Listen returns the answer of a conversation that is under way, here or in
// another copy of the program; nil if there is none.
func (a *Agent) Listen(ctx context.Context, who owner.ID, id string) (*Reading, error) {
	if r := a.work.at(place{who, id}); r != nil {
		return &Reading{run: r}, nil
	}
	c, err := a.store.Conversation(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if !c.Hold.At(a.time()) || len(c.Messages) == 0 {
		return nil, nil
	}
	if r := a.work.at(place{who, id}); r != nil { // it began meanwhile
		return &Reading{run: r}, nil
	}
	return &Reading{far: &far{agent: a, who: who, id: id, message: c.Messages[len(c.Messages)-1].ID}}, nil
}

// Stop ends the answer of a conversation that is under way. What arrived
// stays. It does not wait for another copy of the program to do so.
func (a *Agent) Stop(ctx context.Context, who owner.ID, id string) error {
	if r := a.work.at(place{who, id}); r != nil {
		r.cancel(errStopped)
		return r.wait(ctx)
	}
	return a.edit(ctx, who, id, func(c *conversation.Conversation) error {
		if c.Hold.At(a.time()) {
			c.Hold.Stopping = true
		}
		return nil
	})
}

// wait waits until the answer is over.
func (r *run) wait(ctx context.Context) error {
	for {
		_, over, grown := r.message()
		if over {
			return nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// edit changes a conversation that is there.
func (a *Agent) edit(ctx context.Context, who owner.ID, id string, f func(*conversation.Conversation) error) error {
	return a.store.EditConversation(ctx, who, id, func(c *conversation.Conversation) error {
		if c.CreatedAt.IsZero() {
			return fault.New(fault.NotFound, "Conversation not found")
		}
		return f(c)
	})
}

// Decision is what a person says about a call that waits for them.
type Decision struct {
	Approval string
	Approved bool
	// Remember lets the tool run in this conversation from now on without the
	// person being asked.
	Remember bool
}

// Decide tells what the person decided. Once nothing waits any more, the
// answer goes on; until then there is no Reading.
func (a *Agent) Decide(ctx context.Context, who Person, id string, decisions ...Decision) (*Reading, error) {
	known, err := a.store.Conversation(ctx, who.Owner, id)
	if err != nil {
		return nil, err
	}
	var model string
	if n := len(known.Messages); n > 0 {
		model = known.Messages[n-1].Model
	}
	entries, err := a.entries(ctx, who, "", model)
	if err != nil {
		return nil, err
	}
	return a.begin(ctx, who, id, entries, calling, func(c *conversation.Conversation) (bool, error) {
		if len(c.Messages) == 0 {
			return false, fault.New(fault.NotFound, "Conversation not found")
		}
		m := &c.Messages[len(c.Messages)-1]
		m.Parts = slices.Clone(m.Parts)
		for _, d := range decisions {
			if err := decide(c, m, d); err != nil {
				return false, err
			}
		}
		for _, call := range m.Calls() {
			if call.State == conversation.Asking {
				return false, nil
			}
		}
		m.State, m.Model, m.Provider = conversation.Running, entries[0].ID, entries[0].Provider
		return true, nil
	})
}

// decide puts a decision into the answer that waits for it.
func decide(c *conversation.Conversation, m *conversation.Message, d Decision) error {
	for k, p := range m.Parts {
		if p.Call == nil || p.Call.Approval != d.Approval || d.Approval == "" {
			continue
		}
		if p.Call.State != conversation.Asking {
			return fault.New(fault.Conflict, "This was decided before")
		}
		call := *p.Call
		call.Approved = &d.Approved
		if d.Approved {
			call.State = conversation.Allowed
		} else {
			call.State, call.Error = conversation.Forbidden, denied
		}
		if d.Approved && d.Remember && !slices.Contains(c.Allowed, call.Tool) {
			c.Allowed = append(slices.Clone(c.Allowed), call.Tool)
		}
		m.Parts[k].Call = &call
		return nil
	}
	return fault.New(fault.NotFound, "Nothing of this conversation waits for that approval")
}

// Get returns a conversation as it is now, with what is not yet stored of an
// answer that this process writes.
func (a *Agent) Get(ctx context.Context, who owner.ID, id string) (conversation.Conversation, error) {
	c, err := a.store.Conversation(ctx, who, id)
	if err != nil {
		return c, err
	}
	if r := a.work.at(place{who, id}); r != nil {
		m, _, _ := r.message()
		if at := c.Position(m.ID); at >= 0 {
			c.Messages[at] = m
		}
	}
	if !c.Hold.At(a.time()) {
		for k := range c.Messages {
			if m := &c.Messages[k]; m.State == conversation.Running {
				settleMessage(m)
			}
		}
	}
	return c, nil
}

// Running reports whether an answer of a conversation is under way.
func (a *Agent) Running(c conversation.Conversation) bool { return c.Hold.At(a.time()) }

// List returns conversations, the one that was used last first.
func (a *Agent) List(ctx context.Context, who owner.ID, q conversation.Query) ([]conversation.Brief, error) {
	return a.store.Conversations(ctx, who, q)
}

// Patch says what of a conversation is to be changed; nil leaves it.
type Patch struct {
	Title *string
	Model *string // the id of a model, "" for the default
	Cards []CardPatch
}

// CardPatch says how the person wants to see a card.
type CardPatch struct {
	ID                           string
	Pinned, Collapsed, Dismissed *bool
}

// Update changes what belongs to a conversation.
func (a *Agent) Update(ctx context.Context, who owner.ID, id string, p Patch) error {
	if p.Title != nil {
		title, err := conversation.CheckTitle(*p.Title)
		if err != nil {
			return err
		}
		p.Title = &title
	}
	if p.Model != nil && *p.Model != "" {
		e, err := a.offer.Models.Find("", *p.Model, llm.ForAgent)
		if err != nil {
			return err
		}
		p.Model = &e.ID
	}
	return a.edit(ctx, who, id, func(c *conversation.Conversation) error {
		if p.Title != nil {
			c.Title = *p.Title
		}
		if p.Model != nil {
			c.Model = *p.Model
		}
		for _, card := range p.Cards {
			patchCard(c, card)
		}
		return nil
	})
}

// patchCard keeps how one card is seen. A card that has not arrived in the
// store yet is taken, too.
func patchCard(c *conversation.Conversation, p CardPatch) {
	c.Cards = slices.Clone(c.Cards)
	at := slices.IndexFunc(c.Cards, func(s conversation.CardState) bool { return s.ID == p.ID })
	if at < 0 {
		if len(c.Cards) >= maxCards {
			c.Cards = slices.Delete(c.Cards, 0, 1)
		}
		c.Cards = append(c.Cards, conversation.CardState{ID: p.ID})
		at = len(c.Cards) - 1
	}
	s := &c.Cards[at]
	for _, f := range []struct {
		to   *bool
		from *bool
	}{{&s.Pinned, p.Pinned}, {&s.Collapsed, p.Collapsed}, {&s.Dismissed, p.Dismissed}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
}

// maxCards is how many cards of a conversation can look otherwise than they
// do by themselves.
const maxCards = 1000

// Delete removes a conversation. An answer that is under way ends.
func (a *Agent) Delete(ctx context.Context, who owner.ID, id string) error {
	if r := a.work.at(place{who, id}); r != nil {
		r.cancel(errTaken)
	}
	return a.store.DeleteConversation(ctx, who, id)
}

// DeleteAll removes all conversations of an owner.
func (a *Agent) DeleteAll(ctx context.Context, who owner.ID) error {
	for _, r := range a.work.of(who) {
		r.cancel(errTaken)
	}
	return a.store.DeleteConversations(ctx, who)
}

// Fork copies a conversation up to a message, and with it.
func (a *Agent) Fork(ctx context.Context, who owner.ID, id, message string) (conversation.Conversation, error) {
	c, err := a.Get(ctx, who, id)
	if err != nil {
		return c, err
	}
	at := c.Position(message)
	if at < 0 {
		return c, fault.New(fault.NotFound, "There is no such message in this conversation")
	}
	fork := c
	fork.ID, fork.Hold, fork.Allowed, fork.Dropped = newID(), conversation.Hold{}, nil, conversation.Usage{}
	fork.CreatedAt = a.time()
	fork.UpdatedAt = fork.CreatedAt
	fork.Messages = slices.Clone(c.Messages[:at+1])
	for k := range fork.Messages {
		m := &fork.Messages[k]
		settleMessage(m)
		m.Usage = conversation.Usage{} // was paid for there
	}
	err = a.store.EditConversation(ctx, who, fork.ID, func(c *conversation.Conversation) error {
		*c = fork
		return nil
	})
	return fork, err
}

// Undo takes back a change that a tool made.
func (a *Agent) Undo(ctx context.Context, who Person, id, change string) error {
	c, err := a.Get(ctx, who.Owner, id)
	if err != nil {
		return err
	}
	found := findChange(&c, change)
	switch {
	case found == nil:
		return fault.New(fault.NotFound, "There is no such change in this conversation")
	case found.Undone:
		return fault.New(fault.Conflict, "This was undone before")
	}
	if err := a.tools.Undo(ctx, who.Person, found.What); err != nil {
		return err
	}
	if r := a.work.at(place{who.Owner, id}); r != nil {
		r.change(func(m *conversation.Message) {
			for k := range m.Changes {
				if m.Changes[k].ID == change {
					m.Changes[k].Undone = true
				}
			}
		})
	}
	return a.edit(ctx, who.Owner, id, func(c *conversation.Conversation) error {
		if found := findChange(c, change); found != nil {
			found.Undone = true
		}
		return nil
	})
}

// findChange returns a change of a conversation, nil if there is none.
func findChange(c *conversation.Conversation, id string) *conversation.Change {
	for k := range c.Messages {
		m := &c.Messages[k]
		for i := range m.Changes {
			if m.Changes[i].ID == id {
				return &m.Changes[i]
			}
		}
	}
	return nil
}

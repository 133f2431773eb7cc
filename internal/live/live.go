// Package live tells an owner's open pages that something changed, so that
// they read it again without a reload.
//
// Delivery is at least once and coalesced: a subscriber that is slow gets one
// Change with everything it missed, never a queue. What gets lost with a
// connection is noticed by the gap in Seq.
package live

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// MaxIdeas is how many ideas, or conversations, a Change names one by one.
const MaxIdeas = 100

// Change says what of an owner's things is not what it was.
type Change struct {
	// Seq is the owner's change counter after the change. It grows by one
	// with every transaction, so a reader that sees a gap reads all again.
	Seq int64 `json:"seq"`
	// Ideas are the numbers of the ideas that changed, in ascending order.
	Ideas []int64 `json:"ideas,omitempty"`
	// All is set when too many ideas or conversations changed to name them.
	All bool `json:"all,omitempty"`
	// Tags, Relations and Duplicates are set when any of those changed.
	Tags       bool `json:"tags,omitempty"`
	Relations  bool `json:"relations,omitempty"`
	Duplicates bool `json:"duplicates,omitempty"`
	// Meaning is set when more ideas have been understood, or that was paused
	// or begun.
	Meaning bool `json:"meaning,omitempty"`
	// Conversations are the ids of the conversations with the agent that
	// changed, or in which an answer began or ended, in ascending order.
	Conversations []string `json:"conversations,omitempty"`
}

// Add joins a later change to c.
func (c *Change) Add(d Change) {
	c.Seq = max(c.Seq, d.Seq)
	c.All = c.All || d.All
	c.Tags = c.Tags || d.Tags
	c.Relations = c.Relations || d.Relations
	c.Duplicates = c.Duplicates || d.Duplicates
	c.Meaning = c.Meaning || d.Meaning
	if len(d.Conversations) > 0 {
		c.Conversations = slices.Concat(c.Conversations, d.Conversations)
		slices.Sort(c.Conversations)
		c.Conversations = slices.Compact(c.Conversations)
		if len(c.Conversations) > MaxIdeas {
			c.All, c.Conversations = true, nil
		}
	}
	if !c.All {
		c.Ideas = append(slices.Clone(c.Ideas), d.Ideas...)
		slices.Sort(c.Ideas)
		c.Ideas = slices.Compact(c.Ideas)
		c.All = len(c.Ideas) > MaxIdeas
	}
	if c.All {
		c.Ideas = nil
	}
}

// ErrClosed is what Next returns when there will be no more changes.
var ErrClosed = errors.New("live: closed")

// Hub passes changes from writers to subscribers in this process.
type Hub struct {
	mu     sync.Mutex
	subs   map[owner.ID]map[*Subscription]bool
	closed bool
}

// NewHub makes a hub without subscribers.
func NewHub() *Hub {
	return &Hub{subs: map[owner.ID]map[*Subscription]bool{}}
}

// Publish hands a change to the owner's subscribers. It never waits.
func (h *Hub) Publish(who owner.ID, c Change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subs[who] {
		s.pending.Add(c)
		s.wake()
	}
}

// PublishAll hands a change to every owner's subscribers, for when nobody
// knows whose things changed.
func (h *Hub) PublishAll(c Change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, subs := range h.subs {
		for s := range subs {
			s.pending.Add(c)
			s.wake()
		}
	}
}

// Subscribe starts to collect an owner's changes. Close the subscription
// when it is no longer read.
func (h *Hub) Subscribe(who owner.ID) *Subscription {
	s := &Subscription{hub: h, who: who, ready: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		s.closed = true
		s.wake()
		return s
	}
	if h.subs[who] == nil {
		h.subs[who] = map[*Subscription]bool{}
	}
	h.subs[who][s] = true
	return s
}

// Close ends every subscription, so that a server can shut down.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, subs := range h.subs {
		for s := range subs {
			s.closed = true
			s.wake()
		}
	}
	clear(h.subs)
}

// Subscription collects the changes of one owner until they are read.
type Subscription struct {
	hub     *Hub
	who     owner.ID
	ready   chan struct{} // holds a token while there is something to see
	pending Change        // guarded by hub.mu, as is closed
	closed  bool
}

func (s *Subscription) wake() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// Next waits for a change and returns everything since the last one.
func (s *Subscription) Next(ctx context.Context) (Change, error) {
	select {
	case <-ctx.Done():
		return Change{}, ctx.Err()
	case <-s.ready:
	}
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if s.closed {
		s.wake() // for a Next that follows
		return Change{}, ErrClosed
	}
	c := s.pending
	s.pending = Change{}
	return c, nil
}

// Close ends the subscription.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.closed = true
	s.wake()
	delete(s.hub.subs[s.who], s)
	if len(s.hub.subs[s.who]) == 0 {
		delete(s.hub.subs, s.who)
	}
}

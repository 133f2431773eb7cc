package agent

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// How an answer is kept while it grows.
const (
	saveEvery = 2 * time.Second  // at most this much of it is lost
	holdFor   = 15 * time.Second // a process that is silent for longer is taken for dead
	saveTime  = 10 * time.Second // for the last word
	maxAnswer = 4 << 20          // bytes of one message; more is no answer
)

// run is an answer under way. It goes on whether or not anybody listens.
type run struct {
	agent  *Agent
	who    Person
	holder string                    // tells it from others, here and in other processes
	about  conversation.Conversation // as it was before the answer
	from   conversation.Message      // the answer as it was when the run began

	ctx    context.Context
	cancel context.CancelCauseFunc

	keepMu sync.Mutex // so that what is stored never grows shorter

	mu     sync.Mutex
	answer conversation.Message
	text   *strings.Builder // that the last part grows in
	size   int              // bytes of the answer, about
	grown  chan struct{}    // closed when the answer is not what it was
	over   bool
}

func (r *run) place() place { return place{r.who.Owner, r.about.ID} }

// change lets f change the answer, and wakes who listens.
func (r *run) change(f func(m *conversation.Message)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(&r.answer)
	close(r.grown)
	r.grown = make(chan struct{})
}

// message returns the answer as it is, whether it is over, and what is closed
// when it is not like that any more.
func (r *run) message() (m conversation.Message, over bool, grown <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.answer.Clone(), r.over, r.grown
}

// add puts a part behind the others.
func (r *run) add(p conversation.Part) {
	r.change(func(m *conversation.Message) {
		r.endText(m)
		m.Parts = append(m.Parts, p)
	})
}

// write puts a piece behind the text, or the thought, that is being written.
func (r *run) write(k conversation.Kind, piece string) error {
	// No database keeps every character that a model may write.
	piece = strings.ToValidUTF8(strings.ReplaceAll(piece, "\x00", ""), "\ufffd")
	if piece == "" {
		return nil
	}
	var err error
	r.change(func(m *conversation.Message) {
		if err = r.grow(len(piece)); err != nil {
			return
		}
		last := len(m.Parts) - 1
		if last < 0 || m.Parts[last].Kind != k || m.Parts[last].Over {
			r.endText(m)
			m.Parts = append(m.Parts, conversation.Part{Kind: k})
			last++
			r.text = &strings.Builder{}
		}
		r.text.WriteString(piece)
		m.Parts[last].Text = r.text.String() // which copies nothing
	})
	return err
}

// grow counts what the answer has.
func (r *run) grow(n int) error {
	if r.size += n; r.size > maxAnswer {
		return fault.New(fault.Unavailable, "The model does not come to an end: what it wrote so far is kept. Ask for less, or choose another model.")
	}
	return nil
}

// endText says that nothing more is put behind the last text.
func (r *run) endText(m *conversation.Message) {
	if last := len(m.Parts) - 1; last >= 0 {
		if k := m.Parts[last].Kind; k == conversation.Text || k == conversation.Reasoning {
			m.Parts[last].Over = true
		}
	}
	r.text = nil
}

// call lets f change a copy of the call in a part.
func (r *run) call(part int, f func(c *conversation.Call)) {
	r.change(func(m *conversation.Message) {
		c := *m.Parts[part].Call
		f(&c)
		m.Parts[part].Call = &c
	})
}

// keeping stores the answer now and then until ctx ends. If somebody wants it
// to end, or has taken the conversation, it ends the run.
func (r *run) keeping(ctx context.Context) {
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		r.keep(ctx)
	}
}

func (r *run) keep(ctx context.Context) {
	r.keepMu.Lock()
	defer r.keepMu.Unlock()
	m, _, _ := r.message()
	stopping, err := r.agent.store.KeepMessage(ctx, r.who.Owner, r.about.ID, r.holder, m, r.agent.time().Add(holdFor))
	switch {
	case fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound):
		r.cancel(errTaken)
	case err != nil:
		if ctx.Err() == nil {
			// The next time, or the last, it may be.
			r.agent.log.WarnContext(ctx, "an answer could not be kept", "conversation", r.about.ID, "cause", err)
		}
	case stopping:
		r.cancel(errStopped)
	}
}

// end says how the answer ended, and stores it.
func (r *run) end(state conversation.State, failure error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), saveTime)
	defer cancel()
	r.change(func(m *conversation.Message) {
		r.endText(m)
		m.State = state
		if state == conversation.Failed {
			m.Error = fault.Message(failure)
		}
		if state != conversation.Waiting {
			settle(m)
		}
	})
	r.keepMu.Lock()
	defer r.keepMu.Unlock()
	m, _, _ := r.message()
	if !errors.Is(failure, errTaken) {
		if _, err := r.agent.store.KeepMessage(ctx, r.who.Owner, r.about.ID, r.holder, m, time.Time{}); err != nil {
			r.agent.log.WarnContext(ctx, "the end of an answer could not be kept", "conversation", r.about.ID, "cause", err)
		}
	}
	r.agent.work.remove(r)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	close(r.grown)
	r.grown = make(chan struct{})
}

// The sentences that models read about calls that did not come to an end.
const (
	interrupted = "The call was interrupted: nobody knows whether it was done. Look before you do it again."
	notRun      = "The call was not run, because the answer ended first."
	denied      = "The person did not allow this call. Do not try it again unless they ask for it."
)

// settle gives every call an end, so that a model can be shown it. A call that
// waits for the person counts as not allowed.
func settle(m *conversation.Message) {
	for i, p := range m.Parts {
		if p.Call == nil || p.Call.Settled() {
			continue
		}
		c := *p.Call
		switch c.State {
		case conversation.Asking:
			no := false
			c.State, c.Approved, c.Error = conversation.Forbidden, &no, denied
		case conversation.Forming:
			c.State, c.Error, c.Input = conversation.Broken, notRun, []byte("{}")
		default:
			c.State, c.Error = conversation.Broken, interrupted
		}
		m.Parts[i].Call = &c
	}
	for i, p := range m.Parts {
		if p.Kind == conversation.Text || p.Kind == conversation.Reasoning {
			m.Parts[i].Over = true
		}
	}
}

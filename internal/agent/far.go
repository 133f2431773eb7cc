package agent

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// lookEvery is how often an answer that another process writes is read: a
// little more often than it is stored.
const lookEvery = time.Second

// far reads an answer that another copy of the program writes, as far as it is
// stored.
type far struct {
	agent   *Agent
	who     owner.ID
	id      string
	message string // its id
	looked  bool
}

func (f *far) next(ctx context.Context) (conversation.Message, bool, error) {
	if f.looked {
		wait := time.NewTimer(lookEvery)
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-f.agent.work.Stopping():
			return conversation.Message{}, false, errStopping
		case <-ctx.Done():
			return conversation.Message{}, false, ctx.Err()
		}
	}
	f.looked = true
	c, err := f.agent.store.Conversation(ctx, f.who, f.id)
	if err != nil {
		return conversation.Message{}, false, err
	}
	at := c.Position(f.message)
	if at < 0 {
		return conversation.Message{ID: f.message, State: conversation.Stopped}, true, nil
	}
	m := c.Messages[at]
	over := at < len(c.Messages)-1 || !c.Hold.At(f.agent.time())
	if over && m.State == conversation.Running {
		m.State, m.Error = conversation.Failed, Interrupted
	}
	return m, over, nil
}

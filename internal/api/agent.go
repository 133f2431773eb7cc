package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/agent"
	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// agentPerson returns the caller as the agent knows them.
func agentPerson(ctx context.Context, who account.Caller) agent.Person {
	return agent.Person{
		Person:   personOf(ctx, who.User),
		Pro:      who.User.Plan == account.Pro,
		Approval: agent.Approval(who.User.AgentApproval()),
	}
}

type chat struct{ Body ChatRequest }

// chat has a message answered, or goes on with an answer that waited for
// approvals.
func (s *server) chat(ctx context.Context, who account.Caller, in *chat) (*huma.StreamResponse, error) {
	q, decisions, err := in.Body.read()
	if err != nil {
		return nil, err
	}
	if len(decisions) > 0 {
		return s.decide(ctx, who, q.Conversation, decisions...)
	}
	reading, err := s.Agent.Ask(ctx, agentPerson(ctx, who), q)
	if err != nil {
		return nil, err
	}
	return streamed(reading, reading.From()), nil
}

// read tells what a request wants: a question, or decisions about calls that
// wait.
func (c *ChatRequest) read() (q agent.Question, decisions []agent.Decision, err error) {
	q = agent.Question{
		Conversation: c.ConversationID, Text: c.Message, Model: c.Model, Mode: conversation.Mode(c.Mode), Idea: c.IdeaID,
		Replaces: c.MessageID,
	}
	if q.Conversation == "" {
		q.Conversation = c.ID
	}
	if q.Conversation != "" {
		if err := conversation.CheckID("conversation_id", q.Conversation); err != nil {
			return q, nil, err
		}
	}
	switch c.Trigger {
	case "", "submit-message":
	case "regenerate-message":
		q.Again, q.Replaces, q.Text = c.MessageID, "", ""
		if q.Again == "" {
			q.Again = agent.Last
		}
		if q.Conversation == "" {
			return q, nil, fault.OfField("conversation_id", "must name the conversation")
		}
		return q, nil, nil
	default:
		return q, nil, fault.OfField("trigger", "must be submit-message or regenerate-message")
	}
	if c.Message != "" || len(c.Messages) == 0 {
		return q, nil, nil
	}
	last := c.Messages[len(c.Messages)-1]
	switch last.Role {
	case "user":
		q.Text, q.Message = last.text(), last.ID
		return q, nil, nil
	case "assistant":
		for _, p := range last.Parts {
			if p.State == string(conversation.Allowed) && p.Approval != nil && p.Approval.Approved != nil {
				decisions = append(decisions, agent.Decision{Approval: p.Approval.ID, Approved: *p.Approval.Approved})
			}
		}
		if len(decisions) > 0 {
			return q, decisions, nil
		}
	}
	return q, nil, fault.OfField("messages", "must end with a message of the user, or with an answer that has approvals")
}

// text returns the text of a message.
func (m *ChatMessage) text() string {
	var all []string
	for _, p := range m.Parts {
		if p.Type == "text" && p.Text != "" {
			all = append(all, p.Text)
		}
	}
	return strings.Join(all, "\n")
}

// byConversation is a request that names a conversation.
type byConversation struct {
	ID string `path:"id" maxLength:"64"`
}

type answerApproval struct {
	ID         string `path:"id" maxLength:"64"`
	ApprovalID string `path:"approval_id" maxLength:"200"`
	Body       ApprovalAnswer
}

func (s *server) answerApproval(ctx context.Context, who account.Caller, in *answerApproval) (*huma.StreamResponse, error) {
	return s.decide(ctx, who, in.ID, agent.Decision{
		Approval: in.ApprovalID, Approved: in.Body.Approved, Remember: in.Body.Remember == "conversation",
	})
}

// decide goes on with an answer once nothing waits any more, or else answers
// with the conversation.
func (s *server) decide(ctx context.Context, who account.Caller, id string, decisions ...agent.Decision) (*huma.StreamResponse, error) {
	reading, err := s.Agent.Decide(ctx, agentPerson(ctx, who), id, decisions...)
	if err != nil {
		return nil, err
	}
	if reading != nil {
		return streamed(reading, reading.From()), nil
	}
	c, err := s.Agent.Get(ctx, who.User.Owner, id)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		_, w := humago.Unwrap(ctx)
		w.Header().Set("Content-Type", "application/json")
		_ = encode(w, wireConversation(c, s.Agent.Running(c))) // whoever is not there reads it later
	}}, nil
}

// listen tells of the answer that is under way from its beginning.
func (s *server) listen(ctx context.Context, who account.Caller, in *byConversation) (*huma.StreamResponse, error) {
	reading, err := s.Agent.Listen(ctx, who.User.Owner, in.ID)
	if err != nil {
		return nil, err
	}
	if reading == nil {
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			_, w := humago.Unwrap(ctx)
			w.WriteHeader(http.StatusNoContent)
		}}, nil
	}
	if err := s.streams.take(who.User.Owner); err != nil {
		return nil, err
	}
	r := streamed(reading, conversation.Message{})
	body := r.Body
	r.Body = func(ctx huma.Context) {
		defer s.streams.give(who.User.Owner)
		body(ctx)
	}
	return r, nil
}

func (s *server) stopAnswer(ctx context.Context, who account.Caller, in *byConversation) (*answer[Success], error) {
	if err := s.Agent.Stop(ctx, who.User.Owner, in.ID); err != nil {
		return nil, err
	}
	return done(), nil
}

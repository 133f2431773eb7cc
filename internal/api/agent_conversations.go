package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/agent"
	"github.com/neuralrepo/neuralrepo/internal/conversation"
)

type listConversations struct {
	Q      string `query:"q" maxLength:"200" doc:"Only those whose title or text has this."`
	Limit  int    `query:"limit" minimum:"0" maximum:"100" doc:"At most this many conversations; 20 if not given or 0."`
	Offset int    `query:"offset" minimum:"0" maximum:"100000" doc:"Pass over this many."`
}

func (s *server) listConversations(ctx context.Context, who account.Caller, in *listConversations) (*answer[ConversationList], error) {
	limit := pageSize(in.Limit)
	found, err := s.Agent.List(ctx, who.User.Owner, conversation.Query{Text: in.Q, Limit: limit + 1, Offset: in.Offset})
	if err != nil {
		return nil, err
	}
	more := len(found) > limit
	return ok(ConversationList{
		Conversations: each(found[:min(limit, len(found))], func(b conversation.Brief) ConversationBrief {
			w := wireConversationBrief(b.Conversation, s.Agent.Running(b.Conversation))
			w.Snippet = b.Snippet
			return w
		}),
		HasMore: more,
	}), nil
}

func (s *server) getConversation(ctx context.Context, who account.Caller, in *byConversation) (*answer[Conversation], error) {
	c, err := s.Agent.Get(ctx, who.User.Owner, in.ID)
	if err != nil {
		return nil, err
	}
	return ok(wireConversation(c, s.Agent.Running(c))), nil
}

type patchConversation struct {
	ID   string `path:"id" maxLength:"64"`
	Body ConversationPatch
}

func (s *server) patchConversation(ctx context.Context, who account.Caller, in *patchConversation) (*answer[Conversation], error) {
	p := agent.Patch{Title: in.Body.Title.orZero(), Model: in.Body.Model.orZero()}
	for _, c := range in.Body.Cards {
		p.Cards = append(p.Cards, agent.CardPatch(c))
	}
	if err := s.Agent.Update(ctx, who.User.Owner, in.ID, p); err != nil {
		return nil, err
	}
	return s.getConversation(ctx, who, &byConversation{in.ID})
}

func (s *server) deleteConversation(ctx context.Context, who account.Caller, in *byConversation) (*answer[Success], error) {
	if err := s.Agent.Delete(ctx, who.User.Owner, in.ID); err != nil {
		return nil, err
	}
	return done(), nil
}

func (s *server) deleteConversations(ctx context.Context, who account.Caller, _ *none) (*answer[Success], error) {
	if err := s.Agent.DeleteAll(ctx, who.User.Owner); err != nil {
		return nil, err
	}
	return done(), nil
}

type forkConversation struct {
	ID   string `path:"id" maxLength:"64"`
	Body ForkPoint
}

func (s *server) forkConversation(ctx context.Context, who account.Caller, in *forkConversation) (*answer[Conversation], error) {
	c, err := s.Agent.Fork(ctx, who.User.Owner, in.ID, in.Body.MessageID)
	if err != nil {
		return nil, err
	}
	return ok(wireConversation(c, false)), nil
}

type byChange struct {
	ID       string `path:"id" maxLength:"64"`
	ChangeID string `path:"change_id" maxLength:"200"`
}

func (s *server) undoChange(ctx context.Context, who account.Caller, in *byChange) (*answer[Success], error) {
	if err := s.Agent.Undo(ctx, agentPerson(ctx, who), in.ID, in.ChangeID); err != nil {
		return nil, err
	}
	return done(), nil
}

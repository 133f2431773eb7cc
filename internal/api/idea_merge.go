package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
)

type mergeIdeas struct {
	ID   int64 `path:"id" minimum:"1" doc:"The idea that is kept."`
	Body MergeRequest
}

func (s *server) mergeIdeas(ctx context.Context, who account.Caller, in *mergeIdeas) (*ideaAnswer, error) {
	d, err := s.Ideas.Merge(ctx, who.User.Owner, in.ID, in.Body.AbsorbID)
	if err != nil {
		return nil, err
	}
	return answerIdea(d), nil
}

func (s *server) unmergeIdeas(ctx context.Context, who account.Caller, in *mergeIdeas) (*ideaAnswer, error) {
	if err := s.Ideas.Unmerge(ctx, who.User.Owner, in.ID, in.Body.AbsorbID); err != nil {
		return nil, err
	}
	d, err := s.Ideas.Get(ctx, who.User.Owner, in.ID)
	if err != nil {
		return nil, err
	}
	return answerIdea(d), nil
}

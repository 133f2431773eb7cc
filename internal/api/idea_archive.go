package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
)

func (s *server) archiveIdea(ctx context.Context, who account.Caller, in *byID) (*answer[Success], error) {
	if err := s.Ideas.Archive(ctx, who.User.Owner, in.ID); err != nil {
		return nil, err
	}
	return done(), nil
}

func (s *server) restoreIdea(ctx context.Context, who account.Caller, in *byID) (*ideaAnswer, error) {
	d, err := s.Ideas.Restore(ctx, who.User.Owner, in.ID)
	if err != nil {
		return nil, err
	}
	return answerIdea(d), nil
}

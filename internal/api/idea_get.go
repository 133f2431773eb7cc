package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
)

// byID is a request that names one thing by its number.
type byID struct {
	ID int64 `path:"id" minimum:"1"`
}

func (s *server) getIdea(ctx context.Context, who account.Caller, in *byID) (*ideaAnswer, error) {
	d, err := s.Ideas.Get(ctx, who.User.Owner, in.ID)
	if err != nil {
		return nil, err
	}
	return answerIdea(d), nil
}

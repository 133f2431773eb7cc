package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
)

func (s *server) listDuplicates(ctx context.Context, who account.Caller, _ *none) (*answer[DuplicateList], error) {
	pending, err := s.Ideas.Duplicates(ctx, who.User.Owner)
	if err != nil {
		return nil, err
	}
	return ok(DuplicateList{each(pending, wireDuplicate)}), nil
}

func (s *server) dismissDuplicate(ctx context.Context, who account.Caller, in *byID) (*answer[Success], error) {
	if err := s.Ideas.DismissDuplicate(ctx, who.User.Owner, in.ID); err != nil {
		return nil, err
	}
	return done(), nil
}

func (s *server) mergeDuplicate(ctx context.Context, who account.Caller, in *byID) (*answer[Success], error) {
	if err := s.Ideas.MergeDuplicate(ctx, who.User.Owner, in.ID); err != nil {
		return nil, err
	}
	return done(), nil
}

func (s *server) reopenDuplicate(ctx context.Context, who account.Caller, in *byID) (*answer[Success], error) {
	if err := s.Ideas.ReopenDuplicate(ctx, who.User.Owner, in.ID); err != nil {
		return nil, err
	}
	return done(), nil
}

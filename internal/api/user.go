package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
)

func (s *server) getUser(_ context.Context, who account.Caller, _ *none) (*answer[User], error) {
	return ok(wireUser(who.User)), nil
}

type updateUser struct{ Body UserPatch }

func (s *server) updateUser(ctx context.Context, who account.Caller, in *updateUser) (*answer[User], error) {
	user, err := s.Accounts.EditProfile(ctx, who.User.Owner, account.ProfilePatch{
		DisplayName: in.Body.DisplayName,
		Settings:    in.Body.SettingsJSON,
	})
	if err != nil {
		return nil, err
	}
	return ok(wireUser(user)), nil
}

package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/byok"
)

// user is a person as the wire shows them.
func (s *server) user(ctx context.Context, u account.User) (User, error) {
	stored, err := s.Keys.Stored(ctx, u.Owner)
	if err != nil {
		return User{}, err
	}
	return wireUser(u, stored), nil
}

func (s *server) getUser(ctx context.Context, who account.Caller, _ *none) (*answer[User], error) {
	user, err := s.user(ctx, who.User)
	if err != nil {
		return nil, err
	}
	return ok(user), nil
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
	before := byok.Provider(who.User.PreferredProvider())
	if err := s.Keys.NotePreferred(ctx, personOf(ctx, user), before); err != nil {
		return nil, err
	}
	w, err := s.user(ctx, user)
	if err != nil {
		return nil, err
	}
	return ok(w), nil
}

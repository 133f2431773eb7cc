package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
)

// signedIn is an answer that begins or ends a session in the browser.
type signedIn[T any] struct {
	Cookie string `header:"Set-Cookie"`
	Body   T
}

func (s *server) begin(ctx context.Context, in account.SignedIn) (*signedIn[User], error) {
	user, err := s.user(ctx, in.User)
	if err != nil {
		return nil, err
	}
	return &signedIn[User]{
		Cookie: s.cookie.with(in.Token, in.Session.ExpiresAt).String(),
		Body:   user,
	}, nil
}

func (s *server) getSession(ctx context.Context, who account.Caller, _ *none) (*answer[SessionState], error) {
	if who.User.ID != "" {
		user, err := s.user(ctx, who.User)
		if err != nil {
			return nil, err
		}
		return ok(SessionState{User: &user, MagicLink: s.Accounts.MagicLinks()}), nil
	}
	needed, err := s.Accounts.SetupNeeded(ctx)
	if err != nil {
		return nil, err
	}
	return ok(SessionState{SetupNeeded: needed, MagicLink: s.Accounts.MagicLinks()}), nil
}

type setUp struct{ Body Setup }

func (s *server) setUp(ctx context.Context, _ account.Caller, in *setUp) (*signedIn[User], error) {
	session, err := s.Accounts.SetUp(ctx, in.Body.Token, account.NewUser{
		Email:       in.Body.Email,
		DisplayName: in.Body.DisplayName,
		Password:    in.Body.Password,
	})
	if err != nil {
		return nil, err
	}
	return s.begin(ctx, session)
}

type login struct{ Body Login }

func (s *server) login(ctx context.Context, _ account.Caller, in *login) (*signedIn[User], error) {
	session, err := s.Accounts.SignIn(ctx, in.Body.Email, in.Body.Password, clientOf(ctx))
	if err != nil {
		return nil, err
	}
	return s.begin(ctx, session)
}

func (s *server) logout(ctx context.Context, who account.Caller, _ *none) (*signedIn[Success], error) {
	if err := s.Accounts.SignOut(ctx, who); err != nil {
		return nil, err
	}
	return &signedIn[Success]{Cookie: s.cookie.gone().String(), Body: Success{true}}, nil
}

type changePassword struct{ Body PasswordChange }

func (s *server) changePassword(ctx context.Context, who account.Caller, in *changePassword) (*answer[Success], error) {
	if err := s.Accounts.ChangePassword(ctx, who, in.Body.CurrentPassword, in.Body.NewPassword); err != nil {
		return nil, err
	}
	return done(), nil
}

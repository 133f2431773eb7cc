package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
)

type askMagicLink struct{ Body MagicLinkRequest }

// askMagicLink answers alike whoever has the address, and before it is known
// whether anybody has.
func (s *server) askMagicLink(ctx context.Context, _ account.Caller, in *askMagicLink) (*answer[Success], error) {
	if err := s.Accounts.AskMagicLink(ctx, in.Body.Email, clientOf(ctx)); err != nil {
		return nil, err
	}
	return done(), nil
}

type redeemMagicLink struct{ Body MagicLinkToken }

func (s *server) redeemMagicLink(ctx context.Context, _ account.Caller, in *redeemMagicLink) (*signedIn[User], error) {
	session, err := s.Accounts.RedeemMagicLink(ctx, in.Body.Token, clientOf(ctx))
	if err != nil {
		return nil, err
	}
	return s.begin(ctx, session)
}

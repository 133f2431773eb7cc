package app

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/tool"
)

// staleDays tells the agent's tools from people's settings when an idea is
// stale.
type staleDays struct {
	users interface {
		User(ctx context.Context, who owner.ID) (account.User, error)
	}
}

func (s staleDays) StaleDays(ctx context.Context, who owner.ID) (int, error) {
	u, err := s.users.User(ctx, who)
	if err != nil {
		return 0, err
	}
	return u.StaleDays(tool.DefaultStale), nil
}

package app

import (
	"context"
	"errors"
	"log/slog"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/config"
)

// WithAccounts opens the database for the command line, without a server, and
// closes it when f is done. A server may be running at the same time.
func WithAccounts(ctx context.Context, cfg config.Storage, plan account.Plan, log *slog.Logger, f func(*account.Accounts) error) (err error) {
	folder := ""
	if cfg.DatabaseURL.Empty() {
		if folder, err = cfg.Folder(); err != nil {
			return err
		}
	}
	s, err := openStore(ctx, cfg, folder, nil, log)
	if err != nil {
		return err
	}
	accounts := account.New(s, account.Options{Log: log, Plan: plan})
	defer func() { err = errors.Join(err, accounts.Close(ctx), s.Close()) }()
	return f(accounts)
}

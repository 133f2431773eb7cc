package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"

	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// VerifyAudit checks what is written of the use of provider keys, person by
// person, and reports each. A server may be running at the same time.
func VerifyAudit(ctx context.Context, cfg config.Storage, log *slog.Logger, report func(audit.Checked)) (err error) {
	folder, err := filepath.Abs(cfg.Data)
	if err != nil {
		return err
	}
	s, err := openExisting(ctx, cfg, folder, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return audit.VerifyAll(ctx, s, report)
}

// openExisting opens the database for the command line, unless it would be a
// new one.
func openExisting(ctx context.Context, cfg config.Storage, folder string, log *slog.Logger) (*store.Store, error) {
	if cfg.DatabaseURL.Empty() {
		if err := config.DatabaseExists(folder); err != nil {
			return nil, err
		}
	}
	return openStore(ctx, cfg, folder, nil, log)
}

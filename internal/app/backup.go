package app

import (
	"context"
	"path/filepath"

	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// Backup copies the SQLite database to a file that is not there yet. A server
// may be running at the same time.
func Backup(ctx context.Context, cfg config.Storage, to string) error {
	folder, err := filepath.Abs(cfg.Data)
	if err != nil {
		return err
	}
	return store.Backup(ctx, store.Options{Path: config.DatabaseFile(folder), DatabaseURL: cfg.DatabaseURL}, to)
}

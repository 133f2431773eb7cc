package main

import (
	"context"
	"path/filepath"

	"github.com/neuralrepo/neuralrepo/internal/app"
	"github.com/neuralrepo/neuralrepo/internal/config"
)

type backup struct {
	config.Storage

	Path string `arg:"" help:"The file to make. It must not be there yet."`
}

// Run copies the database.
func (c *backup) Run(ctx context.Context, t terminal) error {
	to, err := filepath.Abs(c.Path)
	if err != nil {
		return err
	}
	if err := app.Backup(ctx, c.Storage, to); err != nil {
		return err
	}
	t.say("Copied the database to %s. The encryption key is not in it: keep that apart.", to)
	return nil
}

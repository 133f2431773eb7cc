package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/store/migrations"
)

// migrate brings the schema up to date, each step in a transaction with the
// note that it was done. The caller keeps other processes out.
func migrate(ctx context.Context, db *sql.DB, dialect goose.Dialect, folder string) error {
	steps, err := fs.Sub(migrations.Files, folder)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(dialect, db, steps,
		goose.WithTableName("schema_versions"),
		goose.WithDisableGlobalRegistry(true),
		goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("read the steps of the schema: %w", err)
	}
	there, known, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the version of the schema: %w", err)
	}
	if there > known {
		return fault.New(fault.Unavailable,
			"The database was used by a newer NeuralRepo (its schema is %d, this program knows %d): "+
				"install that version again, or restore a backup from before it", there, known)
	}
	if there == known {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema from %d to %d: %w", there, known, err)
	}
	return nil
}

package api

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/pgtest"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// inWorlds runs a test in a world on each database.
func inWorlds(t *testing.T, test func(*testing.T, *world)) {
	t.Run("sqlite", func(t *testing.T) { test(t, sqliteWorld(t)) })
	t.Run("postgres", func(t *testing.T) {
		test(t, newWorld(t, store.Options{DatabaseURL: secret.New(pgtest.Database(t))}))
	})
}

// sqliteWorld makes a world on SQLite, for what does not depend on the
// database.
func sqliteWorld(t *testing.T, settings ...setting) *world {
	return newWorld(t, store.Options{Path: filepath.Join(t.TempDir(), "test.db")}, settings...)
}

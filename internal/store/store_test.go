package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/pgtest"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestSQLite(t *testing.T)   { storetest.Run(t, sqlite) }
func TestPostgres(t *testing.T) { storetest.Run(t, postgres) }

// engines has a fresh database of every engine.
var engines = map[string]func(*testing.T) store.Options{"sqlite": sqlite, "postgres": postgres}

func sqlite(t *testing.T) store.Options {
	return store.Options{Path: filepath.Join(t.TempDir(), "data", "neuralrepo.db"), Durability: store.Normal}
}

func postgres(t *testing.T) store.Options {
	return store.Options{DatabaseURL: secret.New(pgtest.Database(t))}
}

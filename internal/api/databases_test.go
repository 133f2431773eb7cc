package api

import (
	"path/filepath"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/store"
)

// databases are those on which the whole API is tested.
func databases(t *testing.T) map[string]store.Options {
	return map[string]store.Options{
		"sqlite": {Path: filepath.Join(t.TempDir(), "test.db")},
	}
}

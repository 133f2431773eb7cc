package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// open opens a store until the end of the test.
func open(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// run runs a statement past the store.
func run(t *testing.T, o store.Options, text string) {
	t.Helper()
	var err error
	if o.DatabaseURL.Empty() {
		var db *sql.DB
		if db, err = sql.Open("sqlite", o.Path); err == nil {
			_, err = db.Exec(text)
			db.Close()
		}
	} else {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(t.Context(), o.DatabaseURL.Reveal()); err == nil {
			_, err = conn.Exec(t.Context(), text)
			conn.Close(context.Background())
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestEngine(t *testing.T) {
	for name, fresh := range engines {
		t.Run(name, func(t *testing.T) {
			s := open(t, fresh(t))
			if s.Engine() != name {
				t.Errorf("got engine %q, want %q", s.Engine(), name)
			}
			if err := s.Ping(t.Context()); err != nil {
				t.Errorf("ping: %v", err)
			}
		})
	}
}

// A database that a newer program has changed must be left as it is.
func TestNewerSchemaIsRefused(t *testing.T) {
	for name, fresh := range engines {
		t.Run(name, func(t *testing.T) {
			options := fresh(t)
			s, err := store.Open(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			// As it was written, true and 1 are the same to each engine.
			run(t, options, `INSERT INTO schema_versions (version_id, is_applied) VALUES (9000, '1')`)
			_, err = store.Open(t.Context(), options)
			if !fault.Is(err, fault.Unavailable) || !strings.Contains(fault.Message(err), "newer NeuralRepo") {
				t.Errorf("got error %v, want one that tells of a newer program", err)
			}
		})
	}
}

// A step that fails leaves the schema as it was, and the next start takes it.
func TestSchemaStepFailsAsAWhole(t *testing.T) {
	for name, fresh := range engines {
		t.Run(name, func(t *testing.T) {
			options := fresh(t)
			if options.Path != "" {
				if err := os.Mkdir(filepath.Dir(options.Path), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			run(t, options, `CREATE TABLE links (x BIGINT)`) // in the way of the second step
			if s, err := store.Open(t.Context(), options); err == nil {
				s.Close()
				t.Fatal("a step that cannot be taken was no error")
			}
			run(t, options, `DROP TABLE links`)
			open(t, options)
		})
	}
}

func TestSQLiteFilesArePrivate(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "deep", "data")
	open(t, store.Options{Path: filepath.Join(folder, "a b%20?#.db")})
	seen := 0
	err := filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		seen++
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v, want nothing for others", path, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "a b%20?#.db")); err != nil || seen < 2 {
		t.Errorf("the file has not the name that was asked for: %v", err)
	}
}

func TestOpenSaysWhatToDo(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "letter.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("Dear Ada, this is no database. ", 200)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		options store.Options
		kind    fault.Kind
	}{
		"no database":    {store.Options{Path: text}, fault.Unavailable},
		"a folder":       {store.Options{Path: folder}, fault.Unavailable},
		"under a file":   {store.Options{Path: filepath.Join(text, "db")}, fault.Unavailable},
		"durability":     {store.Options{Path: filepath.Join(folder, "x.db"), Durability: "off"}, fault.Invalid},
		"no URL":         {store.Options{DatabaseURL: secret.New("postgres://ada:hunter2@host:port/db")}, fault.Invalid},
		"nobody listens": {store.Options{DatabaseURL: secret.New("postgres://ada:hunter2@/db?host=" + folder)}, fault.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := store.Open(t.Context(), c.options)
			if err == nil {
				s.Close()
			}
			if !fault.Is(err, c.kind) || strings.Contains(fmt.Sprint(err), "hunter2") {
				t.Errorf("got error %v, want one of kind %v without the password", err, c.kind)
			}
		})
	}
}

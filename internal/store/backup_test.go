package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// A backup is of one moment and whole, also while ideas are being written.
func TestBackup(t *testing.T) {
	dir := t.TempDir()
	options := store.Options{Path: filepath.Join(dir, "live.db"), Durability: store.Normal}
	live, err := store.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	ada := account.User{ID: "ada", Email: "ada@example.org", Plan: account.Pro, Settings: "{}"}
	if err := live.CreateUser(t.Context(), &ada); err != nil {
		t.Fatal(err)
	}
	key := byok.Key{Provider: byok.OpenAI, Record: "r", Sealed: []byte("sealed")}
	if err := live.SetProviderKey(t.Context(), ada.Owner, key, audit.Entry{Action: audit.Set}); err != nil {
		t.Fatal(err)
	}
	ideas := idea.New(live, nil)
	capture := func(n int) error {
		_, err := ideas.Capture(t.Context(), ada.Owner, idea.Draft{Title: fmt.Sprint("Idea ", n), Tags: []string{"all"}, Source: idea.API})
		return err
	}
	const before = 20
	for n := range before {
		if err := capture(n + 1); err != nil {
			t.Fatal(err)
		}
	}
	stop, stopped := make(chan struct{}), make(chan error)
	go func() {
		for n := before; ; n++ {
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
			if err := capture(n + 1); err != nil {
				stopped <- err
				return
			}
		}
	}()
	to := filepath.Join(dir, "a backup.db")
	err = store.Backup(t.Context(), options, to)
	close(stop)
	if err := errors.Join(err, <-stopped); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup has mode %v, %v", info.Mode(), err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.part-*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	wantKind := func(err error, want fault.Kind) {
		t.Helper()
		if !fault.Is(err, want) {
			t.Errorf("error %v, want status %d", err, want.Status())
		}
	}
	wantKind(store.Backup(t.Context(), options, to), fault.Conflict)

	backup, err := store.Open(t.Context(), store.Options{Path: to})
	if err != nil {
		t.Fatal(err)
	}
	defer backup.Close()
	page, err := idea.New(backup, nil).List(t.Context(), ada.Owner, idea.Filter{Sort: idea.NewestFirst, Limit: 1, Tag: "all"})
	if err != nil || len(page.Ideas) != 1 {
		t.Fatalf("the backup has %v, %v", page, err)
	}
	if n := page.Ideas[0].Number; n < before {
		t.Errorf("the backup ends with idea %d, want at least %d", n, before)
	}
	if keys, err := backup.ProviderKeys(t.Context(), ada.Owner); err != nil || len(keys) != 1 || string(keys[0].Sealed) != "sealed" {
		t.Errorf("the backup has the provider keys %+v, %v", keys, err)
	}
	err = audit.VerifyAll(t.Context(), backup, func(c audit.Checked) {
		if c.Entries != 1 || c.Fault != nil {
			t.Errorf("the backup has an audit of %d entries: %v", c.Entries, c.Fault)
		}
	})
	if err != nil {
		t.Error(err)
	}
	last := page.Ideas[0].Number
	for n := range last {
		if _, err := idea.New(backup, nil).Get(t.Context(), ada.Owner, n+1); err != nil {
			t.Errorf("idea %d of %d: %v", n+1, last, err)
		}
	}
}

func TestBackupRefuses(t *testing.T) {
	dir := t.TempDir()
	missing := store.Options{Path: filepath.Join(dir, "missing.db")}
	for name, tt := range map[string]struct {
		options store.Options
		to      string
		want    fault.Kind
	}{
		"no database":    {missing, filepath.Join(dir, "b"), fault.NotFound},
		"PostgreSQL":     {store.Options{DatabaseURL: secret.New("postgres://localhost/x")}, filepath.Join(dir, "b"), fault.Invalid},
		"no folder":      {store.Options{Path: file(t, "x")}, filepath.Join(dir, "no", "b"), fault.Unavailable},
		"not a database": {store.Options{Path: file(t, strings.Repeat("words ", 1000))}, filepath.Join(dir, "b"), fault.Internal},
	} {
		if err := store.Backup(t.Context(), tt.options, tt.to); !fault.Is(err, tt.want) {
			t.Errorf("%s: error %v, want status %d", name, err, tt.want.Status())
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

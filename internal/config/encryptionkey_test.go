package config

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

func TestEncryptionKeyIsMadeOnce(t *testing.T) {
	dir := t.TempDir()
	first, notices, err := LoadEncryptionKey(Encryption{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := base64.StdEncoding.DecodeString(first.Reveal()); err != nil || len(b) != 32 {
		t.Errorf("made a key of %d bytes, %v, want 32 in base64", len(b), err)
	}
	if len(notices) != 1 || !strings.Contains(notices[0], filepath.Join(dir, "encryption-key")) || !strings.Contains(notices[0], "ENCRYPTION_KEY") {
		t.Errorf("notices %q, want where it is and how to move it out", notices)
	}
	info, err := os.Stat(filepath.Join(dir, "encryption-key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, %v", info.Mode(), err)
	}
	second, notices, err := LoadEncryptionKey(Encryption{}, dir)
	if err != nil || len(notices) != 0 || second.Reveal() != first.Reveal() {
		t.Errorf("the second time: same key %v, notices %q, %v", second.Reveal() == first.Reveal(), notices, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files are in the folder, %v, want 1", len(entries), err)
	}
}

func TestEncryptionKeyIsOneForAll(t *testing.T) {
	dir := t.TempDir()
	keys := make([]string, 16)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			key, _, err := LoadEncryptionKey(Encryption{}, dir)
			if err != nil {
				t.Error(err)
			}
			keys[i] = key.Reveal()
		})
	}
	wg.Wait()
	for _, key := range keys {
		if key == "" || key != keys[0] {
			t.Fatalf("programs that started together have different keys")
		}
	}
}

func TestGivenEncryptionKey(t *testing.T) {
	dir := t.TempDir()
	given := secret.New("given by the environment")
	name := filepath.Join(dir, "encryption-key")

	key, notices, err := LoadEncryptionKey(Encryption{EncryptionKey: given}, dir)
	if err != nil || key.Reveal() != given.Reveal() || len(notices) != 0 {
		t.Errorf("without a file: %v, notices %q, %v", key.Reveal() == given.Reveal(), notices, err)
	}
	if _, err := os.Stat(name); !os.IsNotExist(err) {
		t.Errorf("a key was made although one was given: %v", err)
	}
	for content, warned := range map[string]int{given.Reveal() + "\n": 0, "another one": 1} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		key, notices, err := LoadEncryptionKey(Encryption{EncryptionKey: given}, dir)
		if err != nil || key.Reveal() != given.Reveal() || len(notices) != warned {
			t.Errorf("beside a file with %q: %v, notices %q, %v", content, key.Reveal() == given.Reveal(), notices, err)
		}
		for _, n := range notices {
			if strings.Contains(n, "another one") || strings.Contains(n, given.Reveal()) {
				t.Errorf("a notice shows a key: %s", n)
			}
		}
	}
}

func TestPreviousEncryptionKeyInTheFolder(t *testing.T) {
	dir := t.TempDir()
	before, _, err := LoadEncryptionKey(Encryption{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	e := Encryption{EncryptionKey: NewEncryptionKey(), EncryptionKeyPrevious: secret.New("some other words\n\n " + before.Reveal() + "\r\n")}
	if got := e.Previous(); len(got) != 2 || got[0].Reveal() != "some other words" || got[1].Reveal() != before.Reveal() {
		t.Errorf("%d previous keys, want two: the words and the one of the folder", len(got))
	}
	key, notices, err := LoadEncryptionKey(e, dir)
	if err != nil || key.Reveal() != e.EncryptionKey.Reveal() || len(notices) != 0 {
		t.Errorf("notices %q, %v, want none: the key of the folder is a previous one", notices, err)
	}
	if len((Encryption{}).Previous()) != 0 {
		t.Error("there are previous keys where none is given")
	}
}

func TestEncryptionKeyThatOthersCanRead(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "encryption-key")
	if err := os.WriteFile(name, []byte("correct horse battery staple\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, 0o644); err != nil {
		t.Fatal(err)
	}
	key, notices, err := LoadEncryptionKey(Encryption{}, dir)
	if err != nil || key.Reveal() != "correct horse battery staple" {
		t.Fatalf("read %q, %v", key.Reveal(), err)
	}
	if len(notices) != 1 || !strings.Contains(notices[0], "0644") {
		t.Errorf("notices %q, want a warning", notices)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, %v", info.Mode(), err)
	}
}

func TestEmptyEncryptionKey(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "encryption-key"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if key, _, err := LoadEncryptionKey(Encryption{}, dir); err == nil || !strings.Contains(err.Error(), "is empty") {
		t.Errorf("read %q, %v, want an error", key.Reveal(), err)
	}
}

func TestFolder(t *testing.T) {
	root := t.TempDir()
	dir, err := Storage{Data: filepath.Join(root, "a", "b")}.Folder()
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %v, %v", info.Mode(), err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("the check left %v, %v", entries, err)
	}
	file := filepath.Join(root, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{file, filepath.Join(file, "below"), "/proc/neuralrepo"} {
		if _, err := (Storage{Data: bad}).Folder(); err == nil || !strings.Contains(err.Error(), "NEURALREPO_DATA") || !strings.Contains(err.Error(), bad) {
			t.Errorf("%s: error %v, want advice", bad, err)
		}
	}
}

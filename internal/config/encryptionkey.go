package config

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// keyFile is the file in the data folder that keeps the encryption key.
const keyFile = "encryption-key"

// NewEncryptionKey makes a key.
func NewEncryptionKey() secret.Text {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return secret.New(base64.StdEncoding.EncodeToString(b))
}

// Previous returns the keys of ENCRYPTION_KEY_PREVIOUS, one a line, so that a
// key may be words with spaces between them.
func (e Encryption) Previous() []secret.Text {
	var keys []secret.Text
	for line := range strings.Lines(e.EncryptionKeyPrevious.Reveal()) {
		if line = strings.TrimSpace(line); line != "" {
			keys = append(keys, secret.New(line))
		}
	}
	return keys
}

// LoadEncryptionKey returns the encryption key: the one that is given, else
// the one in the data folder, else a new one that it puts there. The notices
// are what the operator should read about it.
//
// The file is private to the user who runs the program, and appears at once
// with the whole key in it: of several programs that start together one makes
// it and all read the same.
func LoadEncryptionKey(e Encryption, folder string) (key secret.Text, notices []string, err error) {
	name := filepath.Join(folder, keyFile)
	if given := e.EncryptionKey; !given.Empty() {
		if kept, _, err := readKey(name); err == nil && !isOneOf(kept, append(e.Previous(), given)) {
			notices = append(notices, "ENCRYPTION_KEY is used; the other key in "+name+
				" is not. What was encrypted with that one cannot be read: if it is the right one, unset ENCRYPTION_KEY; if it was the key before, give it as ENCRYPTION_KEY_PREVIOUS too; if neither, delete the file.")
		}
		return given, notices, nil
	}
	key, notices, err = readKey(name)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, notices, err
	}
	if err := makeKey(name); err != nil {
		return secret.Text{}, nil, fmt.Errorf("cannot keep a new encryption key in %s: %w", name, err)
	}
	key, notices, err = readKey(name)
	return key, append(notices, "Made an encryption key and kept it in "+name+
		". Back it up apart from the database. To move it out, set ENCRYPTION_KEY to what the file says, or ENCRYPTION_KEY_FILE to where you put it, and delete it here."), err
}

// FindEncryptionKey returns the encryption key that is given or in the data
// folder, and makes none.
func FindEncryptionKey(e Encryption, folder string) (secret.Text, error) {
	if !e.EncryptionKey.Empty() {
		return e.EncryptionKey, nil
	}
	name := filepath.Join(folder, keyFile)
	key, err := readSecret(name)
	if errors.Is(err, fs.ErrNotExist) {
		return secret.Text{}, fmt.Errorf("there is no encryption key: set ENCRYPTION_KEY, or ENCRYPTION_KEY_FILE, or put it into %s", name)
	}
	return key, err
}

// isOneOf reports whether a key is among others.
func isOneOf(key secret.Text, all []secret.Text) bool {
	return slices.ContainsFunc(all, func(k secret.Text) bool {
		return strings.TrimSpace(k.Reveal()) == strings.TrimSpace(key.Reveal())
	})
}

// readKey reads the key from its file. Others must not: if they may, it takes
// the permission away and says so.
func readKey(name string) (key secret.Text, notices []string, err error) {
	info, err := os.Stat(name)
	if err != nil {
		return secret.Text{}, nil, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		if err := os.Chmod(name, 0o600); err != nil {
			return secret.Text{}, nil, fmt.Errorf("others can read the encryption key in %s (mode %#o); run chmod 600 on it: %w", name, mode, err)
		}
		notices = append(notices, fmt.Sprintf("Others could read the encryption key in %s (mode %#o). It is 0600 now; if somebody else uses this machine, they may know the key.", name, mode))
	}
	key, err = readSecret(name)
	return key, notices, err
}

// makeKey puts a new key into a file that is not there. If another program
// was faster, its file stays.
func makeKey(name string) error {
	// CreateTemp makes a file of mode 0600 that was not there before.
	f, err := os.CreateTemp(filepath.Dir(name), "."+keyFile+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(NewEncryptionKey().Reveal() + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	// A link, unlike a rename, fails if the name is taken.
	if err := os.Link(f.Name(), name); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(filepath.Dir(name))
}

// syncFolder makes the names in a folder survive a power cut.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

package config

import (
	"fmt"
	"os"
	"path/filepath"
)

// Folder makes the data folder if it is not there, for nobody but the user
// who runs the program, and checks that files can be made in it.
func (s Storage) Folder() (string, error) {
	const advice = "let the user who runs neuralrepo write there, or name another folder with NEURALREPO_DATA or --data"
	dir, err := filepath.Abs(s.Data)
	if err != nil {
		return "", fmt.Errorf("find the data folder %s: %w", s.Data, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("cannot make the data folder %s; %s: %w", dir, advice, reason(err))
	}
	probe, err := os.CreateTemp(dir, ".writable-*")
	if err != nil {
		return "", fmt.Errorf("cannot write to the data folder %s; %s: %w", dir, advice, reason(err))
	}
	probe.Close()
	if err := os.Remove(probe.Name()); err != nil {
		return "", fmt.Errorf("cannot write to the data folder %s; %s: %w", dir, advice, reason(err))
	}
	return dir, nil
}

// DatabaseExists returns an error if there is no SQLite file in a data folder.
func DatabaseExists(folder string) error {
	name := DatabaseFile(folder)
	if _, err := os.Stat(name); err != nil {
		return fmt.Errorf("there is no database at %s; name its folder with NEURALREPO_DATA or --data: %w", name, reason(err))
	}
	return nil
}

// DatabaseFile returns the SQLite file in a data folder.
func DatabaseFile(folder string) string { return filepath.Join(folder, "neuralrepo.db") }

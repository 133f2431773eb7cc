package mailtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Install builds the server once for this machine and returns its path. It is
// put in place whole, as tests of several packages may do it at a time. It
// takes minutes, so whoever runs many tests does it before they begin.
func Install(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "neuralrepo-tests")
	program := filepath.Join(folder, "mailpit-"+mailpit[strings.LastIndexByte(mailpit, '@')+1:])
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(folder, "build-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(fresh)
	cmd := exec.CommandContext(ctx, "go", "install", mailpit)
	cmd.Env = append(os.Environ(), "GOBIN="+fresh, "GOFLAGS=")
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the mail server: %w\n%s", err, output)
	}
	return program, os.Rename(filepath.Join(fresh, "mailpit"), program)
}

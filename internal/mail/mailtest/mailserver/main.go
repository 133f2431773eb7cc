// Command mailserver runs the mail server of the tests for programs that are
// not written in Go. It prints where the server is as one line of JSON, and
// ends when its input does.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/neuralrepo/neuralrepo/internal/mail/mailtest"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "mailserver:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "neuralrepo-mail-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	s, err := mailtest.Run(ctx, folder, mailtest.Options{})
	if err != nil {
		return err
	}
	defer s.Stop()
	err = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"port": s.Port, "url": s.URL, "authority": s.Authority, "user": mailtest.User, "password": mailtest.Password,
	})
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

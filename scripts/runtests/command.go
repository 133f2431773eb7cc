package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// stopTime is how long a command may take to clean up after an interrupt.
const stopTime = 20 * time.Second

// command prepares a command in a folder. Extra environment is NAME=value.
func (s *suite) command(dir string, env []string, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(s.ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "NO_COLOR=1")
	cmd.Env = append(cmd.Env, env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTime
	return cmd
}

// quiet runs a command and shows its output only if it fails.
func (s *suite) quiet(dir, name string, args ...string) error {
	output, err := s.command(dir, nil, name, args...).CombinedOutput()
	return explain(err, output, name, args)
}

// shown runs a command whose output a person wants to follow.
func (s *suite) shown(dir string, env []string, name string, args ...string) error {
	var kept bytes.Buffer
	cmd := s.command(dir, env, name, args...)
	cmd.Stdout = io.MultiWriter(s.out, &kept)
	cmd.Stderr = cmd.Stdout
	return explain(cmd.Run(), kept.Bytes(), name, args)
}

// explain puts what a command printed and how to repeat it into its error.
func explain(err error, output []byte, name string, args []string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s\n%s %s: %w", strings.TrimRight(string(output), "\n"), name, strings.Join(args, " "), err)
}

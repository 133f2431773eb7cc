//go:build unix

// Command pgcluster runs a command with a PostgreSQL server that all tests in
// it share, and returns its exit code:
//
//	go run ./internal/pgtest/pgcluster -- go test ./...
//
// It starts no server when the variables of package pgtest name one or leave
// PostgreSQL out.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/neuralrepo/neuralrepo/internal/pgtest"
)

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: pgcluster -- command [argument ...]")
		os.Exit(2)
	}
	code, err := run(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// run runs the command and returns its exit code. An interrupt is for the
// command: when it has ended, the server is stopped as ever.
func run(args []string) (code int, err error) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if os.Getenv(pgtest.ServerVariable) == "" && os.Getenv(pgtest.SkipVariable) != "1" {
		cluster, failure := pgtest.Start()
		if failure != nil {
			return 1, failure
		}
		defer func() { err = errors.Join(err, cluster.Stop()) }()
		os.Setenv(pgtest.ServerVariable, cluster.URL())
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			cmd.Process.Signal(s) // which the terminal may have done already
		case err := <-ended:
			if cmd.ProcessState.Exited() {
				return cmd.ProcessState.ExitCode(), nil
			}
			return 1, err
		}
	}
}

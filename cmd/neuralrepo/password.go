package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// readPassword asks for a new password twice, without showing it, or reads it
// from the first line of standard input if nobody sits there.
func readPassword(t terminal) (secret.Text, error) {
	fd := int(t.in.Fd())
	if !term.IsTerminal(fd) {
		return readLine(t.in)
	}
	ask := func(prompt string) (string, error) {
		fmt.Fprint(t.err, prompt)
		b, err := term.ReadPassword(fd)
		t.say("")
		return string(b), err
	}
	first, err := ask("New password: ")
	if err != nil {
		return secret.Text{}, fmt.Errorf("read the password: %w", err)
	}
	second, err := ask("The same again: ")
	if err != nil {
		return secret.Text{}, fmt.Errorf("read the password: %w", err)
	}
	if first != second {
		return secret.Text{}, errors.New("the two passwords are not the same; nothing was changed")
	}
	return secret.New(first), nil
}

// maxLine is more than any password has.
const maxLine = 4096

// readLine reads a password from the first line.
func readLine(r io.Reader) (secret.Text, error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxLine)).ReadString('\n')
	if err != nil && err != io.EOF {
		return secret.Text{}, fmt.Errorf("read the password from standard input: %w", err)
	}
	line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	if line == "" {
		return secret.Text{}, errors.New("no password came from standard input; write it there as one line")
	}
	return secret.New(line), nil
}

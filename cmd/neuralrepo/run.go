package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// The exit codes.
const (
	done     = 0
	failed   = 1
	misusage = 2 // the command line or a setting is wrong
)

// program is the command line.
type program struct {
	Serve   serve          `cmd:"" help:"Run the server."`
	User    user           `cmd:"" help:"Make, list and let in the people who have an account."`
	Key     encryptionKey  `cmd:"" name:"encryption-key" help:"Make and rotate the key that provider keys are encrypted with."`
	Audit   auditCommands  `cmd:"" help:"Verify what is written about the use of provider keys."`
	Mail    mailCommands   `cmd:"" help:"See that mail arrives."`
	Digest  digestCommands `cmd:"" help:"Look at somebody's weekly letter, or send them one."`
	Backup  backup         `cmd:"" help:"Copy the SQLite database to a file, also while the server runs."`
	Version version        `cmd:"" help:"Say which version this is."`
}

// terminal is where a command reads and writes. Standard output is for what
// another program may want; everything that people read goes to errors.
type terminal struct {
	in  *os.File
	out io.Writer
	err io.Writer
}

// say tells the operator something.
func (t terminal) say(format string, args ...any) { fmt.Fprintf(t.err, format+"\n", args...) }

// run does what a command line says and returns the exit code.
func run(args []string, t terminal) int {
	if len(args) == 0 {
		args = []string{"--help"}
	}
	var p program
	parser, err := kong.New(&p, append(config.Options(),
		kong.Name("neuralrepo"),
		kong.Description("NeuralRepo keeps your ideas: capture, organise, find and link them. Start it with: neuralrepo serve"),
		kong.Writers(t.out, t.err),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)...)
	if err != nil {
		t.say("neuralrepo: %v", err)
		return failed
	}
	command, err := parser.Parse(args)
	if err != nil {
		t.say("neuralrepo: %v", err)
		t.say("Run neuralrepo --help, or --help behind a command, for what there is.")
		return misusage
	}

	command.BindTo(untilSignal(), (*context.Context)(nil))
	if err := command.Run(t); err != nil {
		t.say("neuralrepo: %s", reason(err))
		return failed
	}
	return done
}

// untilSignal returns a context that ends with the first signal to stop. The
// second one ends the program: nobody listens for it any more by the time the
// context has ended.
func untilSignal() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals)
		cancel()
	}()
	return ctx
}

// reason is what the operator should read about an error. What was made for
// people to read needs no more; of everything else they get the whole story,
// since nobody but them can read the cause.
func reason(err error) string {
	var e *fault.Error
	if errors.As(err, &e) && e.Kind != fault.Internal {
		return fault.Message(err)
	}
	return err.Error()
}

//go:build unix

package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/neuralrepo/neuralrepo/internal/pgtest"
)

// asMain makes the test binary be the command.
const asMain = "PGCLUSTER_AS_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asMain) == "1" {
		main()
	}
	os.Exit(m.Run())
}

// command returns the command around a shell script, without the variables
// that would keep it from starting a server.
func command(t *testing.T, script string) *exec.Cmd {
	t.Helper()
	if os.Getenv(pgtest.SkipVariable) == "1" {
		t.Skip("needs PostgreSQL, and " + pgtest.SkipVariable + " is 1")
	}
	cmd := exec.Command(os.Args[0], "--", "sh", "-c", script)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, pgtest.ServerVariable+"=")
	}), asMain+"=1")
	cmd.Stderr = os.Stderr
	return cmd
}

func TestExitCode(t *testing.T) {
	out, err := command(t, `echo "$`+pgtest.ServerVariable+`"; exit 7`).Output()
	if e := (*exec.ExitError)(nil); !errors.As(err, &e) || e.ExitCode() != 7 {
		t.Errorf("got %v, want exit code 7", err)
	}
	gone(t, string(out))
}

func TestNoServerIfThereIsOne(t *testing.T) {
	cmd := command(t, `echo "$`+pgtest.ServerVariable+`"`)
	cmd.Env = append(cmd.Env, pgtest.ServerVariable+"=postgres://there")
	out, err := cmd.Output()
	if got := string(out); err != nil || got != "postgres://there\n" {
		t.Errorf("got %q, %v, want the URL that was given", got, err)
	}
}

// However the command ends, the server ends with it.
func TestSignals(t *testing.T) {
	for name, signal := range map[string]os.Signal{"interrupt": os.Interrupt, "terminate": syscall.SIGTERM, "kill": os.Kill} {
		t.Run(name, func(t *testing.T) {
			cmd := command(t, `echo "$`+pgtest.ServerVariable+`"; read nothing`)
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			server, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			conn, err := pgx.Connect(t.Context(), strings.TrimSpace(server))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(context.Background())
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if _, err := conn.WaitForNotification(t.Context()); err == nil {
				t.Error("the server went on")
			}
			in.Close() // which ends a script that outlived a kill
			io.Copy(io.Discard, out)
			if err := cmd.Wait(); err == nil {
				t.Error("the command ended as if nothing had been")
			}
			if signal != os.Kill { // else the folder goes a moment later
				gone(t, server)
			}
		})
	}
}

// gone checks that nothing is left of a server.
func gone(t *testing.T, server string) {
	t.Helper()
	u, err := url.Parse(strings.TrimSpace(server))
	if err != nil {
		t.Fatal(err)
	}
	folder := u.Query().Get("host")
	if _, err := os.Stat(folder); folder == "" || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder %q is still there", folder)
	}
}

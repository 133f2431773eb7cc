package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"neuralrepo": main})
}

// The scripts drive the real program, each in a folder of its own. Besides
// the usual commands they have
//
//	serve [flag...]   start the server, on a free port, and set $URL and $ADDR
//	stop              ask it to end with SIGTERM; it must end well
//	stop twice        ask it again once it waits for a request that never ends
//	http METHOD path [body] [header: value...]
//	                  ask it, and put status and body on standard output
//	mode file octal   check the permissions of a file
//	sql statement     run it on the SQLite database, behind the server's back
//	mailserver [stop] start a mail server of which MAIL_PORT, MAIL_USER,
//	                  MAIL_PASSWORD and MAIL_AUTHORITY tell, or end it
//	mailbox regexp    what it took must match
//	capture NAME regexp
//	                  set $NAME to what the first group matches in the last output
//
// What serve prints at the start and what stop finds on standard error can be
// looked at with stdout and stderr.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("NEURALREPO_ADDR", "127.0.0.1:0")
			e.Setenv("NEURALREPO_DATA", e.WorkDir+"/data")
			e.Values[serverKey{}] = &server{}
			e.Values[mailServerKey{}] = &mailServer{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve":   serveCommand,
			"stop":    stopCommand,
			"http":    httpCommand,
			"mode":    modeCommand,
			"sql":     sqlCommand,
			"capture": captureCommand,

			"mailserver": mailServerCommand,
			"mailbox":    mailboxCommand,
		},
	})
}

type serverKey struct{}

// server is the one that a script has started.
type server struct {
	process *exec.Cmd
	errors  errorOutput
	reading sync.WaitGroup
}

// errorOutput is what the server writes to standard error.
type errorOutput struct {
	bytes.Buffer
	stopping chan struct{} // closed when the server says that it stops
}

func (o *errorOutput) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, []byte("Stopping.")) {
		close(o.stopping)
	}
	return o.Buffer.Write(p)
}

// settings are the variables that the program reads.
var settings = []string{
	"PATH", "HOME", "NEURALREPO_ADDR", "NEURALREPO_DATA", "NEURALREPO_PUBLIC_URL", "NEURALREPO_TRUST_PROXY",
	"NEURALREPO_PLAN", "NEURALREPO_DAILY_LIMIT", "NEURALREPO_LOG_LEVEL", "NEURALREPO_LOG_FORMAT", "NEURALREPO_DURABILITY",
	"DATABASE_URL", "DATABASE_URL_FILE", "ENCRYPTION_KEY", "ENCRYPTION_KEY_FILE", "ENCRYPTION_KEY_PREVIOUS", "ENCRYPTION_KEY_PREVIOUS_FILE",
	"ANTHROPIC_BASE_URL", "OPENAI_BASE_URL", "OPENROUTER_BASE_URL",
}

var listening = regexp.MustCompile(`listens on (http://(\S+))`)

func serveCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(serverKey{}).(*server)
	if neg || s.process != nil {
		ts.Fatalf("usage: serve [flag...], once before stop")
	}
	program := ""
	for dir := range strings.SplitSeq(ts.Getenv("PATH"), string(os.PathListSeparator)) {
		if _, err := os.Stat(dir + "/neuralrepo"); err == nil {
			program = dir + "/neuralrepo"
			break
		}
	}
	*s = server{
		process: exec.Command(program, append([]string{"serve"}, args...)...),
		errors:  errorOutput{stopping: make(chan struct{})},
	}
	s.process.Dir = ts.MkAbs(".")
	s.process.Stderr = &s.errors
	for _, name := range settings {
		if v := ts.Getenv(name); v != "" {
			s.process.Env = append(s.process.Env, name+"="+v)
		}
	}
	out, err := s.process.StdoutPipe()
	ts.Check(err)
	ts.Check(s.process.Start())
	ts.Defer(func() {
		if s.process != nil {
			s.process.Process.Kill()
			s.reading.Wait()
			s.process.Wait()
		}
	})

	// The last line says what to open.
	lines := bufio.NewScanner(out)
	welcome := ""
	for lines.Scan() {
		welcome += lines.Text() + "\n"
		if strings.HasPrefix(lines.Text(), "Open ") || strings.Contains(lines.Text(), "/setup#") {
			break
		}
	}
	found := listening.FindStringSubmatch(welcome)
	if found == nil {
		s.process.Wait()
		ts.Fatalf("the server did not start: %s%s", welcome, s.errors.String())
	}
	s.reading.Go(func() { io.Copy(io.Discard, out) })
	fmt.Fprint(ts.Stdout(), welcome)
	ts.Setenv("URL", found[1])
	ts.Setenv("ADDR", found[2])
}

func stopCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(serverKey{}).(*server)
	twice := len(args) == 1 && args[0] == "twice"
	if neg || len(args) != 0 && !twice || s.process == nil {
		ts.Fatalf("usage: stop [twice], after serve")
	}
	if twice {
		c, err := net.Dial("tcp", ts.Getenv("ADDR"))
		ts.Check(err)
		defer c.Close()
		fmt.Fprint(c, "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n")
		line, err := bufio.NewReader(c).ReadString('\n')
		ts.Check(err)
		if !strings.HasPrefix(line, "HTTP/1.1 100 ") {
			ts.Fatalf("the server does not wait for the body: %s", line)
		}
	}
	ts.Check(s.process.Process.Signal(syscall.SIGTERM))
	if twice {
		<-s.errors.stopping
		ts.Check(s.process.Process.Signal(syscall.SIGTERM))
	}
	s.reading.Wait()
	err := s.process.Wait()
	state := s.process.ProcessState
	s.process = nil
	fmt.Fprint(ts.Stderr(), s.errors.String())
	if !twice {
		ts.Check(err)
	} else if status, ok := state.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGTERM {
		ts.Fatalf("the second signal did not end the server: %v", state)
	}
}

func httpCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: http METHOD path [body] [header: value...]")
	}
	var body string
	headers := args[2:]
	if len(headers) > 0 && strings.HasPrefix(headers[0], "{") {
		body, headers = headers[0], headers[1:]
	}
	req, err := http.NewRequest(args[0], ts.Getenv("URL")+args[1], strings.NewReader(body))
	ts.Check(err)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, ok := strings.Cut(h, ": ")
		if !ok {
			ts.Fatalf("%q is not a header", h)
		}
		req.Header.Set(name, value)
	}
	client := http.Client{Timeout: time.Minute}
	answer, err := client.Do(req)
	ts.Check(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%d %s\n", answer.StatusCode, text)
	if ok := answer.StatusCode < 300; ok == neg {
		ts.Fatalf("%s %s: %d %s", args[0], args[1], answer.StatusCode, text)
	}
}

func modeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode file octal")
	}
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[1] {
		ts.Fatalf("%s has mode %s, want %s", args[0], got, args[1])
	}
}

func sqlCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sql statement")
	}
	db, err := sql.Open("sqlite", ts.MkAbs("data/neuralrepo.db")+"?_pragma=busy_timeout(10000)") // the program registers it
	ts.Check(err)
	_, err = db.Exec(args[0])
	ts.Check(errors.Join(err, db.Close()))
}

func captureCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture NAME regexp")
	}
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("%s does not match once: %q", args[1], found)
	}
	ts.Setenv(args[0], found[1])
}

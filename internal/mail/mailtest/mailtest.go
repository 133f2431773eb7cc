// Package mailtest runs a real mail server for tests: Mailpit, a program of
// its own that speaks SMTP with STARTTLS and authentication, refuses whom it
// is told to refuse, and shows over HTTP what arrived.
package mailtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// mailpit is the program, in a version of its own, so that it is no dependency
// of ours.
const mailpit = "github.com/axllent/mailpit@v1.33.1"

// What the server asks for when somebody signs in.
const (
	User     = "neuralrepo"
	Password = "correct-horse"
)

// startTime is how long the server may take until it answers.
const startTime = 30 * time.Second

// Options say how the server behaves.
type Options struct {
	Clear bool // no TLS and no user
	// Implicit wants TLS from the first byte.
	Implicit bool
}

// Server is a mail server that runs. It takes letters to addresses at
// example.org and refuses all others.
type Server struct {
	Port int    // of SMTP on 127.0.0.1; its certificate is for localhost
	URL  string // where what arrived can be read
	// Authority is the file with the certificate that signed the server's.
	Authority string

	options Options
	folder  string
	program string
	stdin   io.Closer
	ended   chan error
	output  *lockedBuffer
}

// Start starts a server until the end of the test.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := Run(t.Context(), t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// Run starts a server that keeps everything in a folder. It must be stopped,
// and ends by itself when this process does.
func Run(ctx context.Context, folder string, o Options) (*Server, error) {
	program, err := Install(ctx)
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, folder: folder, program: program, Authority: filepath.Join(folder, "authority.pem")}
	if err := writeCertificates(folder); err != nil {
		return nil, err
	}
	if err := os.WriteFile(s.path("users"), []byte(User+":"+Password+"\n"), 0o600); err != nil {
		return nil, err
	}
	var ports [2]int
	for n := range ports {
		if ports[n], err = freePort(); err != nil {
			return nil, err
		}
	}
	s.Port, s.URL = ports[0], "http://127.0.0.1:"+strconv.Itoa(ports[1])
	return s, s.Restart(ctx)
}

func (s *Server) path(name string) string { return filepath.Join(s.folder, name) }

// keeper ends the server when nobody holds the other end of its input any
// more, so that it outlives no test, however that ends.
const keeper = `"$@" & server=$!; cat >/dev/null; kill $server; wait $server`

// Restart starts a server that was stopped, where it was, with what it had.
func (s *Server) Restart(ctx context.Context) error {
	args := []string{"-c", keeper, "sh", s.program,
		"--smtp", "127.0.0.1:" + strconv.Itoa(s.Port),
		"--listen", s.URL[len("http://"):],
		"--database", s.path("mail.db"),
		"--smtp-allowed-recipients", `@example\.org$`,
		"--smtp-disable-rdns", "--disable-version-check", "--enable-chaos", "--pop3", "127.0.0.1:0",
	}
	if !s.options.Clear {
		args = append(args, "--smtp-auth-file", s.path("users"), "--smtp-tls-cert", s.path("server.pem"), "--smtp-tls-key", s.path("server.key"))
		if s.options.Implicit {
			args = append(args, "--smtp-require-tls")
		} else {
			args = append(args, "--smtp-require-starttls")
		}
	}
	cmd := exec.Command("/bin/sh", args...)
	s.output = &lockedBuffer{}
	cmd.Stdout, cmd.Stderr = s.output, s.output
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the mail server: %w", err)
	}
	s.stdin, s.ended = stdin, make(chan error, 1)
	go func() { s.ended <- cmd.Wait() }()
	if err := s.ready(ctx); err != nil {
		s.Stop()
		return fmt.Errorf("%w\n%s", err, s.output)
	}
	return nil
}

// Stop ends the server. What arrived is kept for Restart.
func (s *Server) Stop() {
	if s.stdin == nil {
		return
	}
	s.stdin.Close()
	<-s.ended
	s.stdin = nil
}

// ready waits until both of its doors answer.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		var list []Letter
		err := s.get(ctx, "/api/v1/messages?limit=1", &list, false)
		if err == nil {
			var conn net.Conn
			if conn, err = net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(s.Port)); err == nil {
				return conn.Close()
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("the mail server does not answer: %w", err)
		}
	}
}

// Letter is one that arrived.
type Letter struct {
	ID        string
	MessageID string
	Subject   string
	To        []struct{ Name, Address string }
}

// Letters returns what arrived, the newest first.
func (s *Server) Letters(t testing.TB) []Letter {
	t.Helper()
	list, err := s.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// List is Letters without a test.
func (s *Server) List(ctx context.Context) ([]Letter, error) {
	var list struct{ Messages []Letter }
	err := s.get(ctx, "/api/v1/messages?limit=500", &list, true)
	return list.Messages, err
}

// Wait returns what arrived once that is n letters.
func (s *Server) Wait(t testing.TB, n int) []Letter {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), startTime)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		list := s.Letters(t)
		if len(list) >= n {
			return list
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%d letters arrived, want %d", len(list), n)
		}
	}
}

// Source returns a letter as it travelled.
func (s *Server) Source(t testing.TB, id string) string {
	t.Helper()
	resp, err := http.Get(s.URL + "/api/v1/message/" + id + "/raw")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Text returns the plain text of a letter.
func (s *Server) Text(t testing.TB, id string) string {
	t.Helper()
	var m struct{ Text string }
	if err := s.get(t.Context(), "/api/v1/message/"+id, &m, true); err != nil {
		t.Fatal(err)
	}
	return m.Text
}

// Refuse has the server refuse with a code whoever sends, or whoever receives;
// 0 for neither.
func (s *Server) Refuse(t testing.TB, sender, recipient int) {
	t.Helper()
	trigger := func(code int) map[string]int {
		if code == 0 {
			return map[string]int{"ErrorCode": 451, "Probability": 0}
		}
		return map[string]int{"ErrorCode": code, "Probability": 100}
	}
	body, err := json.Marshal(map[string]any{"Sender": trigger(sender), "Recipient": trigger(recipient)})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), "PUT", s.URL+"/api/v1/chaos", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if answer, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		t.Fatalf("the mail server does not take chaos: %s %s", resp.Status, answer)
	}
}

func (s *Server) get(ctx context.Context, path string, into any, read bool) error {
	req, err := http.NewRequestWithContext(ctx, "GET", s.URL+path, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, resp.Status)
	}
	if !read {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(into)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// lockedBuffer takes what the server prints.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

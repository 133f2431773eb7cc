package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// build builds the program as it is released and returns its path.
func build(ctx context.Context, folder string) (string, error) {
	path := filepath.Join(folder, "neuralrepo")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", path, "github.com/neuralrepo/neuralrepo/cmd/neuralrepo")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the server: %w\n%s", err, out)
	}
	return path, nil
}

// server is a running neuralrepo serve.
type server struct {
	cmd     *exec.Cmd
	url     string
	started time.Duration // from exec to the first answered health check
	output  *bytes.Buffer
}

// start runs the program on a data folder and waits until it answers.
func start(ctx context.Context, program, data, durability string, flags ...string) (*server, error) {
	return launch(ctx, program, func(addr string) []string {
		return append([]string{"serve", "--addr", addr, "--data", data,
			"--durability", durability, "--daily-limit", "1000000000", "--log-level", "warn"}, flags...)
	})
}

// launch runs any program that is a server and waits until it answers.
func launch(ctx context.Context, program string, args func(addr string) []string) (*server, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	s := &server{url: "http://" + addr, output: &bytes.Buffer{}}
	s.cmd = exec.CommandContext(ctx, program, args(addr)...)
	s.cmd.Stdout, s.cmd.Stderr = s.output, s.output
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(os.Interrupt) }
	s.cmd.WaitDelay = 10 * time.Second
	begin := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for {
		if err := s.healthy(ctx); err == nil {
			s.started = time.Since(begin)
			return s, nil
		}
		if time.Since(begin) > time.Minute || ctx.Err() != nil {
			return nil, errors.Join(errors.New("the server did not answer"), s.stop())
		}
		time.Sleep(time.Millisecond)
	}
}

func (s *server) healthy(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/api/v1/health", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return nil
}

// stop ends the server and waits for it.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("the server ended with %w\n%s", err, s.output)
	}
	return nil
}

// memory returns the resident memory of the server in bytes, or 0 where the
// system has no /proc.
func (s *server) memory() int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			if err == nil {
				return kib << 10
			}
		}
	}
	return 0
}

// idle returns the resident memory of the server once it has nothing to do.
func (s *server) idle() int64 {
	time.Sleep(time.Second)
	return s.memory()
}

// cpu returns the processor time that the server has taken so far, or 0 where
// the system has no /proc, and of no server.
func (s *server) cpu() time.Duration {
	if s == nil {
		return 0
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	// The name of the program is in parentheses and may have spaces.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	const user, system = 11, 12 // behind the name
	var ticks int64
	for _, i := range []int{user, system} {
		n, err := strconv.ParseInt(fields[i], 10, 64)
		if err != nil {
			return 0
		}
		ticks += n
	}
	const tick = 10 * time.Millisecond // on every Linux that Go runs on
	return time.Duration(ticks) * tick
}

// freeAddr returns an address of this machine on which nobody listens.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

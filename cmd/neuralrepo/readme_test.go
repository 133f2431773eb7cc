package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/app"
	"github.com/neuralrepo/neuralrepo/internal/config"
)

const (
	readmeMark = "<!-- test:curl -->"    // stands in the line before a block that is tried out
	readmeURL  = "http://127.0.0.1:8484" // what the blocks call the server
	readmeMin  = 5                       // so many blocks there are at least
)

// The commands that README.md shows for a server that runs do what they say:
// each block that is marked runs as a shell script, in order, against a real
// server, with an API key in NEURALREPO_API_KEY. A command that fails, or an
// answer that is an error, fails the test.
func TestReadmeCommands(t *testing.T) {
	readme, err := os.ReadFile(filepath.FromSlash("../../README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := markedBlocks(string(readme))
	if err != nil {
		t.Fatal(err)
	}
	if len(blocks) < readmeMin {
		t.Fatalf("README.md has %d blocks that are marked with %s, want %d or more", len(blocks), readmeMark, readmeMin)
	}
	url, key := readmeServer(t, providers(t))
	run := shell(t, "NEURALREPO_API_KEY="+key, "ANTHROPIC_API_KEY="+providerKeys["anthropic"])
	for _, b := range blocks {
		t.Run(fmt.Sprint("line ", b.line), func(t *testing.T) {
			if out, err := run(strings.ReplaceAll(b.text, readmeURL, url)); err != nil {
				t.Errorf("%v\n%s\n%s", err, b.text, out)
			}
		})
	}
}

// shell returns what runs a script of curl commands in an environment.
func shell(t *testing.T, env ...string) func(script string) (string, error) {
	t.Helper()
	home := t.TempDir()
	// curl itself takes an answer that is an error for a success.
	if err := os.WriteFile(filepath.Join(home, ".curlrc"), []byte("fail-with-body\nsilent\nshow-error\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(script string) (string, error) {
		sh := exec.CommandContext(t.Context(), "sh", "-eu", "-c", script)
		sh.Dir = home
		sh.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "CURL_HOME=" + home}, env...)
		out, err := sh.CombinedOutput()
		return string(out), err
	}
}

// readmeServer starts a server for somebody who has an API key. All providers
// are at one address.
func readmeServer(t *testing.T, providers string) (url, key string) {
	t.Helper()
	cfg := config.Config{
		Storage:    config.Storage{Data: t.TempDir(), Durability: "normal"},
		Addr:       "127.0.0.1:0",
		DailyLimit: 10_000,
		AI:         config.AI{AnthropicURL: providers, OpenAIURL: providers + "/v1", OpenRouterURL: providers + "/api/v1"},
	}
	log := slog.New(slog.DiscardHandler)
	err := app.WithAccounts(t.Context(), cfg.Storage, account.Pro, log, func(a *account.Accounts) error {
		u, err := a.AddUser(t.Context(), account.NewUser{Email: "ada@example.org", DisplayName: "Ada"})
		if err != nil {
			return err
		}
		text, _, err := a.CreateAPIKey(t.Context(), account.Caller{User: u, Scopes: account.Scopes}, account.KeyDraft{})
		key = text.Reveal()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), cfg, "test", log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	return a.URL(), key
}

// block is a piece of shell in a document.
type block struct {
	line int // where it begins
	text string
}

// markedBlocks returns the fenced blocks of shell behind a mark. A mark with
// anything else behind it is an error, as it looks tested and is not.
func markedBlocks(doc string) ([]block, error) {
	var out []block
	lines := strings.Split(doc, "\n")
	for i := 0; i < len(lines); i++ {
		if strings.TrimSpace(lines[i]) != readmeMark {
			continue
		}
		if i++; i == len(lines) || lines[i] != "```sh" {
			return nil, fmt.Errorf("line %d: behind %s must be a line with ```sh", i+1, readmeMark)
		}
		b := block{line: i + 2}
		for i++; i < len(lines) && lines[i] != "```"; i++ {
			b.text += lines[i] + "\n"
		}
		if i == len(lines) {
			return nil, fmt.Errorf("line %d: the block does not end", b.line)
		}
		out = append(out, b)
	}
	return out, nil
}

func TestMarkedBlocks(t *testing.T) {
	doc := "# x\n```sh\nnot this\n```\n" + readmeMark + "\n```sh\ncurl a\ncurl b\n```\n\n" + readmeMark + "\n```sh\n```\n"
	got, err := markedBlocks(doc)
	if err != nil {
		t.Fatal(err)
	}
	want := []block{{7, "curl a\ncurl b\n"}, {13, ""}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(block{})); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	for _, bad := range []string{readmeMark, readmeMark + "\n\n```sh\ncurl a\n```", readmeMark + "\n```json\n{}\n```", readmeMark + "\n```sh\ncurl a\n"} {
		if got, err := markedBlocks(bad); err == nil {
			t.Errorf("%q has the blocks %v, want an error", bad, got)
		}
	}
}

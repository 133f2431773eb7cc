package account

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// The rule for secret scanners finds every key, and nothing that only looks
// a little like one.
func TestScannerRule(t *testing.T) {
	dir := filepath.FromSlash("../../docs/scanner")
	config, err := os.ReadFile(filepath.Join(dir, "neuralrepo.toml"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^regex = '''(.*)'''$`).FindAllSubmatch(config, -1)
	if len(found) != 1 {
		t.Fatalf("the file has %d rules, want 1", len(found))
	}
	rule, err := regexp.Compile(string(found[0][1]))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(config), `keywords = ["`+KeyPrefix+`"]`) {
		t.Errorf("the keyword that makes a scanner look is not %s", KeyPrefix)
	}
	lines := func(name string) []string {
		b, err := os.ReadFile(filepath.Join(dir, "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSpace(string(b)), "\n")
	}
	find := func(line string) (secret.Text, bool) {
		m := rule.FindStringSubmatch(line)
		if m == nil {
			return secret.Text{}, false
		}
		return secret.New(m[1]), true
	}

	for _, line := range lines("true.txt") {
		key, ok := find(line)
		if !ok {
			t.Errorf("not found in %q", line)
		} else if err := ParseKey(key); err != nil {
			t.Errorf("found in %q, but %v", line, err)
		}
	}
	for _, line := range lines("false.txt") {
		if key, ok := find(line); ok {
			t.Errorf("found %s in %q", key.Reveal(), line)
		}
	}
	// These have the form of a key, and only the checksum tells.
	for _, line := range lines("mistyped.txt") {
		key, ok := find(line)
		if !ok {
			t.Errorf("not found in %q", line)
		} else if ParseKey(key) == nil {
			t.Errorf("what is found in %q passes for a key", line)
		}
	}
	// A key that is made now is found too.
	w := newWorld(t, Options{})
	key, _, err := w.CreateAPIKey(t.Context(), Caller{User: w.add(t, "ada@example.org"), Scopes: Scopes}, KeyDraft{})
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := find("X-API-Key: " + key.Reveal()); !ok || got.Reveal() != key.Reveal() {
		t.Error("a new key is not found")
	}
}

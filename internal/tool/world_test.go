package tool

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/spec"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// world is a catalogue over a real database.
type world struct {
	*Catalogue
	ideas    *idea.Repository
	ada, bob byok.Person
}

// writes is a writer of specifications that always writes the same.
type writes struct{ ideas *idea.Repository }

func (w writes) Write(ctx context.Context, who byok.Person, number int64, o spec.Options, _ spec.Sink) (artifact.Artifact, error) {
	return artifact.Artifact{Idea: number, Version: 1, Body: "# Spec " + o.Instructions, Complete: true}, nil
}

func newWorld(t testing.TB) *world {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "test.db"), Durability: store.Normal})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	people := account.New(s, account.Options{})
	for _, name := range []string{"ada", "bob"} { // owners 1 and 2
		if _, err := people.AddUser(t.Context(), account.NewUser{Email: name + "@example.org", DisplayName: name}); err != nil {
			t.Fatal(err)
		}
	}
	ideas := idea.New(s, nil)
	return &world{
		Catalogue: New(Parts{Ideas: ideas, Search: search.New(s, ideas, nil), Specs: writes{ideas}, Merges: ideas}),
		ideas:     ideas, ada: byok.Person{Owner: 1, ID: "ada"}, bob: byok.Person{Owner: 2, ID: "bob"},
	}
}

func (w *world) call(t testing.TB, name, input string) (Result, error) {
	t.Helper()
	tool, ok := w.Find(name)
	if !ok {
		t.Fatalf("no tool %s", name)
	}
	return tool.Run(t.Context(), Call{Who: w.ada, Input: json.RawMessage(input)})
}

func (w *world) must(t testing.TB, name, input string) Result {
	t.Helper()
	r, err := w.call(t, name, input)
	if err != nil {
		t.Fatalf("%s %s: %v", name, input, err)
	}
	return r
}

// capture stores some ideas, #1 to #4.
func (w *world) capture(t testing.TB) {
	t.Helper()
	for _, in := range []string{
		`{"title":"Solar charger","body":"Charges phones from a window.","tags":["energy","home"]}`,
		`{"title":"Solar roof","tags":["energy"]}`,
		`{"title":"Bread diary","body":"What was baked."}`,
		`{"title":"Garden sensors","tags":["home"],"status":"exploring"}`,
	} {
		w.must(t, "create_idea", in)
	}
}

func has(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q lacks %q", text, want)
		}
	}
}

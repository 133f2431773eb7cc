package llm

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

//go:embed models.json
var embeddedModels []byte

// Purpose is what a model is asked for.
type Purpose string

// The purposes that a registered model can serve.
const (
	ForAgent  Purpose = "agent"
	ForSpec   Purpose = "spec"
	ForDigest Purpose = "digest"
)

// Entry is a model that a person can choose.
type Entry struct {
	ID       string `json:"id"`    // stable, for requests and settings: "sonnet"
	Name     string `json:"name"`  // as the model picker shows it: "Sonnet"
	Title    string `json:"title"` // with its version: "Claude Sonnet 4"
	Provider string `json:"provider"`
	NeedsKey bool   `json:"needs_key"` // the person's own
	Context  int    `json:"context"`   // tokens that the model can hold
	// Window is set if the provider offers less than Context, in tokens.
	Window  int    `json:"window,omitempty"`
	BestFor string `json:"best_for"`
	Wire    string `json:"wire"` // the id in requests
	// Successors are asked in turn once the provider has retired Wire.
	Successors []string `json:"successors,omitempty"`
	// Any lets a person name another id of the provider in place of Wire.
	Any        bool      `json:"any,omitempty"`
	MaxOutput  int       `json:"max_output"` // tokens to ask for at most
	Serves     []Purpose `json:"serves"`
	DefaultFor []Purpose `json:"default_for,omitempty"` // among its provider's models
}

// Room returns how many tokens a request and its answer may have together.
func (e Entry) Room() int {
	if e.Window > 0 {
		return e.Window
	}
	return e.Context
}

// Registry is the list of models that people can choose from.
type Registry struct{ entries []Entry }

// LoadRegistry reads the models from the file at path, or those that are part
// of the program if path is "". An error names the entry and what is wrong.
func LoadRegistry(path string) (*Registry, error) {
	if path == "" {
		return parseRegistry("models.json", embeddedModels)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the model registry: %w", err)
	}
	return parseRegistry(path, b)
}

func parseRegistry(name string, b []byte) (*Registry, error) {
	var file struct {
		About  string  `json:"about"`
		Models []Entry `json:"models"`
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	r := &Registry{entries: file.Models}
	if err := r.validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}

func (r *Registry) validate() error {
	if len(r.entries) == 0 {
		return errors.New("there are no models")
	}
	names := map[string]bool{}
	for i, e := range r.entries {
		if err := e.validate(); err != nil {
			return fmt.Errorf("model %d (%q): %w", i+1, e.ID, err)
		}
		for _, n := range slices.Compact([]string{e.ID, strings.ToLower(e.Name)}) {
			if names[n] {
				return fmt.Errorf("model %d (%q): another model is called %q", i+1, e.ID, n)
			}
			names[n] = true
		}
	}
	for _, provider := range providers {
		for _, p := range purposes {
			var serve, lead int
			for _, e := range r.entries {
				if e.Provider == provider && slices.Contains(e.Serves, p) {
					serve++
				}
				if e.Provider == provider && slices.Contains(e.DefaultFor, p) {
					lead++
				}
			}
			if serve > 0 && lead != 1 {
				return fmt.Errorf("of the %s models that serve %q, %d are the default; it must be one", provider, p, lead)
			}
		}
	}
	return nil
}

var (
	providers = []string{Anthropic, OpenAI, OpenRouter, WorkersAI}
	purposes  = []Purpose{ForAgent, ForSpec, ForDigest}
)

func known(provider string) bool { return slices.Contains(providers, provider) }

func (e Entry) validate() error {
	switch {
	case e.ID == "" || strings.Trim(e.ID, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "":
		return errors.New("id must be small letters, digits, dots and hyphens")
	case e.Name == "":
		return errors.New("name is missing")
	case !known(e.Provider):
		return fmt.Errorf("provider %q is none of %s", e.Provider, strings.Join(providers, ", "))
	case e.NeedsKey == (e.Provider == WorkersAI):
		return errors.New("needs_key must be false for workers-ai and true for all others")
	case e.Context <= 0:
		return errors.New("context must be a number of tokens")
	case e.Window < 0 || e.Window > e.Context:
		return errors.New("window must not be more than context")
	case e.MaxOutput <= 0 || e.MaxOutput >= e.Room():
		return errors.New("max_output must be a number of tokens, less than the model can hold")
	case e.Wire == "" || slices.Contains(e.Successors, ""):
		return errors.New("wire and successors must name models")
	case len(e.Serves) == 0:
		return errors.New("serves must name a purpose")
	}
	for _, p := range e.Serves {
		if !slices.Contains(purposes, p) {
			return fmt.Errorf("serves: %q is none of agent, spec, digest", p)
		}
	}
	for _, p := range e.DefaultFor {
		if !slices.Contains(e.Serves, p) {
			return fmt.Errorf("default_for: it does not serve %q", p)
		}
	}
	return nil
}

// For returns the models that serve a purpose, in the order of the file.
func (r *Registry) For(p Purpose) []Entry {
	var all []Entry
	for _, e := range r.entries {
		if slices.Contains(e.Serves, p) {
			all = append(all, e)
		}
	}
	return all
}

// Default returns the model of a provider that serves a purpose when the
// person names none.
func (r *Registry) Default(provider string, p Purpose) (Entry, bool) {
	i := slices.IndexFunc(r.entries, func(e Entry) bool {
		return e.Provider == provider && slices.Contains(e.DefaultFor, p)
	})
	if i < 0 {
		return Entry{}, false
	}
	return r.entries[i], true
}

// Find returns the model that serves a purpose under this id, name or wire
// id, whatever the case; provider narrows the search unless it is "". Where an
// entry takes any model, an id of the form "maker/model" is found too. The
// fault names the field "model".
func (r *Registry) Find(provider, model string, p Purpose) (Entry, error) {
	var ids []string
	var other *Entry
	for _, e := range r.For(p) {
		if provider != "" && e.Provider != provider {
			continue
		}
		if strings.EqualFold(model, e.ID) || strings.EqualFold(model, e.Name) || model == e.Wire {
			return e, nil
		}
		if e.Any {
			other = &e
			ids = append(ids, "the id of a model at "+Title(e.Provider))
			continue
		}
		ids = append(ids, e.ID)
	}
	if other != nil && looksForeign(model) {
		other.Name, other.Title, other.Wire, other.Successors = model, model, model, nil
		return *other, nil
	}
	if len(ids) == 0 {
		return Entry{}, fault.OfField("model", "cannot be chosen: no model of %s does this", Title(provider))
	}
	return Entry{}, fault.OfField("model", "must be one of: %s", strings.Join(ids, ", "))
}

// looksForeign reports whether a name has the form of an OpenRouter model id.
func looksForeign(model string) bool {
	maker, rest, ok := strings.Cut(model, "/")
	if !ok || maker == "" || rest == "" || len(model) > 128 || maker[0] == '@' {
		return false
	}
	for _, c := range model {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}

// Successors returns what to ask for instead of a retired wire id.
func (r *Registry) Successors(wire string) []string {
	for _, e := range r.entries {
		if e.Wire == wire {
			return e.Successors
		}
	}
	return nil
}

// WithLocal returns a registry for a server of the operator's own in place of
// Workers AI: names maps the id or name of a model to its id on that server.
// Models that are not in the map keep their id.
func (r *Registry) WithLocal(names map[string]string) (*Registry, error) {
	local := &Registry{entries: slices.Clone(r.entries)}
	for name, wire := range names {
		i := slices.IndexFunc(local.entries, func(e Entry) bool {
			return e.Provider == WorkersAI && (strings.EqualFold(name, e.ID) || strings.EqualFold(name, e.Name))
		})
		if i < 0 {
			return nil, fmt.Errorf("%q is no Workers AI model of the registry", name)
		}
		if wire == "" {
			return nil, fmt.Errorf("%q has no model of the local server", name)
		}
		local.entries[i].Wire, local.entries[i].Successors = wire, nil
	}
	return local, nil
}

package spec

import (
	"strings"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// MaxInstructions is how many characters a person may ask in besides.
const MaxInstructions = 4_000

// Options say how a specification is to be written. The zero value asks the
// person's active provider for its default model.
type Options struct {
	Provider     byok.Provider // "" for the one of Model, else the active one
	Model        string        // an id, name or wire id of the registry; "" for the provider's default
	Instructions string        // what the person asks for besides
	// Regenerate asks the model even if the gateway has its answer already.
	Regenerate bool
	// Resume goes on with this version, which broke off; 0 begins a new one.
	Resume int64
}

// checked returns the options as they are used.
func (o Options) checked() (Options, error) {
	o.Instructions = strings.TrimSpace(o.Instructions)
	n := utf8.RuneCountInString(o.Instructions)
	switch {
	case !utf8.ValidString(o.Instructions):
		return Options{}, fault.OfField("instructions", "is not valid UTF-8: send it in UTF-8")
	case strings.ContainsRune(o.Instructions, 0):
		return Options{}, fault.OfField("instructions", "has a NUL character (U+0000): remove it")
	case n > MaxInstructions:
		return Options{}, fault.OfField("instructions", "has %d characters, at most %d are allowed", n, MaxInstructions)
	case o.Resume < 0:
		return Options{}, fault.OfField("resume", "must be the number of a version")
	case o.Resume > 0 && o.Regenerate:
		return Options{}, fault.OfField("regenerate", "cannot be asked for together with resume: one begins anew, the other goes on")
	case o.Resume > 0 && o.Instructions != "":
		return Options{}, fault.OfField("instructions", "cannot be given with resume: a version keeps those with which it was begun")
	}
	return o, nil
}

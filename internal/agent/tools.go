package agent

import (
	"context"
	"encoding/json"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// Tools are what models may call.
type Tools interface {
	// All returns them, always in the same order: models are asked for less
	// money if the beginning of a question is as before.
	All() []Tool
	// Undo takes a change back, or returns a fault.Conflict that says why it
	// cannot be.
	Undo(ctx context.Context, who byok.Person, change json.RawMessage) error
}

// Tool is one of them.
type Tool struct {
	Name, Title, Description string
	Input                    json.RawMessage // the JSON schema of an object
	Reads                    bool            // changes nothing
	Destroys                 bool            // takes away what a person made
	// Check returns a sentence for the model if it does not take an input.
	Check func(input json.RawMessage) error
	Run   func(ctx context.Context, c Call) (Result, error)
}

// Call is a call of a tool.
type Call struct {
	Who   byok.Person
	Input json.RawMessage
	Focus int64 // the idea that the conversation is about, 0 for none
}

// Result is what came of it.
type Result struct {
	Text    string          // for the model
	Cards   []artifact.Card // without ids
	Changes []json.RawMessage
}

// None is no tools.
var None Tools = none{}

type none struct{}

func (none) All() []Tool { return nil }
func (none) Undo(context.Context, byok.Person, json.RawMessage) error {
	return fault.New(fault.Conflict, "This cannot be undone")
}

// Package tool has what a model may do with an owner's ideas, as a catalogue
// of named tools: the agent's, and any other client's that speaks for a
// person. A tool checks what it is given, does it by the rules of the house,
// and says what it changed, so that it can be taken back.
//
// The model that calls a tool does the thinking and passes its result as
// arguments; but for develop_spec, no tool asks a model itself.
package tool

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// Tool is something that a model may call.
type Tool struct {
	Name, Title string
	Description string          // Markdown for the model
	Input       json.RawMessage // JSON schema of an object
	Reads       bool            // changes nothing
	Destroys    bool            // takes away or overwrites what a person made
	Repeats     bool            // twice with the same arguments is the same as once

	check func(json.RawMessage) error
	run   func(context.Context, Call) (Result, error)
}

// Call is a call of a tool.
type Call struct {
	Who        byok.Person
	Source     idea.Source     // of ideas that it captures; idea.Web if empty
	Input      json.RawMessage // the arguments
	Focus      int64           // the idea that the conversation is about, 0 if none
	MaxResults int             // of the plan, 0 for the default
}

// Result is what came of a call.
type Result struct {
	Text    string          // what the model reads
	Data    any             // the same as a structure; nil if there is none
	Cards   []artifact.Card // without ID
	Changes []Change        // what it changed; the card of the same place shows it
}

// Check returns a sentence for the model if a tool does not take an input: it
// names the field, and what is allowed.
func (t Tool) Check(input json.RawMessage) error { return t.check(input) }

// Run checks the input and does it. Whatever the rules do not allow is a fault
// with a sentence for the model; any other failure is fault.Internal.
func (t Tool) Run(ctx context.Context, c Call) (Result, error) { return t.run(ctx, c) }

//go:embed descriptions/*.md
var descriptions embed.FS

// effect says what a tool may do.
type effect int

const (
	reads    effect = 1 << iota // Tool.Reads
	destroys                    // Tool.Destroys
	repeats                     // Tool.Repeats
)

// checker is parameters that have rules beyond their schema.
type checker interface{ check() error }

// define makes a tool from its parameters. It panics for parameters that have
// no schema, which every test would see.
func define[P any](name, title string, e effect, run func(context.Context, Call, P) (Result, error)) Tool {
	schema := schemaOf[P]()
	input, err := json.Marshal(schema)
	if err != nil {
		panic(fmt.Sprintf("tool: schema of %s: %v", name, err))
	}
	text, err := descriptions.ReadFile("descriptions/" + name + ".md")
	if err != nil {
		panic(fmt.Sprintf("tool: description of %s: %v", name, err))
	}
	return Tool{
		Name: name, Title: title, Description: strings.TrimSpace(string(text)), Input: input,
		Reads: e&reads != 0, Destroys: e&destroys != 0, Repeats: e&repeats != 0,
		check: func(input json.RawMessage) error {
			_, err := parse[P](schema, input)
			return err
		},
		run: func(ctx context.Context, c Call) (Result, error) {
			p, err := parse[P](schema, c.Input)
			if err != nil {
				return Result{}, err
			}
			return run(ctx, c, p)
		},
	}
}

// parse reads arguments.
func parse[P any](schema *jsonschema.Schema, input json.RawMessage) (p P, err error) {
	fitted, err := fit(schema, input)
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(fitted, &p); err != nil {
		return p, fmt.Errorf("read arguments: %w", err) // fit lets nothing pass that fails here
	}
	if c, ok := any(p).(checker); ok {
		return p, c.check()
	}
	return p, nil
}

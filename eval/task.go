package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

//go:embed tasks.json
var tasksFile []byte

// task is something that a person asks of the agent, and how to tell from the
// library afterwards whether it was done.
type task struct {
	Name string `json:"name"`
	// Ideas are in the library before; their numbers are 1, 2, 3 …
	Ideas    []seed            `json:"ideas"`
	Settings map[string]any    `json:"settings"` // such as agent_approval
	Focus    int64             `json:"focus"`    // the idea that the conversation is about
	Mode     string            `json:"mode"`     // canvas or map; "" for canvas
	Say      []string          `json:"say"`      // what the person says, turn by turn
	Approve  bool              `json:"approve"`  // what the agent asks for is allowed
	Want     want              `json:"want"`
	Script   [][]scriptedReply `json:"script"` // for each of Say, what the scripted model answers, round by round
}

// seed is an idea that is there before.
type seed struct {
	Title  string   `json:"title"`
	Body   string   `json:"body,omitempty"`
	Status string   `json:"status,omitempty"`
	Tags   []string `json:"tags,omitempty"`
	// Relations go to ideas that come before it.
	Relations []seedRelation `json:"relations,omitempty"`
}

type seedRelation struct {
	To   int64  `json:"to"`
	Type string `json:"type"`
}

// scriptedReply is one answer of the scripted model: text, calls, or both.
type scriptedReply struct {
	Text  string         `json:"text,omitempty"`
	Calls []scriptedCall `json:"calls,omitempty"`
	// Status makes the answer an error with this HTTP status.
	Status int `json:"status,omitempty"`
}

type scriptedCall struct {
	Tool string `json:"tool"`
	// Input is sent as it stands, also if it is no JSON object: that is what
	// weak models write.
	Input json.RawMessage `json:"input,omitempty"`
	Raw   string          `json:"raw,omitempty"` // in place of Input
}

// want is what must be so afterwards. What is not named may be anyhow.
type want struct {
	Count     *int           `json:"count,omitempty"` // of ideas that are not archived
	Ideas     []wantIdea     `json:"ideas,omitempty"`
	Relations []wantRelation `json:"relations,omitempty"`
	// Unrelated are pairs between which there must be no relation.
	Unrelated [][2]int64 `json:"unrelated,omitempty"`
	Says      []string   `json:"says,omitempty"`  // each is part of the last answer, in any case
	Never     []string   `json:"never,omitempty"` // none is part of anything that was answered
	Tools     []string   `json:"tools,omitempty"` // each was called
	NotTools  []string   `json:"not_tools,omitempty"`
	Cards     []string   `json:"cards,omitempty"` // types of cards that were shown
	Asked     *bool      `json:"asked,omitempty"` // whether the agent asked for approval
}

// wantIdea is an idea that must be there: the one with the number, or any one
// that fits.
type wantIdea struct {
	Number   int64    `json:"number,omitempty"`
	Title    string   `json:"title,omitempty"` // a part of it, in any case
	Body     string   `json:"body,omitempty"`  // a part of it, in any case
	Status   string   `json:"status,omitempty"`
	Tags     []string `json:"tags,omitempty"`    // it has each of them
	NoTags   []string `json:"no_tags,omitempty"` // it has none of them
	Archived *bool    `json:"archived,omitempty"`
}

type wantRelation struct {
	From int64  `json:"from"`
	To   int64  `json:"to"`
	Type string `json:"type,omitempty"` // "" for any, in either direction
}

// empty reports whether the task can only succeed.
func (w want) empty() bool {
	b, err := json.Marshal(w)
	return err == nil && string(b) == "{}"
}

// tasks reads the evaluation set.
func tasks() ([]task, error) {
	var file struct {
		About string `json:"about"`
		Tasks []task `json:"tasks"`
	}
	d := json.NewDecoder(bytes.NewReader(tasksFile))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("tasks.json: %w", err)
	}
	var names []string
	for _, t := range file.Tasks {
		if err := t.check(); err != nil {
			return nil, fmt.Errorf("tasks.json: %q: %w", t.Name, err)
		}
		names = append(names, t.Name)
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != len(file.Tasks) {
		return nil, errors.New("tasks.json: two tasks have the same name")
	}
	return file.Tasks, nil
}

func (t task) check() error {
	switch {
	case t.Name == "":
		return errors.New("it has no name")
	case len(t.Say) == 0:
		return errors.New("nobody says anything")
	case len(t.Script) != len(t.Say):
		return errors.New("the script must have an entry for each thing that is said")
	case t.Want.empty():
		return errors.New("nothing is wanted, so it cannot fail")
	}
	return nil
}

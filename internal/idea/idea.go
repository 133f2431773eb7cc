// Package idea has the nouns of the repository and their rules: what an idea
// is, how it is captured, edited, moved, tagged, linked, related, merged and
// archived. It knows nothing of SQL, HTTP or models: it declares the Store it
// needs, and its errors are faults whose messages a person may read.
package idea

import (
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// Idea is a thought that somebody captured.
type Idea struct {
	// Number is the owner's own running number: 1, 2, 3 … It is what people
	// see as #12 and what the API calls both id and number. It is never
	// given again, not even after a merge.
	Number    int64
	Title     string
	Body      string // Markdown; "" if there is none
	Status    Status
	Source    Source
	SourceURL string   // "" if there is none
	Parent    int64    // number of the idea this one branched from, 0 if none
	Tags      []string // normalised names, in the order they were given
	Archived  bool

	// Processing is true until the background work that follows a capture is
	// done.
	Processing bool
	// Version starts at 1 and grows with every change of the fields above;
	// it is what an ETag is made of.
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Brief is as much of an idea as a reference to it shows.
type Brief struct {
	Number   int64
	Title    string
	Status   Status
	Archived bool
}

// Status is how far an idea has come.
type Status string

// The statuses. The first four are the intended way; any move is allowed.
const (
	Captured  Status = "captured"  // recorded, not judged: the inbox
	Exploring Status = "exploring" // being thought about
	Building  Status = "building"  // being made
	Shipped   Status = "shipped"   // delivered
	Shelved   Status = "shelved"   // parked, not abandoned
)

// Statuses lists every status in the order of the board's columns.
var Statuses = []Status{Captured, Exploring, Building, Shipped, Shelved}

// ParseStatus checks a status that came from outside.
func ParseStatus(s string) (Status, error) { return oneOf("status", s, Statuses) }

// Source is the way by which an idea came in. It never changes.
type Source string

// The sources.
const (
	Web       Source = "web"        // the web app
	CLI       Source = "cli"        // the command-line client
	ClaudeMCP Source = "claude-mcp" // a model over MCP
	Siri      Source = "siri"       // a Siri shortcut
	Email     Source = "email"      // a mail
	API       Source = "api"        // a direct call
	Shortcut  Source = "shortcut"   // an Apple shortcut without voice
	IOS       Source = "ios"        // the iOS client
)

// Sources lists every source.
var Sources = []Source{Web, CLI, ClaudeMCP, Siri, Email, API, Shortcut, IOS}

// ParseSource checks a source that came from outside.
func ParseSource(s string) (Source, error) { return oneOf("source", s, Sources) }

// oneOf checks s against the values of an enumeration.
func oneOf[T ~string](field, s string, values []T) (T, error) {
	for _, v := range values {
		if string(v) == s {
			return v, nil
		}
	}
	list := ""
	for i, v := range values {
		switch {
		case i == 0:
		case i == len(values)-1:
			list += " or "
		default:
			list += ", "
		}
		list += string(v)
	}
	return "", fault.OfField(field, "must be %s", list)
}

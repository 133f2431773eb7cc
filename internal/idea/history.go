package idea

import "time"

// Event is one step in the life of an idea.
type Event struct {
	Kind EventKind
	From Status // for Moved
	To   Status // for Captured and Moved
	Peer int64  // for Merged, Absorbed and Unmerged: the number of the other idea
	At   time.Time
}

// EventKind is what happened.
type EventKind string

// The kinds of events.
const (
	EventCaptured EventKind = "captured" // the idea came in
	EventMoved    EventKind = "moved"    // its status changed
	EventArchived EventKind = "archived"
	EventRestored EventKind = "restored"
	EventMerged   EventKind = "merged"   // it took another idea in
	EventAbsorbed EventKind = "absorbed" // another idea took it in
	EventUnmerged EventKind = "unmerged" // it gave back the idea that it took in
)

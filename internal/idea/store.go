package idea

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

// Store opens transactions on what one owner has. A Tx reaches nothing of
// anybody else: the owner is named once, here.
type Store interface {
	// Read runs f on one consistent snapshot.
	Read(ctx context.Context, who owner.ID, f func(Tx) error) error
	// Write runs f in a transaction that is committed durably when f returns
	// nil and leaves no trace otherwise. Write transactions of one owner run
	// one after the other, each seeing what the one before it wrote, so a
	// rule that reads before it writes needs no lock of its own. f may run
	// more than once. A transaction that changed something tells the owner's
	// open pages once it is committed.
	Write(ctx context.Context, who owner.ID, f func(Tx) error) error
}

// Tx is what a transaction can reach, noun by noun. Whatever is not there is
// a fault.NotFound.
type Tx struct {
	Ideas      Ideas
	Tags       Tags
	Links      Links
	Relations  Relations
	Duplicates Duplicates
	History    History
	Maps       Maps
	Meaning    Meaning
	Merges     Merges
}

// Ideas keeps ideas.
type Ideas interface {
	// Insert stores a new idea, indexes its words and sets its Number and
	// Version. Tags that do not exist are made.
	Insert(ctx context.Context, i *Idea) error
	// Get returns an idea, archived or not.
	Get(ctx context.Context, number int64) (Idea, error)
	// Update stores every field of an idea but Number, Source and CreatedAt,
	// indexes its words again if they changed, and sets i.Version to the
	// next one.
	Update(ctx context.Context, i *Idea) error
	// List returns the ideas that a filter lets pass.
	List(ctx context.Context, f Filter) (Page, error)
	// Existing returns those of the numbers that there are, in order.
	Existing(ctx context.Context, numbers []int64) ([]int64, error)
}

// Tags keeps tags.
type Tags interface {
	// All returns every tag in alphabetical order, with its count.
	All(ctx context.Context) ([]Tag, error)
	Get(ctx context.Context, id int64) (Tag, error)
	// Insert sets the ID; a name that is taken is a fault.Conflict.
	Insert(ctx context.Context, t *Tag) error
	// Update stores name and colour; a name that is taken is a
	// fault.Conflict. The ideas that carry the tag get a new version.
	Update(ctx context.Context, t Tag) error
	// Delete takes the tag from every idea; those get a new version.
	Delete(ctx context.Context, id int64) error
}

// Links keeps the links of ideas.
type Links interface {
	// Of returns the links of an idea, oldest first.
	Of(ctx context.Context, number int64) ([]Link, error)
	// Insert sets the ID.
	Insert(ctx context.Context, number int64, l *Link) error
	Delete(ctx context.Context, number, id int64) error
	// Move gives all links of one idea to another, without those whose URL
	// the other has already.
	Move(ctx context.Context, from, to int64) error
}

// Relations keeps relations.
type Relations interface {
	Get(ctx context.Context, id int64) (Relation, error)
	// Of returns the relations that go out from an idea and those that come
	// in, oldest first, also those whose other end is archived.
	Of(ctx context.Context, number int64) (outgoing, incoming []Related, err error)
	// Put inserts a relation whose ID is 0, and sets it; else it stores type,
	// ends, note and score of the one that has the ID.
	Put(ctx context.Context, r *Relation) error
	Delete(ctx context.Context, id int64) error
	// Targets returns the ideas that relations of the type lead to from any
	// of the numbers, each once.
	Targets(ctx context.Context, t RelationType, from []int64) ([]int64, error)
}

// Duplicates keeps proposals that two ideas are one.
type Duplicates interface {
	// Pending returns the undecided ones, the most similar first.
	Pending(ctx context.Context) ([]Duplicate, error)
	Get(ctx context.Context, id int64) (Duplicate, error)
	// Insert sets the ID. Of Idea and Of, only the numbers count. A pair that
	// was ever proposed, in either direction, is a fault.Conflict.
	Insert(ctx context.Context, d *Duplicate) error
	Decide(ctx context.Context, id int64, s DuplicateStatus) error
	// Of returns the proposals in which an idea is named, decided or not.
	Of(ctx context.Context, number int64) ([]Duplicate, error)
	// Score stores how similar the ideas of a proposal are.
	Score(ctx context.Context, id int64, score float64) error
	// Withdraw takes back a pending proposal. It may be made again.
	Withdraw(ctx context.Context, id int64) error
	// Close takes back the pending proposals in which an idea is named.
	Close(ctx context.Context, number int64) error
}

// History keeps what happened to ideas.
type History interface {
	Append(ctx context.Context, number int64, e Event) error
	// Of returns the events of an idea, oldest first.
	Of(ctx context.Context, number int64) ([]Event, error)
}

// Merges keeps what is needed to take merges back.
type Merges interface {
	// Put stores what two ideas were before one took the other in, in place
	// of what was stored of an earlier merge of the absorbed one.
	Put(ctx context.Context, kept, absorbed int64, before []byte) error
	Get(ctx context.Context, kept, absorbed int64) ([]byte, error)
	Delete(ctx context.Context, kept, absorbed int64) error
}

// Maps reads the map as a whole and keeps where its ideas are.
type Maps interface {
	Map(ctx context.Context) (Map, error)
	// Place stores positions; numbers that are not there are passed over.
	Place(ctx context.Context, at map[int64]Point) error
}

// Filter says which ideas a list shows, in which order, and which part of
// the list. The zero values of the first four let everything pass.
type Filter struct {
	Status   Status
	Source   Source
	Tag      string      // a normalised name
	Words    words.Query // ideas in which all of its terms are found
	Archived bool        // the archived ones instead of the others
	Sort     Sort
	Limit    int // at most this many ideas; required
	Offset   int // after passing over this many
	// After continues behind the last idea of an earlier page; unlike an
	// offset it costs the same however deep the page is. Offset counts from
	// there.
	After *Cursor
}

// Cursor is a place in a sorted list.
type Cursor struct {
	Key    string // of the sort column, as Page gave it
	Number int64
}

// Page is a part of a list.
type Page struct {
	Ideas []Idea
	Next  *Cursor // where the next page starts; nil if this is the last one
}

// Sort is the order of a list.
type Sort string

// The orders. Ideas that are equal in it are sorted by number.
const (
	NewestFirst  Sort = "-created"
	ChangedFirst Sort = "-updated"
	ByTitle      Sort = "title" // without regard to case and accents
)

// Sorts lists every order.
var Sorts = []Sort{NewestFirst, ChangedFirst, ByTitle}

// ParseSort checks an order that came from outside.
func ParseSort(s string) (Sort, error) { return oneOf("sort", s, Sorts) }

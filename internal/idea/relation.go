package idea

import "time"

// Relation is a typed, directed edge from one idea to another.
type Relation struct {
	ID        int64
	Source    int64 // number of the idea it goes out from
	Target    int64 // number of the idea it leads to
	Type      RelationType
	Score     *float64 // how close in meaning, 0 to 1; nil if a person made it
	Note      string   // "" if there is none
	CreatedAt time.Time
}

// Related is a relation seen from one of its ends.
type Related struct {
	Relation
	Other Brief // the idea at the other end
}

// RelationType is what A → B means.
type RelationType string

// The types of relations.
const (
	RelRelated    RelationType = "related"    // connected in subject
	RelParent     RelationType = "parent"     // A is the parent of B
	RelBlocks     RelationType = "blocks"     // B waits for A
	RelInspires   RelationType = "inspires"   // A led to B
	RelDuplicate  RelationType = "duplicate"  // A duplicates B
	RelSupersedes RelationType = "supersedes" // A replaces B
)

// RelationTypes lists every type of relation.
var RelationTypes = []RelationType{RelRelated, RelParent, RelBlocks, RelInspires, RelDuplicate, RelSupersedes}

// ParseRelationType checks a type that came from outside.
func ParseRelationType(s string) (RelationType, error) {
	return oneOf("relation_type", s, RelationTypes)
}

// cycles says what happens to a relation that would close a circle of its
// own type. Types that are not listed may form circles.
var cycles = map[RelationType]cycleRule{
	RelBlocks:     cycleRefused,
	RelSupersedes: cycleForced,
	RelParent:     cycleForced,
	RelInspires:   cycleForced,
}

type cycleRule int

const (
	cycleAllowed cycleRule = iota
	cycleForced            // only with force
	cycleRefused           // never
)

// symmetric types mean the same in both directions, so that A → B and B → A
// are one relation.
var symmetric = map[RelationType]bool{RelRelated: true, RelDuplicate: true}

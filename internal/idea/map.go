package idea

// Map is every idea of an owner that is not archived, and every relation
// between two of them.
type Map struct {
	Nodes []Node
	Edges []Relation
}

// Node is an idea on the map.
type Node struct {
	Number int64
	Title  string
	Status Status
	Tags   []string
	// Position is where the idea was when the map was last left; nil if it
	// was never drawn.
	Position *Point
}

// Point is a place on the map, in its own units around (0, 0).
type Point struct{ X, Y float64 }

package api

import "github.com/neuralrepo/neuralrepo/internal/idea"

// Map is every idea that is not archived and every relation between two of
// them.
type Map struct {
	Nodes []MapNode `json:"nodes"`
	Edges []MapEdge `json:"edges"`
}

// MapNode is an idea on the map.
type MapNode struct {
	ID     int64    `json:"id"`
	Number int64    `json:"number"`
	Title  string   `json:"title"`
	Status Status   `json:"status"`
	Tags   []string `json:"tags"`
	X      *float64 `json:"x" doc:"Where the idea was when the map was last left; null if it was never placed."`
	Y      *float64 `json:"y"`
}

// MapEdge is a relation on the map.
type MapEdge struct {
	ID           int64        `json:"id"`
	Source       int64        `json:"source"`
	Target       int64        `json:"target"`
	RelationType RelationType `json:"relation_type"`
	Note         *string      `json:"note"`
	Score        *float64     `json:"score"`
}

// MapPositions says where ideas are on the map.
type MapPositions struct {
	Positions []MapPosition `json:"positions" maxItems:"20000" doc:"Ideas that are not there are passed over."`
}

// MapPosition says where an idea is on the map.
type MapPosition struct {
	ID int64   `json:"id"`
	X  float64 `json:"x"`
	Y  float64 `json:"y"`
}

func wireNode(n idea.Node) MapNode {
	tags := n.Tags
	if tags == nil {
		tags = []string{}
	}
	node := MapNode{
		ID:     n.Number,
		Number: n.Number,
		Title:  n.Title,
		Status: Status(n.Status),
		Tags:   tags,
	}
	if n.Position != nil {
		node.X, node.Y = &n.Position.X, &n.Position.Y
	}
	return node
}

func wireEdge(r idea.Relation) MapEdge {
	return MapEdge{
		ID:           r.ID,
		Source:       r.Source,
		Target:       r.Target,
		RelationType: RelationType(r.Type),
		Note:         orNone(r.Note),
		Score:        r.Score,
	}
}

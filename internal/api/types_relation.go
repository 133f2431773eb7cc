package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// Relation is a typed, directed edge from one idea to another.
type Relation struct {
	ID           int64        `json:"id"`
	SourceIdeaID int64        `json:"source_idea_id" doc:"The idea it goes out from."`
	TargetIdeaID int64        `json:"target_idea_id" doc:"The idea it leads to."`
	RelationType RelationType `json:"relation_type"`
	Score        *float64     `json:"score" doc:"How close in meaning, 0 to 1; null if a person made it."`
	Note         *string      `json:"note"`
	CreatedAt    Time         `json:"created_at"`
}

// IdeaRelation is a relation as the idea at one of its ends shows it.
type IdeaRelation struct {
	Relation
	RelatedIdeaNumber   int64  `json:"related_idea_number" doc:"The idea at the other end."`
	RelatedIdeaTitle    string `json:"related_idea_title"`
	RelatedIdeaStatus   Status `json:"related_idea_status"`
	RelatedIdeaArchived int    `json:"related_idea_archived" enum:"0,1"`
}

// RelationEnd is a relation with the idea at its other end.
type RelationEnd struct {
	Relation
	IdeaID       int64  `json:"idea_id" doc:"The idea at the other end."`
	IdeaNumber   int64  `json:"idea_number"`
	IdeaTitle    string `json:"idea_title"`
	IdeaStatus   Status `json:"idea_status"`
	IdeaArchived int    `json:"idea_archived" enum:"0,1"`
}

// IdeaRelations are the relations of an idea, oldest first.
type IdeaRelations struct {
	Outgoing []RelationEnd `json:"outgoing"`
	Incoming []RelationEnd `json:"incoming"`
}

// NewRelation is a relation on its way in.
type NewRelation struct {
	SourceIdeaID int64        `json:"source_idea_id" minimum:"1"`
	TargetIdeaID int64        `json:"target_idea_id" minimum:"1"`
	RelationType RelationType `json:"relation_type,omitempty" doc:"related if not given; duplicate is not made by hand."`
	Note         string       `json:"note,omitempty" maxLength:"500"`
}

// NewRelations are many relations on their way in.
type NewRelations struct {
	Links []NewRelation `json:"links" minItems:"1" maxItems:"1000"`
}

// relationsBody is a NewRelation or a NewRelations. The document says so;
// huma checks the fields of both here, since of a choice between two it can
// only say that neither fits.
type relationsBody struct {
	NewRelation
	Links []NewRelation `json:"links,omitempty" minItems:"1" maxItems:"1000"`
}

// Schema describes the fields of both shapes.
func (relationsBody) Schema(r huma.Registry) *huma.Schema {
	type fields relationsBody // without this method
	s := huma.SchemaFromType(r, reflect.TypeFor[fields]())
	s.Required = nil
	return s
}

// RelationMade is the answer to a NewRelation.
type RelationMade struct {
	Relation Relation `json:"relation"`
}

// RelationsMade is the answer to NewRelations.
type RelationsMade struct {
	Linked  int              `json:"linked"`
	Errors  int              `json:"errors"`
	Results []RelationResult `json:"results"`
}

// RelationResult is what became of one relation of many.
type RelationResult struct {
	SourceIdeaID int64        `json:"source_idea_id"`
	TargetIdeaID int64        `json:"target_idea_id"`
	RelationType RelationType `json:"relation_type"`
	Status       string       `json:"status" enum:"created,error"`
	RelationID   int64        `json:"relation_id,omitempty"`
	Error        string       `json:"error,omitempty"`
}

// RelationPatch changes a relation. What is not given stays as it is.
type RelationPatch struct {
	RelationType *RelationType    `json:"relation_type,omitempty"`
	Note         Optional[string] `json:"note,omitzero" maxLength:"500" doc:"null takes the note away."`
	Automatic    *bool            `json:"automatic,omitempty" enum:"false" doc:"false makes a relation that was made automatically one's own: its score goes, and nothing takes it away again. Changing its type does so too."`
}

func (n NewRelation) draft() idea.RelationDraft {
	return idea.RelationDraft{
		Source: n.SourceIdeaID,
		Target: n.TargetIdeaID,
		Type:   idea.RelationType(n.RelationType),
		Note:   n.Note,
	}
}

func wireRelation(r idea.Relation) Relation {
	return Relation{
		ID:           r.ID,
		SourceIdeaID: r.Source,
		TargetIdeaID: r.Target,
		RelationType: RelationType(r.Type),
		Score:        r.Score,
		Note:         orNone(r.Note),
		CreatedAt:    Time(r.CreatedAt),
	}
}

func wireIdeaRelation(r idea.Related) IdeaRelation {
	return IdeaRelation{
		Relation:            wireRelation(r.Relation),
		RelatedIdeaNumber:   r.Other.Number,
		RelatedIdeaTitle:    r.Other.Title,
		RelatedIdeaStatus:   Status(r.Other.Status),
		RelatedIdeaArchived: zeroOrOne(r.Other.Archived),
	}
}

func wireRelationEnd(r idea.Related) RelationEnd {
	return RelationEnd{
		Relation:     wireRelation(r.Relation),
		IdeaID:       r.Other.Number,
		IdeaNumber:   r.Other.Number,
		IdeaTitle:    r.Other.Title,
		IdeaStatus:   Status(r.Other.Status),
		IdeaArchived: zeroOrOne(r.Other.Archived),
	}
}

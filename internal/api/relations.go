package api

import (
	"cmp"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

func (s *server) listRelations(ctx context.Context, who account.Caller, in *byID) (*answer[IdeaRelations], error) {
	outgoing, incoming, err := s.Ideas.Relations(ctx, who.User.Owner, in.ID)
	if err != nil {
		return nil, err
	}
	return ok(IdeaRelations{each(outgoing, wireRelationEnd), each(incoming, wireRelationEnd)}), nil
}

type createRelations struct {
	Force bool `query:"force" doc:"Make the relation even if it closes a circle; a circle of blocks is refused all the same."`
	Body  relationsBody
}

// relationsAnswer is 201 with a RelationMade or 200 with a RelationsMade.
type relationsAnswer struct {
	Status int
	Body   any
}

func (s *server) createRelations(ctx context.Context, who account.Caller, in *createRelations) (*relationsAnswer, error) {
	if in.Body.Links != nil {
		if in.Body.NewRelation != (NewRelation{}) {
			return nil, fault.OfField("links", "cannot be sent together with the fields of a single relation: put that one into links too")
		}
		outcomes, err := s.Ideas.RelateMany(ctx, who.User.Owner, each(in.Body.Links, NewRelation.draft), in.Force)
		if err != nil {
			return nil, err
		}
		return &relationsAnswer{http.StatusOK, wireRelationsMade(outcomes)}, nil
	}
	relation, err := s.Ideas.Relate(ctx, who.User.Owner, in.Body.draft(), in.Force)
	if err != nil {
		return nil, err
	}
	return &relationsAnswer{http.StatusCreated, RelationMade{wireRelation(relation)}}, nil
}

func wireRelationsMade(outcomes []idea.RelationOutcome) RelationsMade {
	all := RelationsMade{Results: make([]RelationResult, len(outcomes))}
	for i, o := range outcomes {
		one := RelationResult{
			SourceIdeaID: o.Draft.Source,
			TargetIdeaID: o.Draft.Target,
			RelationType: RelationType(cmp.Or(o.Draft.Type, idea.RelRelated)),
			Status:       "created",
			RelationID:   o.ID,
		}
		if o.Err != nil {
			one.Status, one.Error = "error", fault.Message(o.Err)
			all.Errors++
		} else {
			all.Linked++
		}
		all.Results[i] = one
	}
	return all
}

// describeRelationShapes documents that createRelations takes and gives one
// of two shapes.
func (r *router) describeRelationShapes() {
	const media = "application/json"
	op := r.api.OpenAPI().Paths["/map/relations"].Post
	op.RequestBody.Content[media].Schema = oneOf(schemaOf[NewRelation](r), schemaOf[NewRelations](r))
	op.Responses["201"].Content[media].Schema = schemaOf[RelationMade](r)
	op.Responses["200"] = &huma.Response{
		Description: "What became of each of many relations",
		Content:     map[string]*huma.MediaType{media: {Schema: schemaOf[RelationsMade](r)}},
	}
}

type updateRelation struct {
	ID    int64 `path:"id" minimum:"1"`
	Force bool  `query:"force" doc:"Change the type even if the relation then closes a circle."`
	Body  RelationPatch
}

func (s *server) updateRelation(ctx context.Context, who account.Caller, in *updateRelation) (*answer[Relation], error) {
	relation, err := s.Ideas.EditRelation(ctx, who.User.Owner, in.ID, idea.RelationPatch{
		Type: (*idea.RelationType)(in.Body.RelationType),
		Note: in.Body.Note.orZero(),

		Accept: in.Body.Automatic != nil,
	}, in.Force)
	if err != nil {
		return nil, err
	}
	return ok(wireRelation(relation)), nil
}

func (s *server) deleteRelation(ctx context.Context, who account.Caller, in *byID) (*answer[Success], error) {
	if err := s.Ideas.Unrelate(ctx, who.User.Owner, in.ID); err != nil {
		return nil, err
	}
	return done(), nil
}

package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

type updateIdea struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"Change the idea only if this ETag is still that of its version; several may be given with commas between them."`
	Body    IdeaPatch
}

func (s *server) updateIdea(ctx context.Context, who account.Caller, in *updateIdea) (*ideaAnswer, error) {
	ifVersion, err := s.wantedVersion(ctx, who, in.ID, in.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := s.Ideas.Edit(ctx, who.User.Owner, in.ID, idea.Patch{
		Title:  in.Body.Title,
		Body:   in.Body.Body.orZero(),
		Status: (*idea.Status)(in.Body.Status),
		Parent: in.Body.ParentID.orZero(),
		Tags:   in.Body.Tags,
	}, ifVersion)
	if err != nil {
		return nil, err
	}
	return answerIdea(d), nil
}

// wantedVersion returns the version that If-Match asks for, nil for any. Of
// several versions it is the one that is stored now; whether it still is when
// the change is made is for the rules to see.
func (s *server) wantedVersion(ctx context.Context, who account.Caller, number int64, header string) (*int64, error) {
	versions, err := parseIfMatch(header)
	if err != nil || versions == nil {
		return nil, err
	}
	if len(versions) == 1 {
		return &versions[0], nil
	}
	d, err := s.Ideas.Get(ctx, who.User.Owner, number)
	if err != nil {
		return nil, err
	}
	for i := range versions {
		if versions[i] == d.Version {
			return &versions[i], nil
		}
	}
	return &versions[0], nil
}

package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/search"
)

func (s *server) listTags(ctx context.Context, who account.Caller, _ *none) (*answer[TagList], error) {
	tags, err := s.Ideas.Tags(ctx, who.User.Owner)
	if err != nil {
		return nil, err
	}
	return ok(TagList{each(tags, wireTag)}), nil
}

type similarTags struct {
	Tag   string `query:"tag" required:"true" minLength:"1" doc:"The name of a tag."`
	Limit int    `query:"limit" minimum:"0" maximum:"20" doc:"At most this many tags; 5 if not given or 0."`
}

func (s *server) similarTags(ctx context.Context, who account.Caller, in *similarTags) (*answer[SimilarTags], error) {
	list, known, err := s.Search.SimilarTags(ctx, who.User.Owner, in.Tag, in.Limit)
	if err != nil {
		return nil, err
	}
	a := SimilarTags{Similar: each(list, func(t search.SimilarTag) SimilarTag {
		return SimilarTag{Name: t.Tag.Name, IdeaCount: t.Tag.Ideas, Similarity: t.Score}
	})}
	if !known {
		a.Message = "Tag has no embedding yet"
	}
	return ok(a), nil
}

type createTag struct{ Body NewTag }

func (s *server) createTag(ctx context.Context, who account.Caller, in *createTag) (*answer[TagAnswer], error) {
	tag, err := s.Ideas.AddTag(ctx, who.User.Owner, in.Body.Name, in.Body.Color)
	if err != nil {
		return nil, err
	}
	return ok(TagAnswer{wireTag(tag)}), nil
}

type updateTag struct {
	ID   int64 `path:"id" minimum:"1"`
	Body TagPatch
}

func (s *server) updateTag(ctx context.Context, who account.Caller, in *updateTag) (*answer[TagAnswer], error) {
	tag, err := s.Ideas.EditTag(ctx, who.User.Owner, in.ID, idea.TagPatch{
		Name:  in.Body.Name,
		Color: in.Body.Color.orZero(),
	})
	if err != nil {
		return nil, err
	}
	return ok(TagAnswer{wireTag(tag)}), nil
}

func (s *server) deleteTag(ctx context.Context, who account.Caller, in *byID) (*answer[Success], error) {
	if err := s.Ideas.RemoveTag(ctx, who.User.Owner, in.ID); err != nil {
		return nil, err
	}
	return done(), nil
}

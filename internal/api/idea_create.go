package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// ideaAnswer is one idea, with the ETag that names its version.
type ideaAnswer struct {
	ETag string `header:"ETag" doc:"The version, in quotes."`
	Body IdeaDetail
}

func answerIdea(d idea.Detail) *ideaAnswer {
	return &ideaAnswer{ETag: etag(d.Version), Body: wireDetail(d)}
}

type createIdea struct{ Body NewIdea }

func (s *server) createIdea(ctx context.Context, who account.Caller, in *createIdea) (*ideaAnswer, error) {
	d, err := s.Ideas.Capture(ctx, who.User.Owner, idea.Draft{
		Title:     in.Body.Title,
		Body:      in.Body.Body,
		Tags:      in.Body.Tags,
		Source:    idea.Source(in.Body.Source),
		SourceURL: in.Body.SourceURL,
		Status:    idea.Status(in.Body.Status),
		Parent:    in.Body.ParentID,
	})
	if err != nil {
		return nil, err
	}
	return answerIdea(d), nil
}

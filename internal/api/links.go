package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

func (s *server) listLinks(ctx context.Context, who account.Caller, in *byID) (*answer[LinkList], error) {
	links, err := s.Ideas.Links(ctx, who.User.Owner, in.ID)
	if err != nil {
		return nil, err
	}
	return ok(LinkList{each(links, wireLink)}), nil
}

type createLink struct {
	ID   int64 `path:"id" minimum:"1"`
	Body NewLink
}

func (s *server) createLink(ctx context.Context, who account.Caller, in *createLink) (*answer[Link], error) {
	link, err := s.Ideas.AddLink(ctx, who.User.Owner, in.ID, idea.LinkDraft{
		URL:   in.Body.URL,
		Title: in.Body.Title,
		Type:  idea.LinkType(in.Body.LinkType),
	})
	if err != nil {
		return nil, err
	}
	return ok(wireLink(link)), nil
}

type deleteLink struct {
	ID     int64 `path:"id" minimum:"1"`
	LinkID int64 `path:"link_id" minimum:"1"`
}

func (s *server) deleteLink(ctx context.Context, who account.Caller, in *deleteLink) (*answer[Success], error) {
	if err := s.Ideas.RemoveLink(ctx, who.User.Owner, in.ID, in.LinkID); err != nil {
		return nil, err
	}
	return done(), nil
}

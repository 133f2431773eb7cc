package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

type listIdeas struct {
	Status   Status `query:"status" doc:"Only ideas of this status."`
	Tag      string `query:"tag" doc:"Only ideas that carry this tag."`
	Source   Source `query:"source" doc:"Only ideas that came in this way."`
	Archived bool   `query:"archived" doc:"The archived ideas instead of the others."`
	Sort     Sort   `query:"sort" doc:"-created if not given."`
	Q        string `query:"q" maxLength:"500" doc:"Only ideas in which all of these words are found."`
	Limit    int    `query:"limit" minimum:"0" maximum:"100" doc:"At most this many ideas; 20 if not given or 0."`
	Offset   int    `query:"offset" minimum:"0" doc:"Pass over this many ideas. For deep pages, cursor is faster."`
	Cursor   string `query:"cursor" maxLength:"2000" doc:"The next_cursor of the page before; with the same sort."`
}

func (s *server) listIdeas(ctx context.Context, who account.Caller, in *listIdeas) (*answer[IdeaList], error) {
	after, err := parseCursor(in.Cursor, in.Sort)
	if err != nil {
		return nil, err
	}
	page, err := s.Ideas.List(ctx, who.User.Owner, idea.Filter{
		Status:   idea.Status(in.Status),
		Source:   idea.Source(in.Source),
		Tag:      in.Tag,
		Words:    words.Parse(in.Q),
		Archived: in.Archived,
		Sort:     idea.Sort(in.Sort),
		Limit:    in.Limit,
		Offset:   in.Offset,
		After:    after,
	})
	if err != nil {
		return nil, err
	}
	return ok(IdeaList{
		Ideas:      each(page.Ideas, wireIdea),
		HasMore:    page.Next != nil,
		NextCursor: formatCursor(page.Next, in.Sort),
	}), nil
}

package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
)

// Searcher finds ideas.
type Searcher interface{}

type searchIdeas struct {
	Q      string `query:"q" required:"true" maxLength:"500" doc:"The last word may be unfinished; quotes make a phrase."`
	Mode   string `query:"mode" enum:"keyword,semantic" doc:"By meaning and then by words if not given."`
	Status Status `query:"status" doc:"Only ideas of this status."`
	Tag    string `query:"tag" doc:"Only ideas that carry this tag."`
	Limit  int    `query:"limit" minimum:"0" maximum:"100" doc:"At most this many ideas; 20 if not given or 0."`
	Offset int    `query:"offset" minimum:"0" doc:"Pass over this many ideas."`
}

func (s *server) searchIdeas(ctx context.Context, who account.Caller, in *searchIdeas) (*answer[SearchAnswer], error) {
	return ok(SearchAnswer{}), nil
}

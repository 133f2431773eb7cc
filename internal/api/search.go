package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/suggest"
)

type searchIdeas struct {
	Q      string `query:"q" required:"true" maxLength:"500" doc:"The last word may be unfinished; quotes make a phrase."`
	Mode   string `query:"mode" enum:"keyword,semantic" doc:"By meaning and then by words if not given."`
	Status Status `query:"status" doc:"Only ideas of this status."`
	Tag    string `query:"tag" doc:"Only ideas that carry this tag."`
	Limit  int    `query:"limit" minimum:"0" maximum:"100" doc:"At most this many ideas; 20 if not given or 0."`
	Offset int    `query:"offset" minimum:"0" doc:"Pass over this many ideas."`
}

func (s *server) searchIdeas(ctx context.Context, who account.Caller, in *searchIdeas) (*answer[SearchAnswer], error) {
	found, err := s.Search.Find(ctx, who.User.Owner, search.Query{
		Text:   in.Q,
		Mode:   search.Mode(in.Mode),
		Status: idea.Status(in.Status),
		Tag:    in.Tag,
		Limit:  in.Limit,
		Offset: in.Offset,

		Threshold: who.User.SearchThreshold(),
	})
	if err != nil {
		return nil, err
	}
	return ok(SearchAnswer{
		Query:      found.Query,
		SearchType: string(found.Type),
		Results:    each(found.Hits, wireHit),
		HasMore:    found.More,
	}), nil
}

func wireHit(h search.Hit) SearchResult {
	return SearchResult{Idea: wireIdea(h.Idea), Score: h.Score, Reason: string(h.Reason), Snippet: h.Snippet}
}

type similarIdeas struct {
	ID    int64 `path:"id" minimum:"1"`
	Limit int   `query:"limit" minimum:"0" maximum:"100" doc:"At most this many ideas; 20 if not given or 0."`
}

func (s *server) similarIdeas(ctx context.Context, who account.Caller, in *similarIdeas) (*answer[SimilarIdeas], error) {
	list, err := s.Search.Similar(ctx, who.User.Owner, in.ID, in.Limit)
	if err != nil {
		return nil, err
	}
	return ok(SimilarIdeas{each(list, func(i search.Similar) SimilarIdea {
		return SimilarIdea{Idea: wireIdea(i.Idea), Score: i.Score}
	})}), nil
}

func (s *server) suggestions(ctx context.Context, who account.Caller, in *byID) (*answer[Suggestions], error) {
	found, err := s.Search.Suggest(ctx, who.User.Owner, in.ID)
	if err != nil {
		return nil, err
	}
	asks, err := s.Tagger.Can(ctx, personOf(ctx, who.User), who.User.Plan == account.Pro)
	if err != nil {
		return nil, err
	}
	return ok(Suggestions{
		Tags: each(found.Tags, func(t search.SimilarTag) TagSuggestion {
			return TagSuggestion{Name: t.Tag.Name, Score: t.Score, Existing: true}
		}),
		Relations:      each(found.Relations, wireIdeaRelation),
		ModelAvailable: asks,
	}), nil
}

// askForSuggestions has a model suggest the tags.
func (s *server) askForSuggestions(ctx context.Context, who account.Caller, in *byID) (*answer[Suggestions], error) {
	tags, err := s.Tagger.Tags(ctx, personOf(ctx, who.User), who.User.Plan == account.Pro, in.ID)
	if err != nil {
		return nil, err
	}
	found, err := s.Search.Suggest(ctx, who.User.Owner, in.ID)
	if err != nil {
		return nil, err
	}
	return ok(Suggestions{
		Tags: each(tags, func(t suggest.Tag) TagSuggestion {
			return TagSuggestion{Name: t.Name, Score: t.Score, Existing: t.Own}
		}),
		Relations:      each(found.Relations, wireIdeaRelation),
		ModelAvailable: true,
	}), nil
}

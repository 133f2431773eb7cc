package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

type updateIdeas struct{ Body IdeasPatch }

func (s *server) updateIdeas(ctx context.Context, who account.Caller, in *updateIdeas) (*answer[IdeasPatched], error) {
	outcomes, err := s.Ideas.EditMany(ctx, who.User.Owner, in.Body.IDs, idea.BulkPatch{
		Status:     (*idea.Status)(in.Body.Status),
		Tags:       in.Body.Tags,
		AddTags:    in.Body.AddTags,
		RemoveTags: in.Body.RemoveTags,
	})
	if err != nil {
		return nil, err
	}
	all := IdeasPatched{Results: make([]PatchResult, len(outcomes))}
	for i, o := range outcomes {
		one := PatchResult{ID: o.Number, Status: "updated"}
		if o.Err != nil {
			one.Status, one.Error = "error", fault.Message(o.Err)
			all.Errors++
		} else {
			all.Updated++
		}
		all.Results[i] = one
	}
	return ok(all), nil
}

type resolveNumbers struct {
	Numbers []int64 `query:"numbers" required:"true" maxItems:"100" doc:"Numbers with commas between them."`
}

func (s *server) resolveNumbers(ctx context.Context, who account.Caller, in *resolveNumbers) (*answer[IdeaNumbers], error) {
	numbers, err := s.Ideas.Existing(ctx, who.User.Owner, in.Numbers)
	if err != nil {
		return nil, err
	}
	return ok(IdeaNumbers{each(numbers, func(n int64) IdeaNumber { return IdeaNumber{Number: n, ID: n} })}), nil
}

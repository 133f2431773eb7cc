package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/enrich"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

func (s *server) meaning(ctx context.Context, who account.Caller, _ *none) (*answer[Meaning], error) {
	if s.Bulk == nil {
		return ok(Meaning{State: "off"}), nil
	}
	p, err := s.Bulk.Progress(ctx, who.User.Owner)
	if err != nil {
		return nil, err
	}
	m := Meaning{
		Model: &p.Model.ID, Version: &p.Model.Version,
		Done: p.Done, Total: p.Total, State: string(p.State),
	}
	if p.Left != nil {
		m.Estimate = &MeaningEstimate{Ideas: p.Left.Ideas, Tokens: p.Left.Tokens, Cost: dollars(p.Left.Cost)}
	}
	return ok(m), nil
}

func (s *server) pauseMeaning(ctx context.Context, who account.Caller, in *none) (*answer[Meaning], error) {
	return s.steer(ctx, who, in, (*enrich.Bulk).Pause)
}

func (s *server) resumeMeaning(ctx context.Context, who account.Caller, in *none) (*answer[Meaning], error) {
	return s.steer(ctx, who, in, (*enrich.Bulk).Resume)
}

// steer pauses or resumes, and tells how it stands after that.
func (s *server) steer(ctx context.Context, who account.Caller, in *none, how func(*enrich.Bulk, context.Context, owner.ID) error) (*answer[Meaning], error) {
	if s.Bulk != nil {
		if err := how(s.Bulk, ctx, who.User.Owner); err != nil {
			return nil, err
		}
	}
	return s.meaning(ctx, who, in)
}

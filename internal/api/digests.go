package api

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/digest"
)

type listDigests struct {
	Limit  int `query:"limit" minimum:"0" maximum:"100" doc:"At most this many letters; 20 if not given or 0."`
	Offset int `query:"offset" minimum:"0" maximum:"100000" doc:"Pass over this many."`
}

func (s *server) listDigests(ctx context.Context, who account.Caller, in *listDigests) (*answer[DigestList], error) {
	list, total, err := s.Letters.Letters(ctx, who.User.Owner, pageSize(in.Limit), in.Offset)
	if err != nil {
		return nil, err
	}
	next, zone, err := s.Letters.Next(ctx, who.User)
	if err != nil {
		return nil, err
	}
	wire := DigestList{Digests: each(list, wireDigestBrief), Total: total, Timezone: zone.String(), Mails: s.Letters.Mails()}
	if !next.IsZero() {
		at := Time(next)
		wire.NextAt = &at
	}
	return ok(wire), nil
}

func (s *server) getDigest(ctx context.Context, who account.Caller, in *byID) (*answer[Digest], error) {
	d, err := s.Letters.Letter(ctx, who.User.Owner, in.ID)
	if err != nil {
		return nil, err
	}
	return ok(wireDigest(d)), nil
}

// createDigest writes a letter for who asks for one. A model may be asked,
// which takes its time.
func (s *server) createDigest(ctx context.Context, who account.Caller, _ *none) (*answer[Digest], error) {
	d, err := s.Letters.Now(ctx, who.User)
	if err != nil {
		return nil, err
	}
	return ok(wireDigest(d)), nil
}

type answerStale struct {
	ID   int64 `path:"id" minimum:"1"`
	Body StaleAnswer
}

func (s *server) answerStale(ctx context.Context, who account.Caller, in *answerStale) (*ideaAnswer, error) {
	d, err := s.Replies.Answer(ctx, who.User.Owner, in.ID, digest.Answer(in.Body.Answer))
	if err != nil {
		return nil, err
	}
	return answerIdea(d), nil
}

package search

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Progress is how far an owner's ideas have been understood by the model that
// is in use.
type Progress struct {
	Model       embed.Model // the zero value if nothing understands ideas
	Done, Total int         // ideas that are not archived
}

// Progress returns it.
func (s *Search) Progress(ctx context.Context, who owner.ID) (Progress, error) {
	if s.meaning == nil || len(s.meaning.Embedders) == 0 {
		return Progress{}, nil
	}
	_, done, total, err := s.meaning.Library.VectorModel(ctx, who)
	return Progress{s.meaning.Embedders[0].Model(), done, total}, err
}

package enrich

import (
	"context"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// serve lets the embedder whose vectors answer searches, if that is an earlier
// one, understand a text that is new to it. That an idea is not found before
// all have been read is no reason not to read it: where that embedder does not
// answer, the idea is done without it.
func (e *Enricher) serve(ctx context.Context, who owner.ID, this idea.Idea) error {
	if len(e.o.Before) == 0 {
		return nil
	}
	m, err := e.o.Store.ServingModel(ctx, who)
	if err != nil || m == e.model {
		return err
	}
	for _, before := range e.o.Before {
		if modelOf(before) != m {
			continue
		}
		text := embed.Idea(this.Title, this.Body)
		_, sum, err := e.o.Store.Vector(ctx, who, m, this.Number)
		if err == nil && sum == text.Sum() {
			return nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		vectors, err := before.Embed(ctx, []embed.Text{text})
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			e.o.Log.WarnContext(ctx, "an idea is not found by meaning until all have been understood anew",
				"idea", this.Number, "model", m.ID, "error", err)
			return nil
		}
		if err := e.o.Store.PutServing(ctx, who, m, this.Number, text.Sum(), vectors[0]); err != nil {
			return fmt.Errorf("store what idea #%d means to %s: %w", this.Number, m.ID, err)
		}
		return nil
	}
	return nil
}

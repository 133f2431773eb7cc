package idea

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Draft is an idea on its way in. Only the title is needed.
type Draft struct {
	Title     string
	Body      string
	Tags      []string
	Source    Source // API if empty
	SourceURL string
	Status    Status // Captured if empty
	Parent    int64  // 0 if none
}

// Capture stores a new idea. When it returns without an error, the idea is
// on disk.
func (r *Repository) Capture(ctx context.Context, who owner.ID, d Draft) (Detail, error) {
	i, err := d.idea()
	if err != nil {
		return Detail{}, err
	}
	return writeOne(ctx, r, who, func(tx Tx) (Detail, error) {
		i := i // the transaction may run again
		if i.Parent != 0 {
			if _, err := tx.Ideas.Get(ctx, i.Parent); err != nil {
				return Detail{}, named(err, "parent_id", i.Parent)
			}
		}
		i.CreatedAt = r.time()
		i.UpdatedAt = i.CreatedAt
		i.Processing = r.enriched
		if err := tx.Ideas.Insert(ctx, &i); err != nil {
			return Detail{}, err
		}
		e := Event{Kind: EventCaptured, To: i.Status, At: i.CreatedAt}
		if err := tx.History.Append(ctx, i.Number, e); err != nil {
			return Detail{}, err
		}
		if err := r.askNew(ctx, tx, i); err != nil {
			return Detail{}, err
		}
		return Detail{Idea: i, History: []Event{e}}, nil
	})
}

// idea checks a draft and fills in what it leaves open.
func (d Draft) idea() (i Idea, err error) {
	if i.Title, err = line("title", d.Title, 1, MaxTitle); err != nil {
		return Idea{}, err
	}
	if i.Body, err = text("body", d.Body, MaxBody); err != nil {
		return Idea{}, err
	}
	if i.Tags, err = normalizeTags(d.Tags); err != nil {
		return Idea{}, err
	}
	i.Source = API
	if d.Source != "" {
		if i.Source, err = ParseSource(string(d.Source)); err != nil {
			return Idea{}, err
		}
	}
	if d.SourceURL != "" {
		if i.SourceURL, err = webURL("source_url", d.SourceURL); err != nil {
			return Idea{}, err
		}
	}
	i.Status = Captured
	if d.Status != "" {
		if i.Status, err = ParseStatus(string(d.Status)); err != nil {
			return Idea{}, err
		}
	}
	i.Parent, err = parent(d.Parent)
	return i, err
}

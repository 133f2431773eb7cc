package idea

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// LinkDraft is a link on its way in. Only the URL is needed.
type LinkDraft struct {
	URL   string
	Title string
	Type  LinkType // LinkURL if empty
}

// Links returns the links of an idea, oldest first.
func (r *Repository) Links(ctx context.Context, who owner.ID, number int64) ([]Link, error) {
	return readOne(ctx, r, who, func(tx Tx) ([]Link, error) {
		if _, err := tx.Ideas.Get(ctx, number); err != nil {
			return nil, err
		}
		return tx.Links.Of(ctx, number)
	})
}

// AddLink gives an idea a link.
func (r *Repository) AddLink(ctx context.Context, who owner.ID, number int64, d LinkDraft) (Link, error) {
	l, err := d.link()
	if err != nil {
		return Link{}, err
	}
	return writeOne(ctx, r, who, func(tx Tx) (Link, error) {
		if _, err := tx.Ideas.Get(ctx, number); err != nil {
			return Link{}, err
		}
		l := l
		l.CreatedAt = r.time()
		err := tx.Links.Insert(ctx, number, &l)
		return l, err
	})
}

func (d LinkDraft) link() (l Link, err error) {
	if l.URL, err = webURL("url", d.URL); err != nil {
		return Link{}, err
	}
	if l.Title, err = line("title", d.Title, 0, MaxLinkTitle); err != nil {
		return Link{}, err
	}
	l.Type = LinkURL
	if d.Type != "" {
		l.Type, err = ParseLinkType(string(d.Type))
	}
	return l, err
}

// RemoveLink takes a link from an idea.
func (r *Repository) RemoveLink(ctx context.Context, who owner.ID, number, id int64) error {
	return r.store.Write(ctx, who, func(tx Tx) error {
		return tx.Links.Delete(ctx, number, id)
	})
}

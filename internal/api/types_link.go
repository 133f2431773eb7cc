package api

import "github.com/neuralrepo/neuralrepo/internal/idea"

// Link is a URL that belongs to an idea.
type Link struct {
	ID        int64    `json:"id"`
	URL       string   `json:"url"`
	Title     *string  `json:"title"`
	LinkType  LinkType `json:"link_type"`
	CreatedAt Time     `json:"created_at"`
}

// LinkList is the links of an idea, oldest first.
type LinkList struct {
	Links []Link `json:"links"`
}

// NewLink is a link on its way in.
type NewLink struct {
	URL      string   `json:"url" minLength:"1" maxLength:"2000" doc:"A full address that starts with http:// or https://."`
	Title    string   `json:"title,omitempty" maxLength:"200"`
	LinkType LinkType `json:"link_type,omitempty" doc:"url if not given."`
}

func wireLink(l idea.Link) Link {
	return Link{
		ID:        l.ID,
		URL:       l.URL,
		Title:     orNone(l.Title),
		LinkType:  LinkType(l.Type),
		CreatedAt: Time(l.CreatedAt),
	}
}

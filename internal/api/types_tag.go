package api

import "github.com/neuralrepo/neuralrepo/internal/idea"

// Tag is a label that any number of ideas carry.
type Tag struct {
	ID        int64   `json:"id"`
	Name      string  `json:"name"`
	Color     *string `json:"color" example:"#39ff14"`
	IdeaCount int     `json:"idea_count" doc:"How many ideas that are not archived carry it."`
	CreatedAt Time    `json:"created_at"`
}

// TagList is every tag, in alphabetical order.
type TagList struct {
	Tags []Tag `json:"tags"`
}

// TagAnswer has one tag.
type TagAnswer struct {
	Tag Tag `json:"tag"`
}

// SimilarTags are the tags that are closest in meaning to one.
type SimilarTags struct {
	Similar []SimilarTag `json:"similar" doc:"The closest first."`
	Message string       `json:"message,omitempty" doc:"Why there are none, if it is not known what the tag means."`
}

// SimilarTag is a tag that is close in meaning to another one.
type SimilarTag struct {
	Name       string  `json:"name"`
	IdeaCount  int     `json:"idea_count" doc:"How many ideas that are not archived carry it."`
	Similarity float64 `json:"similarity" doc:"How close in meaning, 0 to 1."`
}

// NewTag is a tag on its way in.
type NewTag struct {
	Name  string `json:"name" minLength:"1" doc:"At most 50 characters once it is in lower case and has hyphens for white space."`
	Color string `json:"color,omitempty" doc:"# and six hexadecimal digits." example:"#39ff14"`
}

// TagPatch changes a tag. What is not given stays as it is.
type TagPatch struct {
	Name  *string          `json:"name,omitempty" minLength:"1"`
	Color Optional[string] `json:"color,omitzero" doc:"null takes the colour away."`
}

func wireTag(t idea.Tag) Tag {
	return Tag{
		ID:        t.ID,
		Name:      t.Name,
		Color:     orNone(t.Color),
		IdeaCount: t.Ideas,
		CreatedAt: Time(t.CreatedAt),
	}
}

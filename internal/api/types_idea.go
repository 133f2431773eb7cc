package api

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// Idea is an idea as lists show it.
type Idea struct {
	ID          int64    `json:"id" doc:"The owner's own running number, the same as number."`
	Number      int64    `json:"number" doc:"What people see as #12."`
	Title       string   `json:"title"`
	Body        *string  `json:"body" doc:"Markdown."`
	Status      Status   `json:"status"`
	Source      Source   `json:"source"`
	SourceURL   *string  `json:"source_url"`
	VectorizeID *string  `json:"vectorize_id" doc:"The id of the stored vector, if there is one."`
	Tags        []string `json:"tags"`
	IsArchived  int      `json:"is_archived" enum:"0,1"`
	ParentID    *int64   `json:"parent_id" doc:"The idea this one branched from."`
	Processing  bool     `json:"processing" doc:"Whether the background work that follows a capture is pending."`
	Version     int64    `json:"version" doc:"Grows with every change; its ETag is this number in quotes."`
	CreatedAt   Time     `json:"created_at"`
	UpdatedAt   Time     `json:"updated_at"`
}

// IdeaDetail is an idea with everything that belongs to it.
type IdeaDetail struct {
	Idea
	Links     []Link         `json:"links"`
	Relations []IdeaRelation `json:"relations" doc:"Those that go out from the idea, then those that come in."`
	History   []HistoryEvent `json:"history" doc:"What happened to the idea, oldest first."`
}

// HistoryEvent is one step in the life of an idea.
type HistoryEvent struct {
	Kind       EventKind `json:"kind"`
	From       *Status   `json:"from" doc:"The status before, of moved."`
	To         *Status   `json:"to" doc:"The status after, of captured and moved."`
	IdeaNumber *int64    `json:"idea_number" doc:"The other idea, of merged and absorbed."`
	At         Time      `json:"at"`
}

// TransformSchema lets the statuses be null.
func (HistoryEvent) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["from"] = orNull(s.Properties["from"])
	s.Properties["to"] = orNull(s.Properties["to"])
	return s
}

// IdeaList is a page of ideas.
type IdeaList struct {
	Ideas      []Idea  `json:"ideas"`
	HasMore    bool    `json:"has_more" doc:"Whether there is a next page."`
	NextCursor *string `json:"next_cursor" doc:"What to send as cursor for the next page."`
}

// NewIdea is an idea on its way in.
type NewIdea struct {
	Title     string   `json:"title" minLength:"1" maxLength:"200"`
	Body      string   `json:"body,omitempty" maxLength:"50000" doc:"Markdown."`
	Tags      []string `json:"tags,omitempty" maxItems:"20"`
	Source    Source   `json:"source,omitempty" doc:"The way by which the idea came in; api if not given."`
	SourceURL string   `json:"source_url,omitempty" maxLength:"2000"`
	Status    Status   `json:"status,omitempty" doc:"captured if not given."`
	ParentID  int64    `json:"parent_id,omitempty" minimum:"1" doc:"The idea this one branches from."`
}

// IdeaPatch changes an idea. What is not given stays as it is.
type IdeaPatch struct {
	Title    *string          `json:"title,omitempty" minLength:"1" maxLength:"200"`
	Body     Optional[string] `json:"body,omitzero" maxLength:"50000" doc:"null empties it."`
	Status   *Status          `json:"status,omitempty"`
	ParentID Optional[int64]  `json:"parent_id,omitzero" minimum:"1" doc:"null takes the parent away."`
	Tags     *[]string        `json:"tags,omitempty" maxItems:"20" doc:"Replaces all tags."`
}

// IdeasPatch changes many ideas alike.
type IdeasPatch struct {
	IDs        []int64   `json:"ids" minItems:"1" maxItems:"1000"`
	Status     *Status   `json:"status,omitempty"`
	Tags       *[]string `json:"tags,omitempty" maxItems:"20" doc:"Replaces all tags; not together with add_tags or remove_tags."`
	AddTags    []string  `json:"add_tags,omitempty" maxItems:"20"`
	RemoveTags []string  `json:"remove_tags,omitempty" maxItems:"20"`
}

// IdeasPatched says what became of each of many ideas.
type IdeasPatched struct {
	Updated int           `json:"updated"`
	Errors  int           `json:"errors"`
	Results []PatchResult `json:"results"`
}

// PatchResult is what became of one idea of many.
type PatchResult struct {
	ID     int64  `json:"id"`
	Status string `json:"status" enum:"updated,error"`
	Error  string `json:"error,omitempty"`
}

// IdeaNumbers translates numbers to ids.
type IdeaNumbers struct {
	Results []IdeaNumber `json:"results" doc:"Numbers of no idea are missing."`
}

// IdeaNumber is a number and its id.
type IdeaNumber struct {
	Number int64 `json:"number"`
	ID     int64 `json:"id"`
}

// MergeRequest names the idea that another one takes in.
type MergeRequest struct {
	AbsorbID int64 `json:"absorb_id" minimum:"1"`
}

// SearchAnswer is what a search found.
type SearchAnswer struct {
	Query      string         `json:"query"`
	SearchType string         `json:"search_type" enum:"semantic,fts"`
	Results    []SearchResult `json:"results" doc:"The best first."`
	HasMore    bool           `json:"has_more"`
}

// SearchResult is an idea that a search found.
type SearchResult struct {
	Idea
	Score   *float64 `json:"score" doc:"How well it fits in meaning and words, 0 to 1; null if search_type is fts."`
	Reason  string   `json:"reason" enum:"words,meaning,both,number" doc:"Why it was found."`
	Snippet string   `json:"snippet" doc:"HTML: escaped text in which <mark> and </mark> stand around matches."`
}

// SimilarIdeas are the ideas that are closest in meaning to one.
type SimilarIdeas struct {
	Ideas []SimilarIdea `json:"ideas" doc:"The closest first; none as long as the idea has not been understood."`
}

// SimilarIdea is an idea that is close in meaning to another one.
type SimilarIdea struct {
	Idea
	Score float64 `json:"score" doc:"How close in meaning, 0 to 1."`
}

// Suggestions are what may be added to an idea, or was added without asking.
type Suggestions struct {
	Tags      []TagSuggestion `json:"tags" doc:"Tags that fit it, the best first; add one by changing the idea."`
	Relations []IdeaRelation  `json:"relations" doc:"Relations that no person made, the closest first; change one to keep it, or delete it."`
	// ModelAvailable says whether a button that asks one leads anywhere.
	ModelAvailable bool `json:"model_available" doc:"Whether there is a model that the caller can ask for tags."`
}

// TagSuggestion is a tag that fits an idea which does not have it.
type TagSuggestion struct {
	Name     string  `json:"name"`
	Score    float64 `json:"score" doc:"How well it fits, 0 to 1."`
	Existing bool    `json:"existing" doc:"Whether it is one of the owner's tags already."`
}

func wireIdea(i idea.Idea) Idea {
	tags := i.Tags
	if tags == nil {
		tags = []string{}
	}
	return Idea{
		ID:         i.Number,
		Number:     i.Number,
		Title:      i.Title,
		Body:       orNone(i.Body),
		Status:     Status(i.Status),
		Source:     Source(i.Source),
		SourceURL:  orNone(i.SourceURL),
		Tags:       tags,
		IsArchived: zeroOrOne(i.Archived),
		ParentID:   orNone(i.Parent),
		Processing: i.Processing,
		Version:    i.Version,
		CreatedAt:  Time(i.CreatedAt),
		UpdatedAt:  Time(i.UpdatedAt),
	}
}

func wireDetail(d idea.Detail) IdeaDetail {
	return IdeaDetail{
		Idea:      wireIdea(d.Idea),
		Links:     each(d.Links, wireLink),
		Relations: append(each(d.Outgoing, wireIdeaRelation), each(d.Incoming, wireIdeaRelation)...),
		History:   each(d.History, wireEvent),
	}
}

func wireEvent(e idea.Event) HistoryEvent {
	return HistoryEvent{
		Kind:       EventKind(e.Kind),
		From:       orNone(Status(e.From)),
		To:         orNone(Status(e.To)),
		IdeaNumber: orNone(e.Peer),
		At:         Time(e.At),
	}
}

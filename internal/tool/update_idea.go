package tool

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

type updateParams struct {
	ID         int64    `json:"id" jsonschema:"Number of the idea: 12 for #12." min:"1"`
	Title      *string  `json:"title,omitempty" jsonschema:"The new title." minLength:"1" maxLength:"200"`
	Body       *string  `json:"body,omitempty" jsonschema:"The whole new text, in Markdown. It replaces the old one." maxLength:"50000"`
	Status     string   `json:"status,omitempty" jsonschema:"The new status." enum:"captured,exploring,building,shipped,shelved"`
	Tags       []string `json:"tags,omitempty" jsonschema:"All tags from now on. Not together with add_tags or remove_tags." maxItems:"20"`
	AddTags    []string `json:"add_tags,omitempty" jsonschema:"Tags to add." maxItems:"20"`
	RemoveTags []string `json:"remove_tags,omitempty" jsonschema:"Tags to take away." maxItems:"20"`
}

func (p updateParams) check() error {
	switch {
	case p.Tags != nil && len(p.AddTags)+len(p.RemoveTags) > 0:
		return fault.OfField("tags", "replaces all tags: send either tags, or add_tags and remove_tags.")
	case p.Title == nil && p.Body == nil && p.Status == "" && p.Tags == nil && len(p.AddTags)+len(p.RemoveTags) == 0:
		return fault.New(fault.Invalid, "Nothing to change: send title, body, status, tags, add_tags or remove_tags.")
	}
	return nil
}

func (c *Catalogue) updateIdea(ctx context.Context, call Call, p updateParams) (Result, error) {
	for range undoTries {
		before, err := c.idea(ctx, call.Who.Owner, p.ID)
		if err != nil {
			return Result{}, err
		}
		patch := idea.Patch{Title: p.Title, Body: p.Body}
		if p.Status != "" {
			s := idea.Status(p.Status)
			patch.Status = &s
		}
		if p.Tags != nil {
			patch.Tags = &p.Tags
		} else if len(p.AddTags)+len(p.RemoveTags) > 0 {
			tags, err := retagged(before.Tags, p.AddTags, p.RemoveTags)
			if err != nil {
				return Result{}, err
			}
			patch.Tags = &tags
		}
		after, err := c.ideas.Edit(ctx, call.Who.Owner, p.ID, patch, &before.Version)
		if fault.Is(err, fault.Stale) {
			continue
		}
		if err != nil {
			return Result{}, err
		}
		return updated(before.Idea, after)
	}
	return Result{}, fault.New(fault.Conflict, "Idea #%d is being changed elsewhere: read it again, then repeat the change.", p.ID)
}

// retagged returns tags with some added and others taken away.
func retagged(tags, add, remove []string) ([]string, error) {
	gone := map[string]bool{}
	for _, t := range remove {
		name, err := idea.NormalizeTag(t)
		if err != nil {
			return nil, err
		}
		gone[name] = true
	}
	kept := slices.DeleteFunc(slices.Clone(tags), func(t string) bool { return gone[t] })
	return append(kept, add...), nil
}

// updated tells what an edit changed.
func updated(before idea.Idea, d idea.Detail) (Result, error) {
	was, is, any := differences(before, d.Idea)
	data := asPage(d, "updated")
	data.Changes = cardChanges(was, is)
	if !any {
		return show(fmt.Sprintf("Idea #%d was so already: nothing changed.", d.Number), artifact.IdeaCard, d.Title, data)
	}
	var names []string
	for _, ch := range data.Changes {
		names = append(names, ch.Field)
	}
	return show(fmt.Sprintf("Changed %s of idea #%d.", strings.Join(names, ", "), d.Number), artifact.IdeaCard, d.Title, data,
		Change{Kind: Edited, Idea: d.Number, Before: &was, After: &is})
}

// cardChanges shows fields before and after.
func cardChanges(was, is Fields) []artifact.CardChange {
	list := []artifact.CardChange{}
	if was.Title != nil {
		list = append(list, artifact.CardChange{Field: "title", Before: *was.Title, After: *is.Title})
	}
	if was.Body != nil {
		list = append(list, artifact.CardChange{Field: "body", Before: beginning(*was.Body, cardRoom), After: beginning(*is.Body, cardRoom)})
	}
	if was.Status != nil {
		list = append(list, artifact.CardChange{Field: "status", Before: string(*was.Status), After: string(*is.Status)})
	}
	if was.Tags != nil {
		list = append(list, artifact.CardChange{Field: "tags", Before: strings.Join(*was.Tags, ", "), After: strings.Join(*is.Tags, ", ")})
	}
	return list
}

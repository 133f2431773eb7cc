package tool

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// The kinds of changes.
const (
	Captured = "captured" // an idea came in; taken back by archiving it
	Edited   = "edited"   // fields were changed
	Related  = "related"  // a relation was made
	Noted    = "noted"    // the note of a relation was changed
	Archived = "archived" // an idea was archived
	Merged   = "merged"   // Idea took Other in
	Spec     = "spec"     // a version of a specification was added, which stays
)

// Change is what a tool changed and how it is taken back. It marshals, so that
// it is kept with the conversation.
type Change struct {
	Kind     string  `json:"kind"`
	Idea     int64   `json:"idea"`
	Other    int64   `json:"other,omitempty"`    // the second idea of a relation or merge
	Relation int64   `json:"relation,omitempty"` // id of the relation
	Type     string  `json:"type,omitempty"`     // of the relation
	Before   *Fields `json:"before,omitempty"`
	After    *Fields `json:"after,omitempty"`
}

// Fields are those that a change touched.
type Fields struct {
	Title  *string      `json:"title,omitempty"`
	Body   *string      `json:"body,omitempty"`
	Status *idea.Status `json:"status,omitempty"`
	Tags   *[]string    `json:"tags,omitempty"`
	Note   *string      `json:"note,omitempty"` // of a relation
}

// Undo takes a change back. Taking back what was taken back is nothing. It
// refuses, with a fault.Conflict, what was changed again since.
func (c *Catalogue) Undo(ctx context.Context, who byok.Person, ch Change) error {
	switch ch.Kind {
	case Captured:
		return gone(c.ideas.Archive(ctx, who.Owner, ch.Idea))
	case Archived:
		_, err := c.ideas.Restore(ctx, who.Owner, ch.Idea)
		return missing(err, ch.Idea)
	case Edited:
		return c.undoEdit(ctx, who.Owner, ch)
	case Related, Noted:
		return c.undoRelation(ctx, who.Owner, ch)
	case Merged:
		if c.merges == nil {
			return fault.New(fault.Conflict, "This merge cannot be taken back by itself: restore idea #%d from the archive.", ch.Other)
		}
		return c.undoMerge(ctx, who.Owner, ch)
	case Spec:
		return fault.New(fault.Conflict, "A specification stays with its idea: earlier versions are kept beside it.")
	}
	return fault.New(fault.Conflict, "This change cannot be taken back.")
}

// undoMerge takes a merge back. If the other idea is there already, it was
// taken back before.
func (c *Catalogue) undoMerge(ctx context.Context, who owner.ID, ch Change) error {
	err := c.merges.Unmerge(ctx, who, ch.Idea, ch.Other)
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	other, getErr := c.ideas.Get(ctx, who, ch.Other)
	if getErr == nil && !other.Archived {
		return nil
	}
	return err
}

// gone takes what is not there for done.
func gone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// undoTries are how often an edit is taken back while others edit the idea.
const undoTries = 5

func (c *Catalogue) undoEdit(ctx context.Context, who owner.ID, ch Change) error {
	if ch.Before == nil || ch.After == nil {
		return fault.New(fault.Conflict, "This change cannot be taken back.")
	}
	for range undoTries {
		d, err := c.idea(ctx, who, ch.Idea)
		if err != nil {
			return err
		}
		p, err := backTo(d.Idea, *ch.Before, *ch.After)
		if err != nil {
			return err
		}
		if p == (idea.Patch{}) {
			return nil
		}
		if _, err = c.ideas.Edit(ctx, who, ch.Idea, p, &d.Version); !fault.Is(err, fault.Stale) {
			return err
		}
	}
	return fault.New(fault.Conflict, "Idea #%d is being changed elsewhere: try again.", ch.Idea)
}

func (c *Catalogue) undoRelation(ctx context.Context, who owner.ID, ch Change) error {
	outgoing, incoming, err := c.ideas.Relations(ctx, who, ch.Idea)
	if err != nil {
		return gone(err)
	}
	for _, r := range append(outgoing, incoming...) {
		if r.ID != ch.Relation || r.Other.Number != ch.Other {
			continue
		}
		if ch.Kind == Noted && ch.Before != nil && ch.Before.Note != nil && r.Note == *ch.Before.Note {
			return nil
		}
		if string(r.Type) != ch.Type || ch.After == nil || ch.After.Note == nil || r.Note != *ch.After.Note {
			return fault.New(fault.Conflict, "The relation between #%d and #%d was changed since, so it stays.", ch.Idea, ch.Other)
		}
		if ch.Kind == Noted {
			_, err := c.ideas.EditRelation(ctx, who, r.ID, idea.RelationPatch{Note: ch.Before.Note}, false)
			return gone(err)
		}
		return gone(c.ideas.Unrelate(ctx, who, r.ID))
	}
	return nil
}

package tool

import (
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// differences returns the fields in which two states of an idea differ, as
// they were and as they are.
func differences(a, b idea.Idea) (before, after Fields, any bool) {
	if a.Title != b.Title {
		before.Title, after.Title, any = &a.Title, &b.Title, true
	}
	if a.Body != b.Body {
		before.Body, after.Body, any = &a.Body, &b.Body, true
	}
	if a.Status != b.Status {
		before.Status, after.Status, any = &a.Status, &b.Status, true
	}
	if !slices.Equal(a.Tags, b.Tags) {
		before.Tags, after.Tags, any = &a.Tags, &b.Tags, true
	}
	return before, after, any
}

// backTo returns the patch that takes an edit back: for each field that still
// is what the edit made it. One that is as before needs none.
func backTo(now idea.Idea, before, after Fields) (p idea.Patch, err error) {
	same := func(a, b string) bool { return a == b }
	if p.Title, err = back("title", now.Title, before.Title, after.Title, same); err != nil {
		return p, err
	}
	if p.Body, err = back("body", now.Body, before.Body, after.Body, same); err != nil {
		return p, err
	}
	if p.Status, err = back("status", now.Status, before.Status, after.Status, func(a, b idea.Status) bool { return a == b }); err != nil {
		return p, err
	}
	p.Tags, err = back("tags", now.Tags, before.Tags, after.Tags, slices.Equal[[]string])
	return p, err
}

func back[T any](field string, now T, before, after *T, same func(a, b T) bool) (*T, error) {
	switch {
	case before == nil || after == nil || same(now, *before):
		return nil, nil
	case same(now, *after):
		return before, nil
	}
	return nil, fault.New(fault.Conflict, "The %s was changed again since, so it stays as it is.", field)
}

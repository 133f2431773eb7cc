// Package suggest asks a model which tags fit an idea, when a person wants
// that. The program's own suggestions, by meaning, are in package search and
// need no model.
//
// What a model answers is data like any other: what is no tag, and what the
// idea has already, is dropped, and nothing is put on the idea.
package suggest

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"iter"
	"slices"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// MaxTags is how many tags are suggested at most.
const MaxTags = 8

const (
	keepFor   = 24 * time.Hour // that the gateway keeps an answer, so that asking twice costs once
	maxAnswer = 2000           // tokens, reasoning included
	ownTags   = 200            // of the owner's, the most used, that a model is shown
	textRoom  = 6000           // characters of an idea that tell what it is about
)

// system is the prompt.
//
//go:embed prompt.md
var system string

// shape is what the answer has to look like.
var shape = llm.Schema{Name: "tags", JSON: json.RawMessage(`{"type":"object","additionalProperties":false,"required":["tags"],"properties":{"tags":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["name","fit"],"properties":{"name":{"type":"string"},"fit":{"type":"integer"}}}}}}`)}

// Ideas finds an idea, and the tags of its owner.
type Ideas interface {
	// Get returns an idea, archived or not, or a fault.NotFound.
	Get(ctx context.Context, who owner.ID, number int64) (idea.Detail, error)
	Tags(ctx context.Context, who owner.ID) ([]idea.Tag, error)
}

// Keys tells which models a person can ask.
type Keys interface {
	Choices(ctx context.Context, who byok.Person, pro bool, offer byok.Offer, purpose llm.Purpose) ([]byok.Choice, error)
}

// Asker asks models on behalf of people.
type Asker interface {
	// Ask is llm.Model.Stream for a call.
	Ask(ctx context.Context, c gateway.Call, r llm.Request) iter.Seq2[llm.Part, error]
}

// Tagger asks.
type Tagger struct {
	ideas  Ideas
	keys   Keys
	models Asker
	offer  byok.Offer
}

// New makes a Tagger.
func New(ideas Ideas, keys Keys, models Asker, offer byok.Offer) *Tagger {
	return &Tagger{ideas, keys, models, offer}
}

// Tag is a tag that fits an idea.
type Tag struct {
	Name  string  // as idea.NormalizeTag gives it
	Score float64 // how well it fits, 0 to 1
	Own   bool    // whether it is one of the owner's already
}

// Can reports whether there is a model for a person to ask.
func (t *Tagger) Can(ctx context.Context, who byok.Person, pro bool) (bool, error) {
	_, ok, err := t.choose(ctx, who, pro)
	return ok, err
}

// choose finds a cheap model that the person can ask: of their active provider,
// or one that needs no key.
func (t *Tagger) choose(ctx context.Context, who byok.Person, pro bool) (llm.Entry, bool, error) {
	for _, purpose := range []llm.Purpose{llm.ForDigest, llm.ForAgent} {
		list, err := t.keys.Choices(ctx, who, pro, t.offer, purpose)
		if err != nil {
			return llm.Entry{}, false, err
		}
		if i := slices.IndexFunc(list, func(c byok.Choice) bool { return c.Default }); i >= 0 {
			return list[i].Entry, true, nil
		}
	}
	return llm.Entry{}, false, nil
}

// Tags asks a model once and returns what fits an idea and it does not have:
// the owner's own tags first, then new ones, each the best first.
func (t *Tagger) Tags(ctx context.Context, who byok.Person, pro bool, number int64) ([]Tag, error) {
	this, err := t.ideas.Get(ctx, who.Owner, number)
	if err != nil {
		return nil, err
	}
	e, ok, err := t.choose(ctx, who, pro)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.New(fault.Forbidden, "No model can be asked. Add a key under Settings, AI providers.")
	}
	own, err := t.ideas.Tags(ctx, who.Owner)
	if err != nil {
		return nil, err
	}
	call := gateway.Call{Who: who, Provider: e.Provider, Purpose: usage.Agent, CacheFor: keepFor}
	a, err := llm.Collect(t.models.Ask(ctx, call, llm.Request{
		Model:     e.Wire,
		System:    system,
		Messages:  []llm.Message{{Role: llm.User, Text: page(this.Idea, mostUsed(own))}},
		Schema:    &shape,
		MaxTokens: min(maxAnswer, e.MaxOutput),
	}))
	if err != nil {
		return nil, err
	}
	return read(a.Text, this.Tags, own)
}

// mostUsed returns the names of the tags that are used the most, in the order
// of the alphabet.
func mostUsed(own []idea.Tag) []string {
	own = slices.Clone(own)
	slices.SortStableFunc(own, func(a, b idea.Tag) int { return cmp.Compare(b.Ideas, a.Ideas) })
	var names []string
	for _, tag := range own[:min(ownTags, len(own))] {
		names = append(names, tag.Name)
	}
	slices.Sort(names)
	return names
}

// read checks what a model answered.
func read(text string, has []string, own []idea.Tag) ([]Tag, error) {
	var answer struct {
		Tags []struct {
			Name string
			Fit  float64
		}
	}
	if err := json.Unmarshal([]byte(llm.Unfenced(text)), &answer); err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "The model did not answer with tags. Try again, or choose another provider under Settings.")
	}
	var list []Tag
	for _, said := range answer.Tags {
		name, err := idea.NormalizeTag(said.Name)
		if err != nil || slices.Contains(has, name) || slices.ContainsFunc(list, func(t Tag) bool { return t.Name == name }) {
			continue
		}
		list = append(list, Tag{
			Name:  name,
			Score: min(max(said.Fit/100, 0), 1),
			Own:   slices.ContainsFunc(own, func(t idea.Tag) bool { return t.Name == name }),
		})
	}
	slices.SortStableFunc(list, func(a, b Tag) int {
		if a.Own != b.Own {
			if a.Own {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Score, a.Score)
	})
	return list[:min(MaxTags, len(list))], nil
}

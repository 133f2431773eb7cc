package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

const (
	maxTags       = 300 // of an owner, the most used, are compared
	tagNeighbours = 10  // ideas whose tags are offered to one that is like them
	tagPromise    = 0.5 // the score from which on a tag is worth offering
	maxOffers     = 5   // tags that are offered for an idea
	maxSimilar    = 20  // tags that are listed beside one
	someSimilar   = 5   // the same, unless more are asked for
)

// SimilarTag is a tag and how close in meaning its name is to another one's.
type SimilarTag struct {
	Tag   idea.Tag
	Score float64
}

// SimilarTags returns the tags whose names are closest in meaning to that of
// one, at most n, or 5 if n is 0. They are not known if nothing can tell what
// a name means.
func (s *Search) SimilarTags(ctx context.Context, who owner.ID, name string, n int) (_ []SimilarTag, known bool, err error) {
	if n < 0 || n > maxSimilar {
		return nil, false, fault.OfField("limit", "must be from 1 to %d", maxSimilar)
	}
	if n == 0 {
		n = someSimilar
	}
	if name, err = idea.NormalizeTag(name); err != nil {
		return nil, false, fault.OfField("tag", "must be the name of a tag")
	}
	tags, err := s.ideas.Tags(ctx, who)
	if err != nil {
		return nil, false, err
	}
	at := slices.IndexFunc(tags, func(t idea.Tag) bool { return t.Name == name })
	if at < 0 {
		return nil, false, fault.New(fault.NotFound, "There is no tag named %s.", name)
	}
	if s.meaning == nil || len(s.meaning.Embedders) == 0 {
		return nil, false, nil
	}
	this := tags[at]
	tags = mostUsed(slices.Delete(tags, at, at+1))
	texts := []embed.Text{embed.Idea(spoken(this.Name), "")}
	for _, t := range tags {
		texts = append(texts, embed.Idea(spoken(t.Name), ""))
	}
	e := s.meaning.Embedders[0]
	vectors, err := s.recall.embed(ctx, e, texts)
	if err != nil {
		return nil, false, notNow(ctx, err)
	}
	var list []SimilarTag
	for i, t := range tags {
		if score := e.Model().Ideas.Score(cosine(vectors[0], vectors[i+1])); score > 0 {
			list = append(list, SimilarTag{t, score})
		}
	}
	slices.SortStableFunc(list, func(a, b SimilarTag) int { return cmp.Compare(b.Score, a.Score) })
	return list[:min(n, len(list))], true, nil
}

// Suggestions are what may be added to an idea, or was added without asking.
type Suggestions struct {
	Tags      []SimilarTag   // that it does not have, the best first
	Relations []idea.Related // that no person made, the closest first
}

// Suggest returns the tags of the owner's that fit an idea: those whose names
// are close to it in meaning, and those of the ideas that are most like it. As
// long as the idea has not been understood, there are none. The relations are
// those that were made automatically.
func (s *Search) Suggest(ctx context.Context, who owner.ID, number int64) (Suggestions, error) {
	this, err := s.ideas.Get(ctx, who, number)
	if err != nil {
		return Suggestions{}, err
	}
	var out Suggestions
	for _, r := range slices.Concat(this.Outgoing, this.Incoming) {
		if r.Score != nil {
			out.Relations = append(out.Relations, r)
		}
	}
	slices.SortStableFunc(out.Relations, func(a, b idea.Related) int { return cmp.Compare(*b.Score, *a.Score) })
	out.Tags, err = s.suggestTags(ctx, who, this.Idea)
	if fault.Is(err, fault.Unavailable) {
		err = nil // an offer may be missing; what is there is told
	}
	return out, err
}

func (s *Search) suggestTags(ctx context.Context, who owner.ID, this idea.Idea) ([]SimilarTag, error) {
	e, of, err := s.meaning.embedder(ctx, who)
	if e == nil || err != nil {
		return nil, err
	}
	vector, err := s.meaning.Vectors.Of(ctx, who, of.model, this.Number)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	tags, err := s.ideas.Tags(ctx, who)
	if err != nil {
		return nil, err
	}
	tags = mostUsed(slices.DeleteFunc(tags, func(t idea.Tag) bool { return slices.Contains(this.Tags, t.Name) }))
	if len(tags) == 0 {
		return nil, nil
	}
	// A name is asked of an idea as a query is.
	texts := make([]embed.Text, len(tags))
	for i, t := range tags {
		texts[i] = embed.Query(spoken(t.Name))
	}
	vectors, err := s.recall.embed(ctx, e, texts)
	if err != nil {
		return nil, notNow(ctx, err)
	}
	shares, err := s.shares(ctx, who, this.Number)
	if err != nil {
		return nil, err
	}
	var list []SimilarTag
	for i, t := range tags {
		score := either(e.Model().Search.Score(cosine(vector, vectors[i])), shares[t.Name])
		if score >= tagPromise {
			list = append(list, SimilarTag{t, score})
		}
	}
	slices.SortStableFunc(list, func(a, b SimilarTag) int { return cmp.Compare(b.Score, a.Score) })
	return list[:min(maxOffers, len(list))], nil
}

// shares returns which part of the ideas that are most like one carries each
// tag; the closer an idea is, the more it counts. One idea alone proves
// nothing: a tag counts as much as the closest idea that has it is alike.
func (s *Search) shares(ctx context.Context, who owner.ID, number int64) (map[string]float64, error) {
	near, err := s.Similar(ctx, who, number, tagNeighbours)
	if err != nil {
		return nil, err
	}
	var all float64
	sums, best := map[string]float64{}, map[string]float64{}
	for _, n := range near {
		all += n.Score
		for _, name := range n.Idea.Tags {
			sums[name] += n.Score
			best[name] = max(best[name], n.Score)
		}
	}
	for name, sum := range sums {
		sums[name] = sum / all * best[name]
	}
	return sums, nil
}

// mostUsed returns the tags that most ideas carry, the most used first.
func mostUsed(tags []idea.Tag) []idea.Tag {
	slices.SortStableFunc(tags, func(a, b idea.Tag) int { return cmp.Compare(b.Ideas, a.Ideas) })
	return tags[:min(maxTags, len(tags))]
}

// spoken returns the name of a tag as one would say it.
func spoken(name string) string { return strings.ReplaceAll(name, "-", " ") }

// cosine is of two vectors of length one.
func cosine(a, b []float32) float64 {
	var sum float64
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

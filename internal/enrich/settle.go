package enrich

import (
	"context"
	"maps"
	"math"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// settle stores what came of an idea.
func (e *Enricher) settle(ctx context.Context, tx idea.Tx, number int64, f findings) error {
	this, err := tx.Ideas.Get(ctx, number)
	if err != nil {
		return err
	}
	if !this.Archived {
		if err := e.relate(ctx, tx, number, f); err != nil {
			return err
		}
		if err := tag(ctx, tx, &this, f.tags); err != nil {
			return err
		}
	}
	return tx.Meaning.Processed(ctx, number)
}

// pair is what is stored about an idea and another one.
type pair struct {
	relation *idea.Relation // that the program made
	related  bool           // whether there is any relation
	proposal *idea.Duplicate
}

// relate makes what the program says of an idea and others what the scores
// say, and leaves alone what a person said.
func (e *Enricher) relate(ctx context.Context, tx idea.Tx, number int64, f findings) error {
	pairs, err := stored(ctx, tx, number)
	if err != nil {
		return err
	}
	for _, n := range slices.Sorted(maps.Keys(f.scores)) {
		there, err := tx.Ideas.Get(ctx, n)
		if fault.Is(err, fault.NotFound) || err == nil && there.Archived {
			continue
		}
		if err != nil {
			return err
		}
		if err := e.relateTo(ctx, tx, number, n, f.scores[n], pairs[n], f.closeness); err != nil {
			return err
		}
	}
	return nil
}

func stored(ctx context.Context, tx idea.Tx, number int64) (map[int64]pair, error) {
	pairs := map[int64]pair{}
	outgoing, incoming, err := tx.Relations.Of(ctx, number)
	if err != nil {
		return nil, err
	}
	for _, r := range append(outgoing, incoming...) {
		p := pairs[r.Other.Number]
		p.related = true
		if automatic(r.Relation) {
			p.relation = &r.Relation
		}
		pairs[r.Other.Number] = p
	}
	proposals, err := tx.Duplicates.Of(ctx, number)
	for _, d := range proposals {
		p := pairs[other(d, number)]
		p.proposal = &d
		pairs[other(d, number)] = p
	}
	return pairs, err
}

func (e *Enricher) relateTo(ctx context.Context, tx idea.Tx, number, n int64, score float64, p pair, c account.Closeness) error {
	same := score >= c.Duplicate
	if err := e.propose(ctx, tx, number, n, score, same, p.proposal); err != nil {
		return err
	}
	alike := !same && score >= c.Related
	switch {
	case p.relation != nil && !alike:
		return tx.Relations.Delete(ctx, p.relation.ID)
	case p.relation != nil && differs(*p.relation.Score, score):
		p.relation.Score = &score
		return tx.Relations.Put(ctx, p.relation)
	case p.related || !alike || p.proposal != nil && p.proposal.Status != idea.DuplicatePending:
		return nil
	}
	refused, err := tx.Meaning.Refused(ctx, number, n)
	if err != nil || refused {
		return err
	}
	return tx.Relations.Put(ctx, &idea.Relation{
		Source: max(number, n), Target: min(number, n), Type: idea.RelRelated,
		Score: &score, CreatedAt: e.o.Now().UTC(),
	})
}

// propose makes, keeps or takes back the proposal that two ideas are one.
func (e *Enricher) propose(ctx context.Context, tx idea.Tx, number, n int64, score float64, same bool, d *idea.Duplicate) error {
	switch {
	case d == nil && same:
		return tx.Duplicates.Insert(ctx, &idea.Duplicate{
			Idea: idea.Brief{Number: max(number, n)}, Of: idea.Brief{Number: min(number, n)},
			Score: score, Status: idea.DuplicatePending, CreatedAt: e.o.Now().UTC(),
		})
	case d == nil || d.Status != idea.DuplicatePending:
		return nil // somebody decided
	case !same:
		return tx.Duplicates.Withdraw(ctx, d.ID)
	case differs(d.Score, score):
		return tx.Duplicates.Score(ctx, d.ID, score)
	}
	return nil
}

// differs reports whether a person could see that scores differ.
func differs(a, b float64) bool { return math.Abs(a-b) >= 0.005 }

const (
	certain = 0.75 // the score from which on a tag is put on without asking
	maxAuto = 3    // tags that are put on at most
)

// tags returns the tags to put on an idea without asking.
func (e *Enricher) tags(ctx context.Context, who owner.ID, this idea.Idea) ([]string, error) {
	if e.o.Suggest == nil || len(this.Tags) > 0 {
		return nil, nil // a person who chose tags knows better
	}
	s, err := e.o.Suggest(ctx, who, this.Number)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, t := range s.Tags {
		if t.Score >= certain && len(names) < maxAuto {
			names = append(names, t.Tag.Name)
		}
	}
	return names, nil
}

// tag puts tags on an idea that still has none.
func tag(ctx context.Context, tx idea.Tx, this *idea.Idea, names []string) error {
	if len(names) == 0 || len(this.Tags) > 0 {
		return nil
	}
	this.Tags = names
	this.Processing = false
	return tx.Ideas.Update(ctx, this)
}

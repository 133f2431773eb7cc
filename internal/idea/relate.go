package idea

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// RelationDraft is a relation that a person wants to make.
type RelationDraft struct {
	Source, Target int64
	Type           RelationType // RelRelated if empty
	Note           string
}

// RelationPatch changes a relation. What is nil stays as it is.
type RelationPatch struct {
	Type *RelationType
	Note *string // "" takes the note away
	// Accept makes a relation that was made automatically the person's own. To
	// change its type does so too.
	Accept bool
}

// RelationOutcome is what became of one relation of many.
type RelationOutcome struct {
	Draft RelationDraft
	ID    int64 // 0 if Err is not nil
	Err   error
}

// Relations returns the relations of an idea, oldest first.
func (r *Repository) Relations(ctx context.Context, who owner.ID, number int64) (outgoing, incoming []Related, err error) {
	err = r.store.Read(ctx, who, func(tx Tx) error {
		if _, err := tx.Ideas.Get(ctx, number); err != nil {
			return err
		}
		outgoing, incoming, err = tx.Relations.Of(ctx, number)
		return err
	})
	return outgoing, incoming, err
}

// Relate makes a relation. One that is there already is returned with the
// new note, if there is one. A circle of blocking ideas is refused; one of
// parents, of supersedings or of inspirations is made only with force.
func (r *Repository) Relate(ctx context.Context, who owner.ID, d RelationDraft, force bool) (Relation, error) {
	d, err := d.checked()
	if err != nil {
		return Relation{}, err
	}
	return writeOne(ctx, r, who, func(tx Tx) (Relation, error) {
		return r.relate(ctx, tx, d, force)
	})
}

// RelateMany makes relations in one transaction. One that cannot be made
// does not keep the others from being made.
func (r *Repository) RelateMany(ctx context.Context, who owner.ID, ds []RelationDraft, force bool) ([]RelationOutcome, error) {
	if err := checkBulk("links", len(ds)); err != nil {
		return nil, err
	}
	return writeOne(ctx, r, who, func(tx Tx) ([]RelationOutcome, error) {
		out := make([]RelationOutcome, len(ds))
		for n, d := range ds {
			checked, err := d.checked()
			var made Relation
			if err == nil {
				d = checked
				made, err = r.relate(ctx, tx, d, force)
			}
			if fault.Is(err, fault.Internal) {
				return nil, err
			}
			out[n] = RelationOutcome{d, made.ID, err}
		}
		return out, nil
	})
}

// EditRelation changes the type or the note of a relation.
func (r *Repository) EditRelation(ctx context.Context, who owner.ID, id int64, p RelationPatch, force bool) (Relation, error) {
	var err error
	if p.Type, err = checkedField(p.Type, madeByHand); err != nil {
		return Relation{}, err
	}
	if p.Note, err = checkedField(p.Note, note); err != nil {
		return Relation{}, err
	}
	return writeOne(ctx, r, who, func(tx Tx) (Relation, error) {
		rel, err := tx.Relations.Get(ctx, id)
		if err != nil {
			return Relation{}, err
		}
		if p.Note != nil {
			rel.Note = *p.Note
		}
		if p.Accept || p.Type != nil {
			rel.Score = nil
		}
		if p.Type != nil && *p.Type != rel.Type {
			rel.Type = *p.Type
			if twin, err := find(ctx, tx, rel); err != nil {
				return Relation{}, err
			} else if twin != nil {
				return Relation{}, fault.New(fault.Conflict,
					"Ideas #%d and #%d already have this relation: delete one of the two", rel.Source, rel.Target)
			}
			if err := checkCycle(ctx, tx, rel, force); err != nil {
				return Relation{}, err
			}
		}
		err = tx.Relations.Put(ctx, &rel)
		return rel, err
	})
}

// Unrelate takes a relation away. One that the program made does not return.
func (r *Repository) Unrelate(ctx context.Context, who owner.ID, id int64) error {
	return r.store.Write(ctx, who, func(tx Tx) error {
		rel, err := tx.Relations.Get(ctx, id)
		if err != nil {
			return err
		}
		if rel.Type == RelRelated { // also one that was accepted before
			if err := tx.Meaning.Refuse(ctx, rel.Source, rel.Target); err != nil {
				return err
			}
		}
		return tx.Relations.Delete(ctx, id)
	})
}

// relate makes a relation within a transaction.
func (r *Repository) relate(ctx context.Context, tx Tx, d RelationDraft, force bool) (Relation, error) {
	for _, end := range []struct {
		field  string
		number int64
	}{{"source_idea_id", d.Source}, {"target_idea_id", d.Target}} {
		i, err := tx.Ideas.Get(ctx, end.number)
		if err != nil {
			return Relation{}, named(err, end.field, end.number)
		}
		if i.Archived {
			return Relation{}, fault.New(fault.Conflict,
				"%s names idea #%d, which is archived: restore it first", end.field, end.number)
		}
	}
	rel := Relation{Source: d.Source, Target: d.Target, Type: d.Type, Note: d.Note, CreatedAt: r.time()}
	twin, err := find(ctx, tx, rel)
	if err != nil {
		return Relation{}, err
	}
	if twin != nil {
		if d.Note == "" || d.Note == twin.Note {
			return *twin, nil
		}
		twin.Note = d.Note
		return *twin, tx.Relations.Put(ctx, twin)
	}
	if err := checkCycle(ctx, tx, rel, force); err != nil {
		return Relation{}, err
	}
	err = tx.Relations.Put(ctx, &rel)
	return rel, err
}

// find returns the relation of the same type between the same ideas, if
// there is another one than rel itself.
func find(ctx context.Context, tx Tx, rel Relation) (*Relation, error) {
	outgoing, incoming, err := tx.Relations.Of(ctx, rel.Source)
	if err != nil {
		return nil, err
	}
	if !symmetric[rel.Type] {
		incoming = nil
	}
	for _, list := range [][]Related{outgoing, incoming} {
		for _, o := range list {
			if o.Type == rel.Type && o.Other.Number == rel.Target && o.ID != rel.ID {
				return &o.Relation, nil
			}
		}
	}
	return nil, nil
}

// checkCycle refuses a relation that would close a circle of its type.
func checkCycle(ctx context.Context, tx Tx, rel Relation, force bool) error {
	rule := cycles[rel.Type]
	if rule == cycleAllowed || rule == cycleForced && force {
		return nil
	}
	circle, err := reaches(ctx, tx, rel.Type, rel.Target, rel.Source)
	if err != nil || !circle {
		return err
	}
	if rule == cycleRefused {
		return fault.New(fault.Conflict,
			"Relation would create a cycle, a circular blocking chain: idea #%d already waits for idea #%d",
			rel.Source, rel.Target)
	}
	return fault.New(fault.Conflict,
		"Relation would create a cycle of type %s between ideas #%d and #%d%s",
		rel.Type, rel.Source, rel.Target, ForceHint)
}

// ForceHint ends the sentence about a circle that may be made all the same. It
// is for who asks over HTTP; what speaks to others leaves it out.
const ForceHint = ": repeat it with ?force=true if you mean it"

// reaches reports whether relations of the type lead from one idea to
// another.
func reaches(ctx context.Context, tx Tx, t RelationType, from, to int64) (bool, error) {
	seen := map[int64]bool{from: true}
	for edge := []int64{from}; len(edge) > 0; {
		targets, err := tx.Relations.Targets(ctx, t, edge)
		if err != nil {
			return false, err
		}
		edge = edge[:0]
		for _, n := range targets {
			if n == to {
				return true, nil
			}
			if !seen[n] {
				seen[n] = true
				edge = append(edge, n)
			}
		}
	}
	return false, nil
}

// checked returns the draft with every field normalised.
func (d RelationDraft) checked() (RelationDraft, error) {
	if d.Source < 1 {
		return d, fault.OfField("source_idea_id", "must be the number of an idea")
	}
	if d.Target < 1 {
		return d, fault.OfField("target_idea_id", "must be the number of an idea")
	}
	if d.Source == d.Target {
		return d, fault.OfField("target_idea_id", "must be another idea than source_idea_id: an idea has no relation to itself")
	}
	if d.Type == "" {
		d.Type = RelRelated
	}
	var err error
	if d.Type, err = madeByHand(d.Type); err != nil {
		return d, err
	}
	d.Note, err = note(d.Note)
	return d, err
}

// madeByHand checks the type of a relation that a person makes.
func madeByHand(t RelationType) (RelationType, error) {
	t, err := ParseRelationType(string(t))
	if err == nil && t == RelDuplicate {
		return "", fault.OfField("relation_type", "must not be duplicate: the program proposes duplicates, and you merge or dismiss them")
	}
	return t, err
}

func note(s string) (string, error) {
	return line("note", s, 0, MaxNote)
}

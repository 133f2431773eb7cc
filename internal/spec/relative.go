package spec

import "github.com/neuralrepo/neuralrepo/internal/idea"

// relative is another idea, and what it is to the one that is developed.
type relative struct {
	idea.Brief
	is   []string // "This idea waits for it", and so on; none if it is only near
	note []string // what people wrote on the relations
	text string   // the beginning of its body; "" if it has none or was not read
	long bool     // there is more of the body
}

// ends says what the other idea of a relation is, seen from the one that is
// developed.
var ends = map[idea.RelationType]struct{ outgoing, incoming string }{
	idea.RelRelated:    {"Related to this idea", "Related to this idea"},
	idea.RelParent:     {"This idea is its parent", "It is the parent of this idea"},
	idea.RelBlocks:     {"It waits for this idea", "This idea waits for it"},
	idea.RelInspires:   {"This idea inspired it", "It inspired this idea"},
	idea.RelDuplicate:  {"Much the same as this idea", "Much the same as this idea"},
	idea.RelSupersedes: {"This idea replaces it", "It replaces this idea"},
}

// relatives returns the ideas to which an idea is related, each once, the
// parent first.
func relatives(d idea.Detail) []relative {
	var all []relative
	at := map[int64]int{}
	add := func(other idea.Brief, is, note string) {
		i, ok := at[other.Number]
		if !ok {
			i = len(all)
			at[other.Number] = i
			all = append(all, relative{Brief: other})
		}
		if all[i].Title == "" { // a parent is known by its number alone
			all[i].Brief = other
		}
		all[i].is = append(all[i].is, is)
		if note != "" {
			all[i].note = append(all[i].note, note)
		}
	}
	if d.Parent != 0 {
		add(idea.Brief{Number: d.Parent}, "This idea branched from it", "")
	}
	for _, r := range d.Outgoing {
		add(r.Other, ends[r.Type].outgoing, r.Note)
	}
	for _, r := range d.Incoming {
		add(r.Other, ends[r.Type].incoming, r.Note)
	}
	return all
}

package store

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

// Candidates is how many ideas MatchWords ranks at most from those that have
// all words in the title, and as many from all that match: the newest. So a
// search for a very common word costs no more than one for a rare word.
const Candidates = 400

// MatchWords returns the ideas of an owner in which all terms of q are found,
// the best first, and whether there are more after them. Ideas with all terms
// in the title come before the others; within each group a word counts more
// the nearer it is to being the title. Archived ideas are left out. Of more
// than Candidates matches the oldest are left out too; List finds them.
func (s *Store) MatchWords(ctx context.Context, who owner.ID, q words.Query, f idea.WordFilter, limit, offset int) (list []idea.Idea, more bool, err error) {
	if q.Empty() {
		return nil, false, nil
	}
	err = s.engine.snapshot(ctx, func(conn querier) error {
		t := &transaction{querier: conn, d: s.dialect, who: who}
		var a arguments
		where := "i.owner = " + a.next(who) + " AND i.archived = " + a.next(false)
		if f.Status != "" {
			where += " AND i.status = " + a.next(f.Status)
		}
		if f.Tag != "" {
			where += " AND " + tagged(a.next(f.Tag))
		}
		best := t.d.ranked(who, q, where, a.next)
		list, err = t.rows(ctx, best+" LIMIT "+a.next(limit+1)+" OFFSET "+a.next(offset), "ORDER BY page.score DESC, page.number DESC", a.list)
		if err != nil {
			return err
		}
		more = len(list) > limit
		list = list[:min(len(list), limit)]
		return t.readTags(ctx, list)
	})
	if err != nil {
		return nil, false, err
	}
	return list, more, nil
}

// bestFirst is the order of the numbers and scores that dialect.ranked gives.
const bestFirst = "ORDER BY score DESC, number DESC"

// scope begins every word of an owner in the full-text index, so that one
// owner's words are a range of the index in which nobody else's are. It says
// its own length first; so none is the beginning of another.
func scope(who owner.ID) string {
	id := strconv.FormatInt(int64(who), 36)
	return strconv.Itoa(len(id)) + id
}

// maxWord is how many bytes of a word count. PostgreSQL can index about 2000.
const maxWord = 200

// scoped returns a word as it is in the index.
func scoped(scope, word string) string {
	if len(word) > maxWord {
		end := maxWord
		for !utf8.RuneStart(word[end]) {
			end--
		}
		word = word[:end]
	}
	return scope + word
}

// scopedAll returns words with spaces between them as they are in the index.
func scopedAll(scope, list string) []string {
	all := strings.Fields(list)
	for i, w := range all {
		all[i] = scoped(scope, w)
	}
	return all
}

// covered reports whether a term finds with its prefix what it finds with its
// stem.
func covered(t words.Term) bool {
	return t.Prefix != "" && len(t.Stems) == 1 && strings.HasPrefix(t.Stems[0], t.Prefix)
}

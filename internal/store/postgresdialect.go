package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

// postgresDialect is the dialect of PostgreSQL, with tsvector for full text.
// Vectors and queries are written out here rather than by to_tsvector, whose
// parser would take the words apart by its own rules.
type postgresDialect struct{}

func (postgresDialect) among(column, p string) string {
	return column + " = ANY(" + p + "::bigint[])"
}

func (postgresDialect) integers(list []int64) any {
	return slices.Concat([]int64{}, list) // nil would be NULL
}

// lockOwner takes the lock that foreign keys to the owner do not wait for.
func (postgresDialect) lockOwner() string {
	return `SELECT owner FROM users WHERE owner = $1 FOR NO KEY UPDATE`
}

func (postgresDialect) lockUsers() string { return `LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE` }

func (postgresDialect) insertIdea() string {
	return `
		INSERT INTO ideas (owner, number, title, title_key, body, status, source, source_url,
			parent, archived, processing, version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13)`
}

func (postgresDialect) index(who owner.ID, number int64, d words.Document) []statement {
	return []statement{{`
		INSERT INTO words (owner, number, words) VALUES ($1, $2, $3::text::tsvector)
		ON CONFLICT (owner, number) DO UPDATE SET words = excluded.words`,
		[]any{who, number, vector(scope(who), d)}}}
}

// lastPosition is the greatest position in a tsvector. Words behind it are
// found, but not as parts of a phrase.
const lastPosition = 16383

// vector writes a tsvector. Between title and body a position is left out, so
// that no phrase goes across.
func vector(scope string, d words.Document) string {
	var b strings.Builder
	position := 0
	put := func(list, weight string) {
		for _, w := range scopedAll(scope, list) {
			position = min(position+1, lastPosition)
			fmt.Fprintf(&b, "'%s':%d%s ", w, position, weight)
		}
		position++
	}
	put(d.Title, "A")
	put(d.Body, "B")
	put(d.Forms, "")
	return b.String()
}

func (postgresDialect) matching(who owner.ID, q words.Query, next func(any) string) string {
	return `SELECT w.number FROM words w WHERE w.owner = $1 AND w.words @@ ` +
		next(queryAll(who, q, "AB")) + `::text::tsquery`
}

func (postgresDialect) ranked(who owner.ID, q words.Query, condition string, next func(any) string) string {
	newest := func(weights, better string) string {
		query := next(queryAll(who, q, weights)) + `::text::tsquery`
		return `
			SELECT number, ` + better + ` ts_rank('{0.05, 0, 0.1, 1}', found, ` + query + `, 1) AS score FROM (
				SELECT w.number, w.words AS found
				FROM words w JOIN ideas i ON i.owner = w.owner AND i.number = w.number
				WHERE w.owner = $1 AND w.words @@ ` + query + ` AND ` + condition + `
				ORDER BY w.number DESC LIMIT ` + next(Candidates) + `) AS newest`
	}
	return `SELECT number, max(score) AS score FROM (` +
		newest("A", "1000 +") + ` UNION ALL ` +
		newest("AB", "") + `) AS ranked GROUP BY number ` + bestFirst
}

// queryAll writes a tsquery. Every word is quoted, so nothing that somebody
// typed is an operator. Stems are looked for where the weights are; prefixes
// may also begin a form, unless only the title counts.
func queryAll(who owner.ID, q words.Query, weights string) string {
	s := scope(who)
	terms := make([]string, len(q.Terms))
	for i, t := range q.Terms {
		stems := make([]string, len(t.Stems))
		for k, stem := range t.Stems {
			stems[k] = "'" + scoped(s, stem) + "':" + weights
		}
		exact := strings.Join(stems, " <-> ")
		prefixed := "'" + scoped(s, t.Prefix) + "':*"
		if weights == "A" {
			prefixed += weights
		}
		switch {
		case t.Prefix == "":
			terms[i] = exact
		case covered(t):
			terms[i] = prefixed
		default:
			terms[i] = exact + " | " + prefixed
		}
		terms[i] = "(" + terms[i] + ")"
	}
	return strings.Join(terms, " & ")
}

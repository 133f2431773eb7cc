package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/owner"
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

// lock takes the lock that foreign keys to the owner do not wait for.
func (postgresDialect) lock() string { return `FOR NO KEY UPDATE` }

func (postgresDialect) keep() string { return `FOR KEY SHARE` }

func (postgresDialect) lockUsers() string { return `LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE` }

func (postgresDialect) skipLocked() string { return `FOR UPDATE SKIP LOCKED` }

func (postgresDialect) insertIdea() string {
	return `
		INSERT INTO ideas (owner, number, title, title_key, body, status, source, source_url,
			parent, archived, processing, version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13)`
}

func (postgresDialect) index(who owner.ID, number int64, lexemes []string) []statement {
	var vector strings.Builder
	for k, w := range lexemes {
		fmt.Fprintf(&vector, "'%s':%d ", w, min(k+1, lastPosition))
	}
	return []statement{{`
		INSERT INTO words (owner, number, words) VALUES ($1, $2, $3::text::tsvector)
		ON CONFLICT (owner, number) DO UPDATE SET words = excluded.words`,
		[]any{who, number, vector.String()}}}
}

// lastPosition is the greatest position in a tsvector. Words behind it are
// found, but not as parts of a phrase.
const lastPosition = 16383

func (postgresDialect) matching(match string) string {
	return `SELECT w.number FROM words w WHERE w.owner = $1 AND w.words @@ ` + match + `::text::tsquery`
}

func (postgresDialect) newest(match, condition, limit string) string {
	return `
		SELECT i.number, i.title FROM words w JOIN ideas i ON i.owner = w.owner AND i.number = w.number
		WHERE w.owner = $1 AND w.words @@ ` + match + `::text::tsquery AND ` + condition + `
		ORDER BY w.number DESC LIMIT ` + limit
}

func (postgresDialect) and() string { return " & " }
func (postgresDialect) or() string  { return " | " }

func (postgresDialect) phrase(words []string) string {
	return "('" + strings.Join(words, "' <-> '") + "')"
}

func (postgresDialect) beginning(word string) string { return "'" + word + "':*" }

package store

import (
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

// sqliteDialect is the dialect of SQLite, with FTS5 for full text.
type sqliteDialect struct{}

func (sqliteDialect) among(column, p string) string {
	return column + " IN (SELECT value FROM json_each(" + p + "))"
}

func (sqliteDialect) integers(list []int64) any { return jsonList(list) }

// lockOwner only looks whether the owner is there: writers of the whole file
// run one after the other.
func (sqliteDialect) lockOwner() string { return `SELECT owner FROM users WHERE owner = $1` }

func (sqliteDialect) lockUsers() string { return "" }

func (sqliteDialect) insertIdea() string {
	return `
		INSERT INTO ideas (id, owner, number, title, title_key, body, status, source, source_url,
			parent, archived, processing, version, created_at, updated_at)
		VALUES ($1 << 40 | $2, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13)`
}

func (sqliteDialect) index(who owner.ID, number int64, d words.Document) []statement {
	id := int64(who)<<40 | number
	s := scope(who)
	list := func(words string) string { return strings.Join(scopedAll(s, words), " ") }
	return []statement{
		{`DELETE FROM words WHERE rowid = $1`, []any{id}},
		{`INSERT INTO words (rowid, title, body, forms) VALUES ($1, $2, $3, $4)`,
			[]any{id, list(d.Title), list(d.Body), list(d.Forms)}},
	}
}

func (sqliteDialect) matching(who owner.ID, q words.Query, next func(any) string) string {
	return `SELECT rowid & 1099511627775 FROM words WHERE words MATCH ` + next(matchAll(who, q, "{title body}"))
}

// ranked scores with BM25, which is the lower the better.
func (sqliteDialect) ranked(who owner.ID, q words.Query, condition string, next func(any) string) string {
	newest := func(match, better string) string {
		return `
			SELECT number, score ` + better + ` AS score FROM (
				SELECT i.number AS number, -bm25(words, 10, 1, 0.5) AS score
				FROM words CROSS JOIN ideas i ON i.id = words.rowid
				WHERE words MATCH ` + next(match) + ` AND ` + condition + `
				ORDER BY words.rowid DESC LIMIT ` + next(Candidates) + `)`
	}
	return `SELECT number, max(score) AS score FROM (` +
		newest(matchAll(who, q, "title"), "+ 1000") + ` UNION ALL ` +
		newest(matchAll(who, q, "{title body}"), "") + `) GROUP BY number ` + bestFirst
}

// matchAll writes a query in the language of FTS5. Every word is quoted, so
// nothing that somebody typed is an operator. The columns are where stems are
// looked for; prefixes may also begin a form.
func matchAll(who owner.ID, q words.Query, columns string) string {
	s := scope(who)
	terms := make([]string, len(q.Terms))
	for i, t := range q.Terms {
		stems := make([]string, len(t.Stems))
		for k, stem := range t.Stems {
			stems[k] = scoped(s, stem)
		}
		exact := columns + ` : "` + strings.Join(stems, " ") + `"`
		prefixed := `"` + scoped(s, t.Prefix) + `" *`
		if columns == "title" {
			prefixed = columns + ` : ` + prefixed
		}
		switch {
		case t.Prefix == "":
			terms[i] = exact
		case covered(t):
			terms[i] = prefixed
		default:
			terms[i] = exact + " OR " + prefixed
		}
		terms[i] = "(" + terms[i] + ")"
	}
	return strings.Join(terms, " AND ")
}

package store

import (
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// sqliteDialect is the dialect of SQLite, with FTS5 for full text.
type sqliteDialect struct{}

func (sqliteDialect) among(column, p string) string {
	return column + " IN (SELECT value FROM json_each(" + p + "))"
}

func (sqliteDialect) integers(list []int64) any { return jsonList(list) }

// lock does nothing: writers of the whole file run one after the other.
func (sqliteDialect) lock() string { return "" }
func (sqliteDialect) keep() string { return "" }

func (sqliteDialect) lockUsers() string { return "" }

func (sqliteDialect) skipLocked() string { return "" }

func (sqliteDialect) insertIdea() string {
	return `
		INSERT INTO ideas (id, owner, number, title, title_key, body, status, source, source_url,
			parent, archived, processing, version, created_at, updated_at)
		VALUES ($1 << 40 | $2, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13)`
}

func (sqliteDialect) index(who owner.ID, number int64, lexemes []string) []statement {
	id := int64(who)<<40 | number
	return []statement{
		{`DELETE FROM words WHERE rowid = $1`, []any{id}},
		{`INSERT INTO words (rowid, text) VALUES ($1, $2)`, []any{id, strings.Join(lexemes, " ")}},
	}
}

func (sqliteDialect) matching(match string) string {
	return `SELECT rowid & 1099511627775 FROM words WHERE words MATCH ` + match
}

func (sqliteDialect) newest(match, condition, limit string) string {
	return `
		SELECT i.number, i.title FROM words CROSS JOIN ideas i ON i.id = words.rowid
		WHERE words MATCH ` + match + ` AND ` + condition + `
		ORDER BY words.rowid DESC LIMIT ` + limit
}

func (sqliteDialect) and() string { return " AND " }
func (sqliteDialect) or() string  { return " OR " }

func (sqliteDialect) phrase(words []string) string { return `"` + strings.Join(words, " ") + `"` }

func (sqliteDialect) beginning(word string) string { return `"` + word + `" *` }

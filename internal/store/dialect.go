package store

import (
	"encoding/json"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// dialect has everything that the two engines do not write alike.
type dialect interface {
	// among is a condition that a column is one of the integers that the
	// placeholder p ($1, $2 …) stands for; integers makes its argument.
	among(column, p string) string
	integers(list []int64) any

	// lock ends a query for users who nobody else is to lock until the end of
	// the transaction, keep one for users who are not to be deleted until then.
	lock() string
	keep() string
	// lockUsers keeps everybody else from adding a user until the end of the
	// transaction, "" if there is nothing to do.
	lockUsers() string
	// skipLocked ends a query for rows that are to be changed and passes over
	// those that another transaction is changing.
	skipLocked() string
	// insertIdea stores an idea with the owner $1 and the number $2.
	insertIdea() string

	// index stores the words of an idea in place of those that were there.
	index(who owner.ID, number int64, lexemes []string) []statement
	// matching is a query for the numbers of all ideas that match a full-text
	// query (a placeholder). The owner is $1.
	matching(match string) string
	// newest is a query for the numbers and titles of the newest of those
	// that also pass a condition on the table ideas i.
	newest(match, condition, limit string) string
	// Of these, full-text queries are made.
	and() string
	or() string
	phrase(words []string) string // one word, or words in a row
	beginning(word string) string // any word that begins so
}

// statement is SQL with its arguments.
type statement struct {
	text string
	args []any
}

// jsonList is how integers travel in one argument where there are no arrays.
func jsonList(list []int64) string {
	if len(list) == 0 {
		return "[]"
	}
	b, err := json.Marshal(list)
	if err != nil {
		panic(err) // integers cannot fail
	}
	return string(b)
}

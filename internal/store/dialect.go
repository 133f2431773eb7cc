package store

import (
	"encoding/json"

	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

// dialect has everything that the two engines do not write alike.
type dialect interface {
	// among is a condition that a column is one of the integers that the
	// placeholder p ($1, $2 …) stands for; integers makes its argument.
	among(column, p string) string
	integers(list []int64) any

	// lockOwner locks the owner $1 until the end of the transaction.
	lockOwner() string
	// lockUsers keeps everybody else from adding a user until the end of the
	// transaction, "" if there is nothing to do.
	lockUsers() string
	// insertIdea stores an idea with the owner $1 and the number $2.
	insertIdea() string

	// index stores the words of an idea anew.
	index(who owner.ID, number int64, d words.Document) []statement
	// matching is a query for the numbers of an owner's ideas in which q is
	// found; next adds an argument and returns its placeholder.
	matching(who owner.ID, q words.Query, next func(any) string) string
	// ranked is a query for the numbers and scores of the best ideas in which
	// q is found, in the order bestFirst. It ranks those that pass a condition
	// on the table ideas i, at most Candidates twice.
	ranked(who owner.ID, q words.Query, condition string, next func(any) string) string
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

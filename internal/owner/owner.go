// Package owner has the one word by which everything a person has is told
// from everything of everybody else.
package owner

// ID is the key of a person in the database. It leads every key of every
// table and is given before anything else to whatever reads or writes; it
// never leaves the server. What the API calls a user's id is account.User.ID.
type ID int64

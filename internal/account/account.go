// Package account has the people of the repository: how they come in, how
// they prove who they are, what their keys may do and how much. It knows
// nothing of SQL or HTTP: it declares the Store it needs.
package account

import (
	"time"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// User is a person with an account.
type User struct {
	Owner       owner.ID // inside the server only
	ID          string   // what the API shows: a random UUID
	Email       string   // as NormalizeEmail gives it; unique
	DisplayName string   // "" if there is none
	AvatarURL   string   // "" if there is none
	Plan        Plan
	Settings    string // a JSON object, "{}" if nothing is set
	// PasswordHash is in PHC string format; "" if the person has no password.
	PasswordHash string
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Plan is what a person may use.
type Plan string

// The plans.
const (
	Free Plan = "free"
	Pro  Plan = "pro"
)

// Scope is what an API key may do.
type Scope string

// The scopes.
const (
	ReadIdeas  Scope = "ideas:read"
	WriteIdeas Scope = "ideas:write"
)

// Scopes lists every scope.
var Scopes = []Scope{ReadIdeas, WriteIdeas}

// APIKey opens the API for a program. The key itself is shown once and not
// kept: only its hash is.
type APIKey struct {
	ID         string // "ak_" and 16 hexadecimal digits
	Owner      owner.ID
	Label      string
	Scopes     []Scope
	Last4      string // the last four characters of the key
	CreatedAt  time.Time
	LastUsedAt time.Time // zero if never; may lag by a minute
}

// Session is a signed-in browser, or a program that uses its token.
type Session struct {
	Owner     owner.ID
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Caller is who sent a request, and by what right.
type Caller struct {
	User   User
	Scopes []Scope // of a session: all of them
	Via    Credential
	// Session is the hash of the session's token, zero if the caller came
	// with an API key.
	Session Hash
	// Extended is when the session ends from now on, if this request made it
	// last longer; else zero. The cookie must then be sent again.
	Extended time.Time
}

// Credential is how a caller proved who they are.
type Credential int

// The credentials. Only Cookie is exempt from the daily quota.
const (
	Cookie Credential = iota // a session token in the cookie
	Bearer                   // a session token in the Authorization header
	Key                      // an API key, in whichever header
)

// Hash is the SHA-256 of the text of a session token or API key, which has
// at least 224 random bits. The token cannot be found from it, so a stolen
// database opens nothing.
type Hash [32]byte

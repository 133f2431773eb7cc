package account

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Store keeps accounts. What is not there is a fault.NotFound. Each method is
// a transaction of its own.
type Store interface {
	Users
	Sessions
	MagicLinkStore
	APIKeys
	Quota
}

// Users keeps people.
type Users interface {
	// CreateUser sets the Owner; a taken e-mail address is a fault.Conflict.
	CreateUser(ctx context.Context, u *User) error
	// CreateFirstUser is CreateUser, but a fault.Conflict if anybody is there
	// already, however many try at the same time.
	CreateFirstUser(ctx context.Context, u *User) error
	User(ctx context.Context, who owner.ID) (User, error)
	UserByEmail(ctx context.Context, email string) (User, error)
	// UpdateUser hands the stored person to edit and stores what edit made of
	// it, all but Owner, ID and CreatedAt, in one transaction, so that two
	// edits at a time lose nothing. An error of edit is returned as it is and
	// nothing is stored. edit may run more than once.
	UpdateUser(ctx context.Context, who owner.ID, edit func(*User) error) (User, error)
	AnyUser(ctx context.Context) (bool, error)
	// ListUsers returns at most limit people whose Owner is greater than
	// after, in the order of Owner.
	ListUsers(ctx context.Context, after owner.ID, limit int) ([]User, error)
}

// Sessions keeps sessions by the hash of their token.
type Sessions interface {
	CreateSession(ctx context.Context, h Hash, s Session) error
	// Session returns a session that has not expired at now, with its user.
	Session(ctx context.Context, h Hash, now time.Time) (Session, User, error)
	ExtendSession(ctx context.Context, h Hash, expires time.Time) error
	DeleteSession(ctx context.Context, h Hash) error
	// DeleteSessions ends the sessions of a person but the one named.
	DeleteSessions(ctx context.Context, who owner.ID, except Hash) error
	// DeleteExpiredSessions clears what is over.
	DeleteExpiredSessions(ctx context.Context, now time.Time) error
}

// MagicLinkStore keeps links that sign somebody in, by the hash of their token.
type MagicLinkStore interface {
	CreateMagicLink(ctx context.Context, h Hash, l MagicLink) error
	// UseMagicLink returns whose a link is that has not expired at now, and
	// deletes it with all others of that person. However many try at the same
	// time, one gets it.
	UseMagicLink(ctx context.Context, h Hash, now time.Time) (User, error)
	// DeleteExpiredMagicLinks clears what is over.
	DeleteExpiredMagicLinks(ctx context.Context, now time.Time) error
}

// APIKeys keeps API keys by their hash.
type APIKeys interface {
	CreateAPIKey(ctx context.Context, h Hash, k APIKey) error
	APIKey(ctx context.Context, h Hash) (APIKey, User, error)
	APIKeysOf(ctx context.Context, who owner.ID) ([]APIKey, error)
	DeleteAPIKey(ctx context.Context, who owner.ID, id string) error
	// TouchAPIKey notes when a key was last used.
	TouchAPIKey(ctx context.Context, who owner.ID, id string, at time.Time) error
}

// Quota counts the requests of a person in a day.
type Quota interface {
	// TakeQuota adds n requests, or as many of them as limit leaves, to the
	// count of the day, and returns how many it added and the count after.
	// A negative n gives requests back.
	TakeQuota(ctx context.Context, who owner.ID, day Day, n, limit int) (taken, used int, err error)
}

// Day is a day in UTC, counted from 1 January 1970.
type Day int

package store

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

const noUser = "User not found"

// userColumns are what userFields receive, of the table users u.
const userColumns = `u.owner, u.id, u.email, u.display_name, u.avatar_url, u.plan, u.settings,
	u.password_hash, u.created_at, u.updated_at`

const selectUser = `SELECT ` + userColumns + ` FROM users u `

func scanUser(r row) (account.User, error) {
	var u account.User
	return u, scanWithUser(r, &u)
}

// scanWithUser reads userColumns, and then what else the row has.
func scanWithUser(r row, u *account.User, more ...any) error {
	var created, updated int64
	err := r.Scan(append([]any{&u.Owner, &u.ID, &u.Email, &u.DisplayName, &u.AvatarURL, &u.Plan,
		&u.Settings, &u.PasswordHash, &created, &updated}, more...)...)
	u.CreatedAt, u.UpdatedAt = timeOf(created), timeOf(updated)
	return err
}

// CreateUser stores a new person and sets the Owner.
func (s *Store) CreateUser(ctx context.Context, u *account.User) error {
	return s.engine.transact(ctx, func(q querier) error { return insertUser(ctx, q, u) })
}

// CreateFirstUser is CreateUser, but a fault.Conflict if anybody is there.
func (s *Store) CreateFirstUser(ctx context.Context, u *account.User) error {
	return s.engine.transact(ctx, func(q querier) error {
		if lock := s.dialect.lockUsers(); lock != "" {
			if _, err := q.exec(ctx, lock); err != nil {
				return err
			}
		}
		there, err := anyUser(ctx, q)
		if err != nil {
			return err
		}
		if there {
			return fault.New(fault.Conflict, "This server has an owner already: sign in instead")
		}
		return insertUser(ctx, q, u)
	})
}

func insertUser(ctx context.Context, q querier, u *account.User) error {
	keys, err := all(ctx, q, number, `
		INSERT INTO users (id, email, display_name, avatar_url, plan, settings, password_hash, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (email) DO NOTHING
		RETURNING owner`,
		u.ID, u.Email, u.DisplayName, u.AvatarURL, u.Plan, u.Settings, u.PasswordHash,
		micros(u.CreatedAt), micros(u.UpdatedAt))
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		return emailTaken()
	}
	u.Owner = owner.ID(keys[0])
	return makeTurns(ctx, q, u.Owner)
}

func emailTaken() error {
	return fault.New(fault.Conflict, "There is an account with this e-mail address already")
}

// User returns a person.
func (s *Store) User(ctx context.Context, who owner.ID) (u account.User, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		u, err = one(ctx, q, noUser, scanUser, selectUser+`WHERE u.owner = $1`, who)
		return err
	})
	return u, err
}

// UserByEmail returns the person with an address.
func (s *Store) UserByEmail(ctx context.Context, email string) (u account.User, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		u, err = one(ctx, q, noUser, scanUser, selectUser+`WHERE u.email = $1`, email)
		return err
	})
	return u, err
}

// UpdateUser stores what edit makes of a person.
func (s *Store) UpdateUser(ctx context.Context, who owner.ID, edit func(*account.User) error) (u account.User, err error) {
	err = s.engine.transact(ctx, func(q querier) error {
		if err := lockOwner(ctx, q, s.dialect, who, noUser); err != nil {
			return err
		}
		u, err = one(ctx, q, noUser, scanUser, selectUser+`WHERE u.owner = $1`, who)
		if err != nil {
			return err
		}
		stored := u
		if err := edit(&u); err != nil {
			return err
		}
		u.Owner, u.ID, u.CreatedAt = stored.Owner, stored.ID, stored.CreatedAt
		n, err := q.exec(ctx, `
			UPDATE users
			SET email = $2, display_name = $3, avatar_url = $4, plan = $5, settings = $6,
			    password_hash = $7, updated_at = $8
			WHERE owner = $1 AND NOT EXISTS (SELECT 1 FROM users WHERE email = $2 AND owner <> $1)`,
			who, u.Email, u.DisplayName, u.AvatarURL, u.Plan, u.Settings, u.PasswordHash, micros(u.UpdatedAt))
		if fault.Is(err, fault.Conflict) || err == nil && n == 0 {
			return emailTaken()
		}
		if err == nil && u.Settings != stored.Settings {
			err = askTurns(ctx, q, who)
		}
		return err
	})
	if err != nil {
		return account.User{}, err
	}
	return u, nil
}

// AnyUser reports whether there is a person.
func (s *Store) AnyUser(ctx context.Context) (there bool, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		there, err = anyUser(ctx, q)
		return err
	})
	return there, err
}

func anyUser(ctx context.Context, q querier) (bool, error) {
	first, err := all(ctx, q, number, `SELECT owner FROM users LIMIT 1`)
	return len(first) > 0, err
}

// ListUsers returns at most limit people whose Owner is greater than after.
func (s *Store) ListUsers(ctx context.Context, after owner.ID, limit int) (list []account.User, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		list, err = all(ctx, q, scanUser, selectUser+`WHERE u.owner > $1 ORDER BY u.owner LIMIT $2`, after, limit)
		return err
	})
	return list, err
}

package account

import (
	"context"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// ProfilePatch is what a person changes about themselves. What is nil stays.
type ProfilePatch struct {
	DisplayName *string
	Settings    *string // a JSON object; it replaces the stored one
}

// EditProfile changes what a person says about themselves.
func (a *Accounts) EditProfile(ctx context.Context, who owner.ID, p ProfilePatch) (User, error) {
	if p.DisplayName != nil {
		name, err := NormalizeDisplayName(*p.DisplayName)
		if err != nil {
			return User{}, err
		}
		p.DisplayName = &name
	}
	if p.Settings != nil {
		if err := ValidateSettings(*p.Settings); err != nil {
			return User{}, err
		}
	}
	now := a.now()
	u, err := a.store.UpdateUser(ctx, who, func(u *User) error {
		if p.DisplayName != nil {
			u.DisplayName = *p.DisplayName
		}
		if p.Settings != nil {
			u.Settings = *p.Settings
		}
		u.UpdatedAt = now
		return nil
	})
	if err != nil {
		return User{}, fmt.Errorf("store a profile: %w", err)
	}
	return u, nil
}

// UserByEmail finds somebody by an e-mail address as they type it. It is for
// the operator: to others it would tell who has an account.
func (a *Accounts) UserByEmail(ctx context.Context, email string) (User, error) {
	email, err := NormalizeEmail(email)
	if err != nil {
		return User{}, err
	}
	u, err := a.store.UserByEmail(ctx, email)
	if fault.Is(err, fault.NotFound) {
		return User{}, fault.New(fault.NotFound, "There is no account with the e-mail address %s.", email)
	}
	if err != nil {
		return User{}, fmt.Errorf("look up an account: %w", err)
	}
	return u, nil
}

// Users calls f with every account, oldest first, until f returns an error,
// which it returns. It is for the operator.
func (a *Accounts) Users(ctx context.Context, f func(User) error) error {
	const page = 200
	for after := owner.ID(0); ; {
		users, err := a.store.ListUsers(ctx, after, page)
		if err != nil {
			return fmt.Errorf("list accounts: %w", err)
		}
		for _, u := range users {
			if err := f(u); err != nil {
				return err
			}
			after = u.Owner
		}
		if len(users) < page {
			return nil
		}
	}
}

package storetest

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

func testUsers(t *testing.T, s suite) {
	ctx := t.Context()

	t.Run("kept", func(t *testing.T) {
		u := newUser()
		must(t, s.CreateUser(ctx, &u))
		if u.Owner == 0 {
			t.Error("no owner was set")
		}
		got, err := s.User(ctx, u.Owner)
		must(t, err)
		want(t, "by owner", got, u)
		got, err = s.UserByEmail(ctx, u.Email)
		must(t, err)
		want(t, "by address", got, u)
	})

	t.Run("an address is taken", func(t *testing.T) {
		first, second := newUser(), newUser()
		must(t, s.CreateUser(ctx, &first))
		second.Email = first.Email
		wantFault(t, "create", s.CreateUser(ctx, &second), fault.Conflict)
		second = newUser()
		must(t, s.CreateUser(ctx, &second))
		_, err := s.UpdateUser(ctx, second.Owner, func(u *account.User) error { u.Email = first.Email; return nil })
		wantFault(t, "update", err, fault.Conflict)
		got, err := s.User(ctx, second.Owner)
		must(t, err)
		want(t, "stored", got, second)
	})

	t.Run("update", func(t *testing.T) {
		u := newUser()
		must(t, s.CreateUser(ctx, &u))
		next := newUser()
		next.Plan, next.DisplayName, next.AvatarURL, next.Settings, next.UpdatedAt = account.Free, "", "", "{}", at(9)
		got, err := s.UpdateUser(ctx, u.Owner, func(stored *account.User) error {
			want(t, "handed to edit", *stored, u)
			*stored = next // with another Owner, ID and CreatedAt
			stored.CreatedAt = at(77)
			return nil
		})
		must(t, err)
		next.Owner, next.ID, next.CreatedAt = u.Owner, u.ID, u.CreatedAt
		want(t, "returned", got, next)
		got, err = s.User(ctx, u.Owner)
		must(t, err)
		want(t, "stored", got, next)

		failure := errors.New("no")
		_, err = s.UpdateUser(ctx, u.Owner, func(u *account.User) error { u.Email = "x"; return failure })
		if !errors.Is(err, failure) {
			t.Errorf("got error %v, want that of edit", err)
		}
		got, err = s.User(ctx, u.Owner)
		must(t, err)
		want(t, "stored after an error", got, next)
	})

	t.Run("edits at the same time", func(t *testing.T) {
		u := newUser()
		u.DisplayName = ""
		must(t, s.CreateUser(ctx, &u))
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				_, err := s.UpdateUser(ctx, u.Owner, func(u *account.User) error { u.DisplayName += "x"; return nil })
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		got, err := s.User(ctx, u.Owner)
		must(t, err)
		want(t, "name", got.DisplayName, "xxxxxxxx")
	})

	t.Run("not there", func(t *testing.T) {
		_, err := s.User(ctx, 1<<30)
		wantFault(t, "by owner", err, fault.NotFound)
		_, err = s.UserByEmail(ctx, "nobody@example.org")
		wantFault(t, "by address", err, fault.NotFound)
		_, err = s.UpdateUser(ctx, 1<<30, func(*account.User) error { t.Error("edit ran"); return nil })
		wantFault(t, "update", err, fault.NotFound)
	})

	t.Run("listed", func(t *testing.T) {
		own := open(t, s.fresh(t))
		var made []account.User
		for range 3 {
			u := newUser()
			must(t, own.CreateUser(ctx, &u))
			made = append(made, u)
		}
		var listed []account.User
		after := owner.ID(0)
		for {
			page, err := own.ListUsers(ctx, after, 2)
			must(t, err)
			if len(page) == 0 {
				break
			}
			listed, after = slices.Concat(listed, page), page[len(page)-1].Owner
		}
		want(t, "users", listed, made)
	})

	t.Run("one first user", func(t *testing.T) {
		own := open(t, s.fresh(t))
		there, err := own.AnyUser(ctx)
		must(t, err)
		want(t, "anybody before", there, false)
		var wg sync.WaitGroup
		made, refused := make(chan bool, 16), make(chan bool, 16)
		for range 16 {
			wg.Go(func() {
				u := newUser()
				switch err := own.CreateFirstUser(ctx, &u); {
				case err == nil:
					made <- true
				case fault.Is(err, fault.Conflict):
					refused <- true
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		want(t, "made", len(made), 1)
		want(t, "refused", len(refused), 15)
		there, err = own.AnyUser(ctx)
		must(t, err)
		want(t, "anybody after", there, true)
		list, err := own.ListUsers(ctx, 0, 100)
		must(t, err)
		want(t, "users", len(list), 1)
	})
}

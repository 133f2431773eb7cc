package account

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

func TestEditProfile(t *testing.T) {
	w := newWorld(t, Options{})
	ada, bob := w.add(t, "ada@example.org"), w.add(t, "bob@example.org")
	w.clock.add(time.Hour)
	name, settings := " Countess ", `{"weekly_digest":false,"mine":[1,2]}`

	want := ada
	want.DisplayName, want.UpdatedAt = "Countess", w.clock.now()
	got, err := w.EditProfile(t.Context(), ada.Owner, ProfilePatch{DisplayName: &name})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("with a name (-want +got):\n%s", diff)
	}
	want.Settings = settings
	got, err = w.EditProfile(t.Context(), ada.Owner, ProfilePatch{Settings: &settings})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("with settings (-want +got):\n%s", diff)
	}

	empty, broken := "", "{"
	for _, p := range []ProfilePatch{{DisplayName: &empty, Settings: &settings}, {DisplayName: &name, Settings: &broken}} {
		_, err := w.EditProfile(t.Context(), bob.Owner, p)
		wantKind(t, err, fault.Invalid)
	}
	if diff := cmp.Diff(bob, w.store.users[bob.Owner]); diff != "" {
		t.Errorf("a refused edit changed something (-before +after):\n%s", diff)
	}
}

func TestUserByEmail(t *testing.T) {
	w := newWorld(t, Options{})
	ada := w.add(t, "ada@example.org")
	if got, err := w.UserByEmail(t.Context(), "ADA@example.org"); err != nil || got.ID != ada.ID {
		t.Errorf("found %v, %v", got.Email, err)
	}
	_, err := w.UserByEmail(t.Context(), "eve@example.org")
	wantKind(t, err, fault.NotFound)
	_, err = w.UserByEmail(t.Context(), "eve")
	wantKind(t, err, fault.Invalid)
}

func TestUsers(t *testing.T) {
	w := newWorld(t, Options{})
	const many = 450
	var want []string
	for i := range many {
		u, err := w.AddUser(t.Context(), NewUser{Email: fmt.Sprintf("user%d@example.org", i), DisplayName: "User"})
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, u.Email)
	}
	var got []string
	if err := w.Users(t.Context(), func(u User) error { got = append(got, u.Email); return nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d accounts, want %d in the order in which they were made", len(got), many)
	}
	stop := errors.New("enough")
	if err := w.Users(t.Context(), func(User) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the error of f became %v", err)
	}
}

package account

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

func TestCreateAPIKey(t *testing.T) {
	w := newWorld(t, Options{})
	ada := w.add(t, "ada@example.org")
	full := Caller{User: ada, Scopes: Scopes}
	writer := Caller{User: ada, Scopes: []Scope{WriteIdeas}}
	both := []Scope{ReadIdeas, WriteIdeas}

	for _, tt := range []struct {
		name   string
		by     Caller
		draft  KeyDraft
		label  string
		scopes []Scope
		fails  fault.Kind
	}{
		{name: "defaults", by: full, label: "default", scopes: both},
		{name: "a label", by: full, draft: KeyDraft{Label: " laptop "}, label: "laptop", scopes: both},
		{name: "read only", by: full, draft: KeyDraft{Scopes: []string{"ideas:read"}}, label: "default", scopes: both[:1]},
		{name: "doubled, in any order", by: full, draft: KeyDraft{Scopes: []string{"ideas:write", "ideas:read", "ideas:write"}}, label: "default", scopes: both},
		{name: "what the caller has", by: writer, label: "default", scopes: both[1:]},
		{name: "more than the caller has", by: writer, draft: KeyDraft{Scopes: []string{"ideas:read"}}, fails: fault.Forbidden},
		{name: "no scopes", by: full, draft: KeyDraft{Scopes: []string{}}, fails: fault.Invalid},
		{name: "unknown scope", by: full, draft: KeyDraft{Scopes: []string{"ideas:read", "admin"}}, fails: fault.Invalid},
		{name: "longest label", by: full, draft: KeyDraft{Label: strings.Repeat("ö", 100)}, label: strings.Repeat("ö", 100), scopes: both},
		{name: "label too long", by: full, draft: KeyDraft{Label: strings.Repeat("ö", 101)}, fails: fault.Invalid},
		{name: "label of two lines", by: full, draft: KeyDraft{Label: "a\nb"}, fails: fault.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			key, k, err := w.CreateAPIKey(t.Context(), tt.by, tt.draft)
			if tt.fails != 0 {
				wantKind(t, err, tt.fails)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !regexp.MustCompile(`^ak_[0-9a-f]{16}$`).MatchString(k.ID) {
				t.Errorf("id %q", k.ID)
			}
			if !strings.HasSuffix(key.Reveal(), k.Last4) || len(k.Last4) != 4 {
				t.Errorf("last four are %q", k.Last4)
			}
			want := APIKey{ID: k.ID, Owner: ada.Owner, Label: tt.label, Scopes: tt.scopes, Last4: k.Last4, CreatedAt: w.clock.now()}
			if diff := cmp.Diff(want, k); diff != "" {
				t.Errorf("key (-want +got):\n%s", diff)
			}
			c, err := w.Authenticate(t.Context(), Credentials{APIKey: key})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.scopes, c.Scopes); diff != "" {
				t.Errorf("the key opens (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDeleteAPIKey(t *testing.T) {
	w := newWorld(t, Options{})
	ada, bob := w.add(t, "ada@example.org"), w.add(t, "bob@example.org")
	key, k, err := w.CreateAPIKey(t.Context(), Caller{User: ada, Scopes: Scopes}, KeyDraft{})
	if err != nil {
		t.Fatal(err)
	}
	wantKind(t, w.DeleteAPIKey(t.Context(), bob.Owner, k.ID), fault.NotFound)
	if _, err := w.Authenticate(t.Context(), Credentials{APIKey: key}); err != nil {
		t.Fatalf("somebody else deleted the key: %v", err)
	}
	if err := w.DeleteAPIKey(t.Context(), ada.Owner, k.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.Authenticate(t.Context(), Credentials{APIKey: key})
	wantKind(t, err, fault.Unauthenticated)
	wantKind(t, w.DeleteAPIKey(t.Context(), ada.Owner, k.ID), fault.NotFound)
}

func TestTooManyAPIKeys(t *testing.T) {
	w := newWorld(t, Options{})
	ada, bob := Caller{User: w.add(t, "ada@example.org"), Scopes: Scopes}, Caller{User: w.add(t, "bob@example.org"), Scopes: Scopes}
	var last APIKey
	for range MaxAPIKeys {
		var err error
		if _, last, err = w.CreateAPIKey(t.Context(), ada, KeyDraft{}); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := w.CreateAPIKey(t.Context(), ada, KeyDraft{})
	wantKind(t, err, fault.Conflict)
	if _, _, err := w.CreateAPIKey(t.Context(), bob, KeyDraft{}); err != nil {
		t.Errorf("one person's keys count for another: %v", err)
	}
	if err := w.DeleteAPIKey(t.Context(), ada.User.Owner, last.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.CreateAPIKey(t.Context(), ada, KeyDraft{}); err != nil {
		t.Errorf("with one deleted: %v", err)
	}
}

// When a key was last used is written at most once a minute, and at the end.
func TestLastUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory()
		a := New(store, Options{})
		u, err := a.AddUser(t.Context(), NewUser{Email: "ada@example.org", DisplayName: "Ada"})
		if err != nil {
			t.Fatal(err)
		}
		key, k, err := a.CreateAPIKey(t.Context(), Caller{User: u, Scopes: Scopes}, KeyDraft{})
		if err != nil {
			t.Fatal(err)
		}
		use := func() time.Time {
			t.Helper()
			if _, err := a.Authenticate(t.Context(), Credentials{APIKey: key}); err != nil {
				t.Fatal(err)
			}
			return time.Now()
		}
		stored := func() time.Time {
			t.Helper()
			keys, err := a.APIKeys(t.Context(), u.Owner)
			if err != nil || len(keys) != 1 {
				t.Fatalf("keys %v, error %v", keys, err)
			}
			return keys[0].LastUsedAt
		}

		var last time.Time
		for range 30 {
			last = use()
			time.Sleep(time.Second)
		}
		if store.touched() != 0 {
			t.Errorf("%d writes within the first minute", store.touched())
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if store.touched() != 1 || !stored().Equal(last) {
			t.Errorf("after a minute: %d writes, last used %v; want 1, %v", store.touched(), stored(), last)
		}
		time.Sleep(time.Hour)
		if store.touched() != 1 {
			t.Errorf("an unused key was written %d times", store.touched()-1)
		}

		last = use()
		if err := a.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if store.touched() != 2 || !stored().Equal(last) {
			t.Errorf("after Close: %d writes, last used %v; want 2, %v", store.touched(), stored(), last)
		}
		a.uses.note(k, time.Now())
		time.Sleep(time.Hour)
		if store.touched() != 2 {
			t.Error("it writes after Close")
		}
	})
}

func TestLastUsedIsBounded(t *testing.T) {
	w := newWorld(t, Options{})
	for i := range maxUses + 10 {
		w.uses.note(APIKey{ID: fmt.Sprint("ak_", i)}, w.clock.now())
	}
	later := w.clock.now().Add(time.Second)
	w.uses.note(APIKey{ID: "ak_0"}, later)
	if n := len(w.uses.pending); n != maxUses {
		t.Errorf("%d uses are held back, want %d", n, maxUses)
	}
	if got := w.uses.pending["ak_0"].at; !got.Equal(later) {
		t.Errorf("a key that is known was passed over: %v", got)
	}
	// None of the keys exists; that stops nothing.
	w.uses.close(t.Context())
	if w.store.touched() != maxUses {
		t.Errorf("%d uses were written, want %d", w.store.touched(), maxUses)
	}
}

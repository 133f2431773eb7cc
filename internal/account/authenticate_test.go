package account

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

func TestAuthenticate(t *testing.T) {
	w := newWorld(t, Options{})
	ada, bob := w.add(t, "ada@example.org"), w.add(t, "bob@example.org")
	session := w.signIn(t, "bob@example.org").Token
	key, _, err := w.CreateAPIKey(t.Context(), Caller{User: ada, Scopes: Scopes}, KeyDraft{Scopes: []string{"ideas:read"}})
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := newKey(zeroes{})
	if err != nil {
		t.Fatal(err)
	}
	bearer := func(t secret.Text) secret.Text { return secret.New("Bearer " + t.Reveal()) }
	unknown := secret.New(strings.Repeat("0", 64))

	for _, tt := range []struct {
		name string
		give Credentials
		who  string // whom it opens for, "" if nobody
		via  Credential
	}{
		{"key in its header", Credentials{APIKey: key}, ada.ID, Key},
		{"key as Bearer", Credentials{Authorization: bearer(key)}, ada.ID, Key},
		{"session as Bearer", Credentials{Authorization: bearer(session)}, bob.ID, Bearer},
		{"session as bearer, small", Credentials{Authorization: secret.New("bearer  " + session.Reveal() + " ")}, bob.ID, Bearer},
		{"session in the cookie", Credentials{Cookie: session}, bob.ID, Cookie},
		{"key before cookie", Credentials{APIKey: key, Cookie: session}, ada.ID, Key},
		{"key before Bearer", Credentials{APIKey: key, Authorization: bearer(session)}, ada.ID, Key},
		{"Bearer before cookie", Credentials{Authorization: bearer(key), Cookie: session}, ada.ID, Key},

		{"nothing", Credentials{}, "", 0},
		{"unknown key", Credentials{APIKey: stranger}, "", 0},
		{"mistyped key", Credentials{APIKey: secret.New(key.Reveal()[:67] + "x")}, "", 0},
		{"session in the header of keys", Credentials{APIKey: session}, "", 0},
		{"key in the cookie", Credentials{Cookie: key}, "", 0},
		{"unknown session", Credentials{Cookie: unknown}, "", 0},
		{"unknown session as Bearer", Credentials{Authorization: bearer(unknown)}, "", 0},
		{"another scheme", Credentials{Authorization: secret.New("Basic " + session.Reveal())}, "", 0},
		{"no scheme", Credentials{Authorization: session}, "", 0},
		{"scheme alone", Credentials{Authorization: secret.New("Bearer ")}, "", 0},

		{"bad key, good Bearer", Credentials{APIKey: stranger, Authorization: bearer(session)}, "", 0},
		{"bad key, good cookie", Credentials{APIKey: secret.New("x"), Cookie: session}, "", 0},
		{"bad Bearer, good cookie", Credentials{Authorization: bearer(unknown), Cookie: session}, "", 0},
		{"another scheme, good cookie", Credentials{Authorization: secret.New("Basic YTpi"), Cookie: session}, "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := w.Authenticate(t.Context(), tt.give)
			if tt.who == "" {
				wantKind(t, err, fault.Unauthenticated)
				if c.User.Owner != 0 {
					t.Errorf("refused, and yet the caller is %v", c.User.Email)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if c.User.ID != tt.who || c.Via != tt.via {
				t.Errorf("caller is %s by %v, want %s by %v", c.User.ID, c.Via, tt.who, tt.via)
			}
			wantScopes, wantSession := Scopes, hashOf(session)
			if tt.via == Key {
				wantScopes, wantSession = []Scope{ReadIdeas}, Hash{}
			}
			if diff := cmp.Diff(wantScopes, c.Scopes); diff != "" {
				t.Errorf("scopes (-want +got):\n%s", diff)
			}
			if c.Session != wantSession {
				t.Errorf("session is %x, want %x", c.Session, wantSession)
			}
		})
	}
}

func TestRequire(t *testing.T) {
	reader := Caller{Scopes: []Scope{ReadIdeas}}
	if err := reader.Require(ReadIdeas); err != nil {
		t.Error(err)
	}
	err := reader.Require(WriteIdeas)
	wantKind(t, err, fault.Forbidden)
	if !strings.Contains(fault.Message(err), "ideas:write") {
		t.Errorf("message %q does not name the scope", fault.Message(err))
	}
	wantKind(t, Caller{}.Require(ReadIdeas), fault.Forbidden)
}

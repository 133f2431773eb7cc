package account

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

func TestSetUp(t *testing.T) {
	token := secret.New("the setup token")
	w := newWorld(t, Options{SetupToken: token})
	ctx := t.Context()
	ada := NewUser{Email: " Ada@Example.org", DisplayName: "Ada", Password: password}

	if needed, err := w.SetupNeeded(ctx); err != nil || !needed {
		t.Fatalf("SetupNeeded = %v, %v, want true", needed, err)
	}
	for _, wrong := range []secret.Text{{}, secret.New("the setup tokem"), secret.New("the setup token ")} {
		_, err := w.SetUp(ctx, wrong, ada)
		wantKind(t, err, fault.Unauthenticated)
	}
	for name, n := range map[string]NewUser{
		"no password":    {Email: "ada@example.org", DisplayName: "Ada"},
		"short password": {Email: "ada@example.org", DisplayName: "Ada", Password: secret.New("short")},
		"no e-mail":      {DisplayName: "Ada", Password: password},
		"no name":        {Email: "ada@example.org", Password: password},
	} {
		if _, err := w.SetUp(ctx, token, n); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want a fault of the request", name, err)
		}
	}

	in, err := w.SetUp(ctx, token, ada)
	if err != nil {
		t.Fatal(err)
	}
	c, err := w.Authenticate(ctx, Credentials{Cookie: in.Token})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in.User, c.User); diff != "" {
		t.Errorf("the session is of another user (-set up +caller):\n%s", diff)
	}
	if _, err := uuid.Parse(c.User.ID); err != nil {
		t.Errorf("id %q: %v", c.User.ID, err)
	}
	if c.User.Email != "ada@example.org" || c.User.DisplayName != "Ada" || c.User.Plan != Pro || c.User.Settings != "{}" {
		t.Errorf("made the account %+v", c.User)
	}
	if needed, err := w.SetupNeeded(ctx); err != nil || needed {
		t.Errorf("SetupNeeded = %v, %v after set-up, want false", needed, err)
	}
	_, err = w.SetUp(ctx, token, NewUser{Email: "eve@example.org", DisplayName: "Eve", Password: password})
	wantKind(t, err, fault.Conflict)
	// Another process that has not noticed yet.
	_, err = New(w.store, Options{SetupToken: token}).SetUp(ctx, token, NewUser{Email: "eve@example.org", DisplayName: "Eve", Password: password})
	wantKind(t, err, fault.Conflict)
	w.signIn(t, "ada@example.org")
}

func TestSetUpWithoutToken(t *testing.T) {
	w := newWorld(t, Options{})
	_, err := w.SetUp(t.Context(), secret.Text{}, NewUser{Email: "ada@example.org", DisplayName: "Ada", Password: password})
	wantKind(t, err, fault.Unauthenticated)
}

func TestSetUpHasOneWinner(t *testing.T) {
	token := secret.New("the setup token")
	w := newWorld(t, Options{SetupToken: token, Rand: zeroes{}})
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = w.SetUp(t.Context(), token, NewUser{Email: fmt.Sprintf("user%d@example.org", i), DisplayName: "User", Password: password})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			wantKind(t, err, fault.Conflict)
		}
	}
	if won != 1 || len(w.store.users) != 1 {
		t.Errorf("%d callers set the server up, %d accounts are there, want 1", won, len(w.store.users))
	}
}

// zeroes is no source of randomness.
type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestAddUser(t *testing.T) {
	w := newWorld(t, Options{Plan: Free})
	u := w.add(t, "ada@example.org")
	if u.Plan != Free {
		t.Errorf("plan is %q, want the one of the options", u.Plan)
	}
	_, err := w.AddUser(t.Context(), NewUser{Email: "ADA@example.org", DisplayName: "Ada"})
	wantKind(t, err, fault.Conflict)
	if want := "There is an account with this e-mail address already."; fault.Message(err) != want {
		t.Errorf("message %q, want %q", fault.Message(err), want)
	}
	_, err = w.AddUser(t.Context(), NewUser{Email: "bob@example.org", DisplayName: "Bob", Password: secret.New("short")})
	wantKind(t, err, fault.Invalid)
	if len(w.store.users) != 1 {
		t.Errorf("%d accounts, want 1", len(w.store.users))
	}
}

// Whatever is wrong, the answer is the same.
func TestSignInTellsNothing(t *testing.T) {
	w := newWorld(t, Options{})
	w.add(t, "ada@example.org")
	if _, err := w.AddUser(t.Context(), NewUser{Email: "bob@example.org", DisplayName: "Bob"}); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		email    string
		password secret.Text
	}{
		"wrong password":         {"ada@example.org", secret.New("correct horse batterx")},
		"no password":            {"ada@example.org", secret.Text{}},
		"huge password":          {"ada@example.org", secret.New(strings.Repeat("x", 10_000))},
		"unknown e-mail":         {"eve@example.org", password},
		"account has none":       {"bob@example.org", password},
		"account has none, none": {"bob@example.org", secret.Text{}},
	} {
		_, err := w.SignIn(t.Context(), tt.email, tt.password, here)
		if !fault.Is(err, fault.Unauthenticated) || err.Error() != "E-mail or password is wrong." {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(w.store.sessions) != 0 {
		t.Errorf("%d sessions began", len(w.store.sessions))
	}
	w.store.broken = errors.New("disk on fire")
	_, err := w.SignIn(t.Context(), "ada@example.org", password, here)
	wantKind(t, err, fault.Internal)
	w.store.broken = nil
}

func TestSignInLimits(t *testing.T) {
	w := newWorld(t, Options{})
	w.add(t, "ada@example.org")
	ctx := t.Context()
	client := func(n int) netip.Addr { return netip.AddrFrom4([4]byte{198, 51, 100, byte(n)}) }
	wrong := secret.New("not the password")

	// One e-mail address, each attempt from another machine.
	for i := range emailBurst {
		_, err := w.SignIn(ctx, "ada@example.org", wrong, client(i))
		wantKind(t, err, fault.Unauthenticated)
	}
	_, err := w.SignIn(ctx, "ADA@example.org ", password, client(100))
	wantKind(t, err, fault.Limited)
	var limited *fault.Error
	if !errors.As(err, &limited) || limited.RetryAfter <= 0 || limited.RetryAfter > 15*time.Second {
		t.Fatalf("to be tried again after %v", limited.RetryAfter)
	}
	w.clock.add(limited.RetryAfter)
	w.signIn(t, "ada@example.org")
	// That was right, so the failures before it are forgiven.
	for range emailBurst {
		_, err := w.SignIn(ctx, "ada@example.org", wrong, here)
		wantKind(t, err, fault.Unauthenticated)
	}

	// One machine, each attempt with another e-mail address.
	w.byClient.forgive(clientKey(here))
	for i := range clientBurst {
		if err := w.byClient.try(clientKey(here), w.clock.now()); err != nil {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	_, err = w.SignIn(ctx, "bob@example.org", wrong, here)
	wantKind(t, err, fault.Limited)
	if _, counted := w.byEmail.byKey["bob@example.org"]; counted {
		t.Error("an attempt that its client was refused used up the allowance of the e-mail address")
	}
}

func TestClientKey(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"192.0.2.1", "::ffff:192.0.2.1", true},
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"fe80::1%eth0", "fe80::2%eth1", true},
	} {
		a, b := clientKey(netip.MustParseAddr(tt.a)), clientKey(netip.MustParseAddr(tt.b))
		if (a == b) != tt.same {
			t.Errorf("%s counts as %s, %s as %s", tt.a, a, tt.b, b)
		}
	}
}

func TestAttemptsAreBounded(t *testing.T) {
	var a attempts
	a.init(1, 2)
	c := newClock()
	for i := range maxAttempts {
		if err := a.try(fmt.Sprint("old ", i), c.now()); err != nil {
			t.Fatal(err)
		}
	}
	// None has recovered: one has to go.
	if err := a.try("new", c.now()); err != nil {
		t.Fatal(err)
	}
	if len(a.byKey) != maxAttempts {
		t.Errorf("%d are remembered, want %d", len(a.byKey), maxAttempts)
	}
	// All but this one have recovered.
	c.add(time.Second)
	for range 2 {
		if err := a.try("new", c.now()); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.try("newer", c.now()); err != nil {
		t.Fatal(err)
	}
	if len(a.byKey) != 2 {
		t.Errorf("%d are remembered, want those 2 that have not recovered", len(a.byKey))
	}
	wantKind(t, a.try("new", c.now()), fault.Limited)
}

func TestSessionLife(t *testing.T) {
	w := newWorld(t, Options{})
	w.add(t, "ada@example.org")
	in := w.signIn(t, "ada@example.org")
	use := func() (Caller, error) { return w.Authenticate(t.Context(), Credentials{Cookie: in.Token}) }
	if got := in.Session.ExpiresAt.Sub(w.clock.now()); got != 30*24*time.Hour {
		t.Errorf("a session lasts %v", got)
	}

	w.clock.add(23 * 24 * time.Hour)
	c, err := use()
	if err != nil || !c.Extended.IsZero() {
		t.Errorf("with 7 days to go: extended to %v, error %v; want neither", c.Extended, err)
	}
	w.clock.add(time.Second)
	c, err = use()
	if want := w.clock.now().Add(SessionLife); err != nil || !c.Extended.Equal(want) {
		t.Errorf("with less than 7 days to go: extended to %v, error %v; want %v", c.Extended, err, want)
	}
	c, err = use()
	if err != nil || !c.Extended.IsZero() {
		t.Errorf("used again at once: extended to %v, error %v; want neither", c.Extended, err)
	}
	w.clock.add(SessionLife - time.Second)
	if _, err = use(); err != nil {
		t.Errorf("a second before the end: %v", err)
	}
	w.clock.add(SessionLife)
	_, err = use()
	wantKind(t, err, fault.Unauthenticated)

	w.signIn(t, "ada@example.org")
	if n := len(w.store.sessions); n != 1 {
		t.Errorf("%d sessions are kept after a sign-in, want the new one alone", n)
	}
	sweeps := w.store.sweeps
	w.signIn(t, "ada@example.org")
	if w.store.sweeps != sweeps {
		t.Error("expired sessions are looked for at every sign-in")
	}
}

func TestSignOut(t *testing.T) {
	w := newWorld(t, Options{})
	w.add(t, "ada@example.org")
	one, two := w.signIn(t, "ada@example.org"), w.signIn(t, "ada@example.org")
	c, err := w.Authenticate(t.Context(), Credentials{Cookie: one.Token})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.SignOut(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	_, err = w.Authenticate(t.Context(), Credentials{Cookie: one.Token})
	wantKind(t, err, fault.Unauthenticated)
	if _, err := w.Authenticate(t.Context(), Credentials{Cookie: two.Token}); err != nil {
		t.Errorf("the other session ended too: %v", err)
	}
	if err := w.SignOut(t.Context(), Caller{Via: Key}); err != nil {
		t.Errorf("to sign out with an API key: %v", err)
	}
}

func TestChangePassword(t *testing.T) {
	w := newWorld(t, Options{})
	ctx := t.Context()
	w.add(t, "ada@example.org")
	w.add(t, "bob@example.org")
	mine, other, bobs := w.signIn(t, "ada@example.org"), w.signIn(t, "ada@example.org"), w.signIn(t, "bob@example.org")
	c, err := w.Authenticate(ctx, Credentials{Cookie: mine.Token})
	if err != nil {
		t.Fatal(err)
	}
	wanted := secret.New("battery staple horse")

	err = w.ChangePassword(ctx, c, secret.New("not the password"), wanted)
	wantKind(t, err, fault.Invalid)
	if fault.Message(err) != "current_password is wrong" {
		t.Errorf("message %q", fault.Message(err))
	}
	wantKind(t, w.ChangePassword(ctx, c, password, secret.New("short")), fault.Invalid)
	wantKind(t, w.ChangePassword(ctx, Caller{User: c.User, Scopes: Scopes, Via: Key}, password, wanted), fault.Forbidden)
	if _, err := w.Authenticate(ctx, Credentials{Cookie: other.Token}); err != nil {
		t.Fatalf("a refused change ended a session: %v", err)
	}

	if err := w.ChangePassword(ctx, c, password, wanted); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		in   SignedIn
		open bool
	}{"mine": {mine, true}, "other": {other, false}, "bob's": {bobs, true}} {
		if _, err := w.Authenticate(ctx, Credentials{Cookie: tt.in.Token}); (err == nil) != tt.open {
			t.Errorf("%s session: %v, want open: %v", name, err, tt.open)
		}
	}
	_, err = w.SignIn(ctx, "ada@example.org", password, here)
	wantKind(t, err, fault.Unauthenticated)
	if _, err := w.SignIn(ctx, "ada@example.org", wanted, here); err != nil {
		t.Errorf("the new password: %v", err)
	}
	// c still has the old hash, as a request would that came at the same time.
	wantKind(t, w.ChangePassword(ctx, c, password, secret.New("yet another one")), fault.Conflict)
}

func TestChangePasswordIsNoWayToGuess(t *testing.T) {
	w := newWorld(t, Options{})
	w.add(t, "ada@example.org")
	c, err := w.Authenticate(t.Context(), Credentials{Cookie: w.signIn(t, "ada@example.org").Token})
	if err != nil {
		t.Fatal(err)
	}
	wanted := secret.New("battery staple horse")
	for range emailBurst {
		wantKind(t, w.ChangePassword(t.Context(), c, secret.New("a wild guess"), wanted), fault.Invalid)
	}
	wantKind(t, w.ChangePassword(t.Context(), c, password, wanted), fault.Limited)
}

func TestResetPassword(t *testing.T) {
	w := newWorld(t, Options{})
	ctx := t.Context()
	w.add(t, "ada@example.org")
	in := w.signIn(t, "ada@example.org")
	wanted := secret.New("battery staple horse")

	wantKind(t, w.ResetPassword(ctx, "eve@example.org", wanted), fault.NotFound)
	wantKind(t, w.ResetPassword(ctx, "ada@example.org", secret.New("short")), fault.Invalid)
	if err := w.ResetPassword(ctx, "Ada@example.org", wanted); err != nil {
		t.Fatal(err)
	}
	_, err := w.Authenticate(ctx, Credentials{Cookie: in.Token})
	wantKind(t, err, fault.Unauthenticated)
	if _, err := w.SignIn(ctx, "ada@example.org", wanted, here); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

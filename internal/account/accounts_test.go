package account

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// clock is a clock that moves when it is told to.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock {
	return &clock{t: time.Date(2026, 3, 30, 12, 0, 0, 0, time.UTC)}
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// world is Accounts with what is around them.
type world struct {
	*Accounts
	store *memory
	clock *clock
}

func newWorld(t *testing.T, opt Options) world {
	t.Helper()
	w := world{store: newMemory(), clock: newClock()}
	opt.Now = w.clock.now
	if opt.Rand == nil {
		opt.Rand = rand.NewChaCha8([32]byte{'t', 'e', 's', 't'})
	}
	w.Accounts = New(w.store, opt)
	w.hasher.init(w.rand, cost{memory: 64, time: 1, threads: 1}) // fast, as it protects nothing
	t.Cleanup(func() {
		if err := w.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return w
}

var (
	here     = netip.MustParseAddr("192.0.2.1")
	password = secret.New("correct horse battery")
)

// add makes a person with the password above.
func (w world) add(t *testing.T, email string) User {
	t.Helper()
	u, err := w.AddUser(t.Context(), NewUser{Email: email, DisplayName: "Ada", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (w world) signIn(t *testing.T, email string) SignedIn {
	t.Helper()
	in, err := w.SignIn(t.Context(), email, password, here)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// wantKind checks an error by its kind.
func wantKind(t *testing.T, err error, want fault.Kind) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want status %d", want.Status())
	}
	if got := fault.KindOf(err); got != want {
		t.Fatalf("error %q has status %d, want %d", err, got.Status(), want.Status())
	}
}

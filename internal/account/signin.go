package account

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net/netip"
	"time"

	"github.com/google/uuid"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// How long a session lasts. On use within the last week it starts anew.
const (
	SessionLife = 30 * 24 * time.Hour
	extendAfter = SessionLife - 7*24*time.Hour

	sweepEvery = time.Hour // expired sessions are deleted
)

// NewUser is what is needed for an account.
type NewUser struct {
	Email       string
	DisplayName string
	Password    secret.Text // empty: the person cannot sign in yet
}

// SignedIn is a session that has just begun.
type SignedIn struct {
	Token   secret.Text // what the cookie or the Bearer header carries
	Session Session
	User    User
}

// SetupNeeded reports whether nobody has an account yet, so that SetUp waits
// for the first.
func (a *Accounts) SetupNeeded(ctx context.Context) (bool, error) {
	if a.settled.Load() {
		return false, nil
	}
	some, err := a.store.AnyUser(ctx)
	if err != nil {
		return false, fmt.Errorf("look for a first account: %w", err)
	}
	if some {
		a.settled.Store(true)
	}
	return !some, nil
}

// SetUp makes the first account, for whoever has the setup token, and signs
// it in. Once anybody has an account it is a fault.Conflict.
func (a *Accounts) SetUp(ctx context.Context, token secret.Text, n NewUser) (SignedIn, error) {
	needed, err := a.SetupNeeded(ctx)
	if err != nil {
		return SignedIn{}, err
	}
	if !needed {
		return SignedIn{}, errSettled()
	}
	if a.setup.Empty() || subtle.ConstantTimeCompare([]byte(token.Reveal()), []byte(a.setup.Reveal())) != 1 {
		return SignedIn{}, fault.New(fault.Unauthenticated, "This setup link is not valid. Open the one that the server printed when it started.")
	}
	if err := checkPassword("password", n.Password); err != nil {
		return SignedIn{}, err
	}
	u, err := a.create(ctx, n, a.store.CreateFirstUser)
	if fault.Is(err, fault.Conflict) {
		return SignedIn{}, errSettled()
	}
	if err != nil {
		return SignedIn{}, err
	}
	a.settled.Store(true)
	return a.begin(ctx, u)
}

func errSettled() error {
	return fault.New(fault.Conflict, "The server is set up already. Sign in instead.")
}

// AddUser makes an account for somebody. A taken e-mail address is a
// fault.Conflict.
func (a *Accounts) AddUser(ctx context.Context, n NewUser) (User, error) {
	if !n.Password.Empty() {
		if err := checkPassword("password", n.Password); err != nil {
			return User{}, err
		}
	}
	u, err := a.create(ctx, n, a.store.CreateUser)
	if fault.Is(err, fault.Conflict) {
		return User{}, fault.Wrap(fault.Conflict, err, "There is an account with this e-mail address already.")
	}
	return u, err
}

// create checks and stores a new account. The password has been checked.
func (a *Accounts) create(ctx context.Context, n NewUser, store func(context.Context, *User) error) (User, error) {
	email, err := NormalizeEmail(n.Email)
	if err != nil {
		return User{}, err
	}
	name, err := NormalizeDisplayName(n.DisplayName)
	if err != nil {
		return User{}, err
	}
	id, err := uuid.NewRandomFromReader(a.rand)
	if err != nil {
		return User{}, fmt.Errorf("make the id of an account: %w", err)
	}
	now := a.now()
	u := User{
		ID:          id.String(),
		Email:       email,
		DisplayName: name,
		Plan:        a.plan,
		Settings:    "{}",
		CreatedAt:   now,
		UpdatedAt:   now,
	}
	if !n.Password.Empty() {
		if u.PasswordHash, err = a.hasher.hash(ctx, n.Password); err != nil {
			return User{}, err
		}
	}
	if err := store(ctx, &u); err != nil {
		return User{}, fmt.Errorf("store an account: %w", err)
	}
	return u, nil
}

// SignIn begins a session for whoever knows the password. The client address
// is where the request came from; too many attempts from there or for one
// e-mail address are fault.Limited. The answer does not tell, neither by its
// words nor by its time, whether there is such an account.
func (a *Accounts) SignIn(ctx context.Context, email string, password secret.Text, from netip.Addr) (SignedIn, error) {
	email, err := NormalizeEmail(email)
	if err != nil {
		return SignedIn{}, err
	}
	now := a.now()
	if err := a.byClient.try(clientKey(from), now); err != nil {
		return SignedIn{}, err
	}
	if err := a.byEmail.try(email, now); err != nil {
		return SignedIn{}, err
	}
	u, err := a.store.UserByEmail(ctx, email)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return SignedIn{}, fmt.Errorf("look up an account to sign in: %w", err)
	}
	// Of somebody unknown the hash is empty, and so is never matched.
	ok, err := a.hasher.matches(ctx, password, u.PasswordHash)
	if err != nil {
		return SignedIn{}, err
	}
	if !ok {
		return SignedIn{}, fault.New(fault.Unauthenticated, "E-mail or password is wrong.")
	}
	a.byEmail.forgive(email)
	return a.begin(ctx, u)
}

// begin makes a session.
func (a *Accounts) begin(ctx context.Context, u User) (SignedIn, error) {
	token, err := newToken(a.rand)
	if err != nil {
		return SignedIn{}, err
	}
	now := a.now()
	s := Session{Owner: u.Owner, CreatedAt: now, ExpiresAt: now.Add(SessionLife)}
	if err := a.store.CreateSession(ctx, hashOf(token), s); err != nil {
		return SignedIn{}, fmt.Errorf("store a session: %w", err)
	}
	a.sweep(ctx, now)
	return SignedIn{Token: token, Session: s, User: u}, nil
}

// sweep deletes expired sessions now and then. They open nothing in any case,
// so a failure is only worth a line in the log.
func (a *Accounts) sweep(ctx context.Context, now time.Time) {
	a.sweeping.Lock()
	due := !now.Before(a.sweepAt)
	if due {
		a.sweepAt = now.Add(sweepEvery)
	}
	a.sweeping.Unlock()
	if !due {
		return
	}
	if err := a.store.DeleteExpiredSessions(ctx, now); err != nil {
		a.log.WarnContext(ctx, "cannot delete expired sessions", "error", err)
	}
	if err := a.store.DeleteExpiredMagicLinks(ctx, now); err != nil {
		a.log.WarnContext(ctx, "cannot delete expired links to sign in with", "error", err)
	}
}

// SignOut ends the session of the caller. One that came with an API key has
// none, and nothing happens.
func (a *Accounts) SignOut(ctx context.Context, c Caller) error {
	if c.Session == (Hash{}) {
		return nil
	}
	if err := a.store.DeleteSession(ctx, c.Session); err != nil && !fault.Is(err, fault.NotFound) {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// ChangePassword gives the caller a new password, if they know the current
// one, and ends all their other sessions. An API key cannot do this.
func (a *Accounts) ChangePassword(ctx context.Context, c Caller, current, wanted secret.Text) error {
	if c.Session == (Hash{}) {
		return fault.New(fault.Forbidden, "An API key cannot change the password. Sign in and change it there.")
	}
	if err := checkPassword("new_password", wanted); err != nil {
		return err
	}
	// A stolen session must not be a way to guess the password.
	if err := a.byEmail.try(c.User.Email, a.now()); err != nil {
		return err
	}
	ok, err := a.hasher.matches(ctx, current, c.User.PasswordHash)
	if err != nil {
		return err
	}
	if !ok {
		return fault.OfField("current_password", "is wrong")
	}
	a.byEmail.forgive(c.User.Email)
	return a.setPassword(ctx, c.User.Owner, wanted, c.Session, func(u *User) error {
		if u.PasswordHash != c.User.PasswordHash {
			return fault.New(fault.Conflict, "The password was changed from elsewhere at the same moment. Try again with the new one.")
		}
		return nil
	})
}

// ResetPassword gives somebody a new password and ends all their sessions. It
// asks for no proof: it is for the operator.
func (a *Accounts) ResetPassword(ctx context.Context, email string, wanted secret.Text) error {
	u, err := a.UserByEmail(ctx, email)
	if err != nil {
		return err
	}
	if err := checkPassword("password", wanted); err != nil {
		return err
	}
	return a.setPassword(ctx, u.Owner, wanted, Hash{}, func(*User) error { return nil })
}

// setPassword stores a password that has been checked and ends the person's
// sessions but one.
func (a *Accounts) setPassword(ctx context.Context, who owner.ID, wanted secret.Text, keep Hash, check func(*User) error) error {
	hash, err := a.hasher.hash(ctx, wanted)
	if err != nil {
		return err
	}
	now := a.now()
	_, err = a.store.UpdateUser(ctx, who, func(u *User) error {
		if err := check(u); err != nil {
			return err
		}
		u.PasswordHash, u.UpdatedAt = hash, now
		return nil
	})
	if err != nil {
		return fmt.Errorf("store a password: %w", err)
	}
	if err := a.store.DeleteSessions(ctx, who, keep); err != nil {
		return fmt.Errorf("end the other sessions: %w", err)
	}
	return nil
}

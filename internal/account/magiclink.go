package account

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/time/rate"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// MagicLinkLife is how long a link signs somebody in, and how long a letter
// with one is worth delivering.
const MagicLinkLife = 15 * time.Minute

// MagicLinkPath is the page that a link opens. Its token stands behind a #, so
// that it reaches no server and no log until the person presses the button
// there. What looks at links in mails only loads the page, and uses up nothing.
const MagicLinkPath = "/auth/magic"

// How often a link may be asked for: for one address, so that nobody's mailbox
// is flooded, and from one client.
const (
	linkEmailBurst  = 3
	linkEmailRate   = rate.Limit(1.0 / 300) // a second
	linkClientBurst = 10
	linkClientRate  = rate.Limit(1.0 / 60)

	// maxAsking is how many requests for links are looked at in the background
	// at a time.
	maxAsking = 32
	askTime   = 15 * time.Second
)

// MagicLink signs somebody in once. Its token is in a letter; only the hash of
// it is kept.
type MagicLink struct {
	Owner     owner.ID
	CreatedAt time.Time
	ExpiresAt time.Time
}

// MagicLinks reports whether people can sign in by a link in a letter.
func (a *Accounts) MagicLinks() bool { return a.mail != nil && a.publicURL != "" }

// AskMagicLink sends a link to whoever has an account with the address. That
// is found out after the answer, so neither its words nor its time tell
// whether there is one. Too many requests for one address, whoever has it, or
// from one client are fault.Limited.
func (a *Accounts) AskMagicLink(ctx context.Context, email string, from netip.Addr) error {
	if !a.MagicLinks() {
		return fault.New(fault.Unavailable, "This server sends no mail. Sign in with your password.")
	}
	email, err := NormalizeEmail(email)
	if err != nil {
		return err
	}
	now := a.now()
	if err := a.linksByClient.try(clientKey(from), now); err != nil {
		return err
	}
	if err := a.linksByEmail.try(email, now); err != nil {
		return err
	}
	select {
	case a.asking <- struct{}{}:
	default:
		return fault.New(fault.Unavailable, "The server is busy. Wait a moment, then try again.")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askTime)
	a.asked.Go(func() {
		defer func() { <-a.asking }()
		defer cancel()
		if err := a.queueMagicLink(ctx, email, now); err != nil {
			a.log.WarnContext(ctx, "cannot send a link to sign in with", "error", err)
		}
	})
	return nil
}

// queueMagicLink queues the letter, if there is an account. The link itself is
// made when the letter is sent: what opens an account is never stored.
func (a *Accounts) queueMagicLink(ctx context.Context, email string, now time.Time) error {
	u, err := a.store.UserByEmail(ctx, email)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look up an account to send a link to: %w", err)
	}
	return a.mail.QueueMail(ctx, u.Owner, mail.Message{
		To: u.Email, ToName: u.DisplayName, Kind: mail.MagicLink, At: now, Until: now.Add(MagicLinkLife),
	})
}

// ComposeMail is of the port mail.Composer: it makes a link and writes the
// letter around it. Somebody who has another address by now gets none.
func (a *Accounts) ComposeMail(ctx context.Context, who owner.ID, m mail.Message) (mail.Message, error) {
	u, err := a.store.User(ctx, who)
	if fault.Is(err, fault.NotFound) || err == nil && u.Email != m.To {
		return m, nil
	}
	if err != nil {
		return m, fmt.Errorf("look up an account to write a link to: %w", err)
	}
	token, err := newToken(a.rand)
	if err != nil {
		return m, err
	}
	now := a.now()
	link := MagicLink{Owner: who, CreatedAt: now, ExpiresAt: now.Add(MagicLinkLife)}
	if err := a.store.CreateMagicLink(ctx, hashOf(token), link); err != nil {
		return m, fmt.Errorf("store a link to sign in with: %w", err)
	}
	m.Subject, m.Text, m.HTML = magicLetter(u.DisplayName, a.publicURL+MagicLinkPath+"#"+token.Reveal())
	return m, nil
}

// RedeemMagicLink begins a session for whoever has the token of a link. The
// link, and all others of the same person, open nothing afterwards.
func (a *Accounts) RedeemMagicLink(ctx context.Context, token secret.Text, from netip.Addr) (SignedIn, error) {
	if err := a.byClient.try(clientKey(from), a.now()); err != nil {
		return SignedIn{}, err
	}
	over := fault.New(fault.Unauthenticated, "This link was used already, or is older than 15 minutes. Ask for a new one.")
	h, err := parseToken(token)
	if err != nil {
		return SignedIn{}, over
	}
	u, err := a.store.UseMagicLink(ctx, h, a.now())
	if fault.Is(err, fault.NotFound) {
		return SignedIn{}, over
	}
	if err != nil {
		return SignedIn{}, fmt.Errorf("use a link to sign in: %w", err)
	}
	return a.begin(ctx, u)
}

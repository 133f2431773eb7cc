package account

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// queue takes letters.
type queue struct {
	mu   sync.Mutex
	list []mail.Message
	who  []owner.ID
}

func (q *queue) QueueMail(_ context.Context, who owner.ID, m mail.Message) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list, q.who = append(q.list, m), append(q.who, who)
	return nil
}

// linkWorld has accounts that send links.
func linkWorld(t *testing.T) (world, *queue) {
	t.Helper()
	q := &queue{}
	w := newWorld(t, Options{Mail: q, PublicURL: "https://ideas.example.org/"})
	return w, q
}

// link asks for a link, and reads it in the letter that is sent.
func link(t *testing.T, w world, q *queue, email string) secret.Text {
	t.Helper()
	before := len(q.list)
	if err := w.AskMagicLink(t.Context(), email, here); err != nil {
		t.Fatal(err)
	}
	w.asked.Wait()
	if len(q.list) != before+1 {
		t.Fatalf("%d letters were queued, want 1", len(q.list)-before)
	}
	m, err := w.ComposeMail(t.Context(), q.who[before], q.list[before])
	if err != nil {
		t.Fatal(err)
	}
	const begin = "https://ideas.example.org/auth/magic#"
	_, token, found := strings.Cut(m.Text, begin)
	if !found || !strings.Contains(m.HTML, begin) || m.Check() != nil {
		t.Fatalf("the letter is %+v", m)
	}
	return secret.New(token[:64])
}

func TestMagicLink(t *testing.T) {
	w, q := linkWorld(t)
	ctx := t.Context()
	u := w.add(t, "ada@example.org")
	w.add(t, "bob@example.org")
	token := link(t, w, q, " ADA@example.org")

	// What waits to be sent opens nothing, and neither does what is stored.
	m := q.list[0]
	if m.To != u.Email || m.Kind != mail.MagicLink || m.Text != "" || m.HTML != "" || m.Until.Sub(m.At) != MagicLinkLife {
		t.Errorf("queued %+v", m)
	}
	if _, there := w.store.links[hashOf(token)]; !there || len(w.store.links) != 1 {
		t.Errorf("stored %v", w.store.links)
	}

	in, err := w.RedeemMagicLink(ctx, token, here)
	if err != nil || in.User.Email != u.Email {
		t.Fatalf("signed in %v, %v", in.User.Email, err)
	}
	if _, err := w.Authenticate(ctx, Credentials{Cookie: in.Token}); err != nil {
		t.Error(err)
	}
	_, err = w.RedeemMagicLink(ctx, token, here)
	wantKind(t, err, fault.Unauthenticated)

	// With the first that is used, all of the person's open nothing any more.
	one, two := link(t, w, q, u.Email), link(t, w, q, u.Email)
	bobs := link(t, w, q, "bob@example.org")
	if _, err := w.RedeemMagicLink(ctx, two, here); err != nil {
		t.Fatal(err)
	}
	_, err = w.RedeemMagicLink(ctx, one, here)
	wantKind(t, err, fault.Unauthenticated)

	w.clock.add(MagicLinkLife)
	_, err = w.RedeemMagicLink(ctx, bobs, here)
	wantKind(t, err, fault.Unauthenticated)
	for _, odd := range []string{"", "x", strings.Repeat("0", 64), strings.ToUpper(bobs.Reveal()), bobs.Reveal() + "0"} {
		_, err := w.RedeemMagicLink(ctx, secret.New(odd), here)
		wantKind(t, err, fault.Unauthenticated)
	}
}

// Nothing tells who has an account.
func TestMagicLinkTellsNothing(t *testing.T) {
	w, q := linkWorld(t)
	w.add(t, "ada@example.org")
	for _, email := range []string{"ada@example.org", "eve@example.org"} {
		for n := range linkEmailBurst + 1 {
			err := w.AskMagicLink(t.Context(), email, here)
			if n < linkEmailBurst && err != nil {
				t.Errorf("%s, %d: %v", email, n, err)
			}
			if n == linkEmailBurst {
				wantKind(t, err, fault.Limited)
			}
		}
	}
	w.asked.Wait()
	if len(q.list) != linkEmailBurst {
		t.Errorf("%d letters were queued, want %d to the one who has an account", len(q.list), linkEmailBurst)
	}
	wantKind(t, w.AskMagicLink(t.Context(), "no address", here), fault.Invalid)
}

func TestMagicLinkLimits(t *testing.T) {
	w, _ := linkWorld(t)
	ask := func(n int, from netip.Addr) error {
		return w.AskMagicLink(t.Context(), strings.Repeat("x", n+1)+"@example.org", from)
	}
	for n := range linkClientBurst {
		if err := ask(n, here); err != nil {
			t.Fatal(err)
		}
		w.asked.Wait()
	}
	wantKind(t, ask(50, here), fault.Limited)
	if err := ask(50, netip.MustParseAddr("203.0.113.9")); err != nil {
		t.Errorf("another client: %v", err)
	}
	w.clock.add(time.Minute)
	if err := ask(51, here); err != nil {
		t.Errorf("a minute later: %v", err)
	}
	for range clientBurst {
		_, err := w.RedeemMagicLink(t.Context(), secret.New(strings.Repeat("0", 64)), here)
		wantKind(t, err, fault.Unauthenticated)
	}
	_, err := w.RedeemMagicLink(t.Context(), secret.New(strings.Repeat("0", 64)), here)
	wantKind(t, err, fault.Limited)
}

func TestMagicLinkIsForWhoHasTheAddress(t *testing.T) {
	w, q := linkWorld(t)
	u := w.add(t, "ada@example.org")
	if err := w.AskMagicLink(t.Context(), u.Email, here); err != nil {
		t.Fatal(err)
	}
	w.asked.Wait()
	if _, err := w.store.UpdateUser(t.Context(), u.Owner, func(u *User) error { u.Email = "lovelace@example.org"; return nil }); err != nil {
		t.Fatal(err)
	}
	for _, who := range []owner.ID{u.Owner, u.Owner + 100} {
		m, err := w.ComposeMail(t.Context(), who, q.list[0])
		if err != nil || m.Text != "" || len(w.store.links) != 0 {
			t.Errorf("a letter for %d: %+v, %v", who, m, err)
		}
	}
}

func TestNoMagicLinkWithoutMail(t *testing.T) {
	for name, o := range map[string]Options{
		"neither":    {},
		"no mail":    {PublicURL: "https://ideas.example.org"},
		"no address": {Mail: &queue{}},
	} {
		w := newWorld(t, o)
		if w.MagicLinks() {
			t.Errorf("%s: links are offered", name)
		}
		wantKind(t, w.AskMagicLink(t.Context(), "ada@example.org", here), fault.Unavailable)
	}
}

func TestMagicLetterIsEscaped(t *testing.T) {
	_, _, page := magicLetter(`<script>alert("x")</script>`, "https://ideas.example.org/auth/magic#0")
	if strings.Contains(page, "<script") {
		t.Error(page)
	}
}

package api

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// letters is a mail.Queue that hands on what it is given.
type letters chan queued

type queued struct {
	who owner.ID
	m   mail.Message
}

func (l letters) QueueMail(_ context.Context, who owner.ID, m mail.Message) error {
	l <- queued{who, m}
	return nil
}

func TestMagicLink(t *testing.T) {
	sent := make(letters, 10)
	w := sqliteWorld(t, func(o *account.Options, _ *Deps) { o.Mail, o.PublicURL = sent, "https://ideas.example.org" })
	ada := w.person(t, "ada")
	checkJSON(t, "offered", w.do(t, nobody, "GET /auth/session", "").body, `{"user":null,"setup_needed":false,"magic_link":true}`)

	ask := func(email string) reply {
		return w.do(t, nobody, "POST /auth/magic", fmt.Sprintf(`{"email":%q}`, email))
	}
	known, unknown := ask(" ADA@example.org"), ask("eve@example.org")
	if known.status != 200 || unknown.status != 200 || known.body != unknown.body {
		t.Errorf("with an account: %d %s; without: %d %s", known.status, known.body, unknown.status, unknown.body)
	}
	checkJSON(t, "the answer", known.body, `{"success":true}`)
	letter := <-sent
	m, err := w.accounts.ComposeMail(t.Context(), letter.who, letter.m)
	if err != nil {
		t.Fatal(err)
	}
	token := regexp.MustCompile(`https://ideas\.example\.org/auth/magic#([0-9a-f]{64})\n`).FindStringSubmatch(m.Text)
	if token == nil {
		t.Fatalf("no link in %q", m.Text)
	}
	redeem := func(token string) reply {
		return w.do(t, nobody, "POST /auth/magic/redeem", fmt.Sprintf(`{"token":%q}`, token))
	}
	// Another site signs nobody in.
	r := w.do(t, credential(nobody).and("Origin", "https://evil.example"), "POST /auth/magic/redeem", fmt.Sprintf(`{"token":%q}`, token[1]))
	if r.status != http.StatusForbidden {
		t.Errorf("from another site: %d", r.status)
	}
	r = redeem(token[1])
	if r.status != 200 {
		t.Fatalf("redeemed: %d %s", r.status, r.body)
	}
	c := cookieOf(t, r)
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is %v", c)
	}
	if me := w.must(t, cookie(c.Value), "GET /user/me", ""); me["email"] != "ada@example.org" {
		t.Errorf("signed in as %v", me["email"])
	}
	if r := redeem(token[1]); r.status != 401 || r.message(t) == "" {
		t.Errorf("redeemed again: %d %s", r.status, r.body)
	}
	for _, odd := range []string{"", "x", ada.key} {
		if r := redeem(odd); r.status != 401 {
			t.Errorf("the token %q: %d %s", odd, r.status, r.body)
		}
	}
	if r := ask("nobody"); r.status != 400 {
		t.Errorf("no address: %d %s", r.status, r.body)
	}
	for range 20 {
		r := ask("eve@example.org")
		if r.status == http.StatusTooManyRequests {
			if r.header.Get("Retry-After") == "" {
				t.Error("429 without a word when")
			}
			return
		}
	}
	t.Error("twenty letters to one address")
}

func TestNoMagicLinkWithoutMail(t *testing.T) {
	w := sqliteWorld(t)
	w.person(t, "ada")
	checkJSON(t, "not offered", w.do(t, nobody, "GET /auth/session", "").body, `{"user":null,"setup_needed":false,"magic_link":false}`)
	if r := w.do(t, nobody, "POST /auth/magic", `{"email":"ada@example.org"}`); r.status != http.StatusServiceUnavailable {
		t.Errorf("asked for: %d %s", r.status, r.body)
	}
}

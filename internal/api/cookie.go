package api

import (
	"net/http"
	"net/url"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// sessionCookie is how a browser keeps a session.
type sessionCookie struct {
	name   string
	secure bool
}

// newSessionCookie chooses the name. A name that begins with __Host- is taken
// by browsers only over https and from this host itself, so no neighbour
// under the same domain can plant one; without https it would not work.
func newSessionCookie(public *url.URL) sessionCookie {
	if public != nil && public.Scheme == "https" {
		return sessionCookie{"__Host-neuralrepo_session", true}
	}
	return sessionCookie{"neuralrepo_session", false}
}

// token returns the session token that a request carries, if any.
func (c sessionCookie) token(r *http.Request) secret.Text {
	cookie, err := r.Cookie(c.name)
	if err != nil {
		return secret.Text{}
	}
	return secret.New(cookie.Value)
}

// with returns the cookie that keeps a token until a session ends.
func (c sessionCookie) with(token secret.Text, until time.Time) *http.Cookie {
	return &http.Cookie{
		Name:     c.name,
		Value:    token.Reveal(),
		Path:     "/",
		Expires:  until.UTC(),
		HttpOnly: true,
		Secure:   c.secure,
		SameSite: http.SameSiteLaxMode,
	}
}

// gone returns the cookie that makes a browser forget the session.
func (c sessionCookie) gone() *http.Cookie {
	gone := c.with(secret.Text{}, time.Unix(0, 0))
	gone.MaxAge = -1
	return gone
}

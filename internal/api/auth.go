package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// right is what an operation demands of its caller.
type right int

const (
	open    right = iota // nothing: no credentials are looked at
	anybody              // nothing: credentials that open nothing are as good as none
	known                // to be somebody
	read                 // the scope ideas:read
	write                // the scope ideas:write
	session              // a session: no API key will do
)

// scope returns the scope that a right stands for, "" if none.
func (n right) scope() account.Scope {
	switch n {
	case read:
		return account.ReadIdeas
	case write:
		return account.WriteIdeas
	}
	return ""
}

type callerKey struct{}

// callerOf returns the caller that authenticate found; nobody on operations
// that are open.
func callerOf(ctx context.Context) account.Caller {
	c, _ := ctx.Value(callerKey{}).(account.Caller)
	return c
}

// authenticate lets in whoever has the right, and takes the request from
// their day.
func (r *router) authenticate(need right) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		req, w := humago.Unwrap(ctx)
		who, err := r.server.admit(w, req, need)
		if err != nil {
			r.fail(ctx, err)
			return
		}
		next(huma.WithValue(ctx, callerKey{}, who))
	}
}

// guard keeps other sites from using the operations that need no credentials
// on a person's behalf: signing somebody in under a foreign name is one way
// to get at what they write.
func (r *router) guard(ctx huma.Context, next func(huma.Context)) {
	req, _ := humago.Unwrap(ctx)
	if err := r.server.sameOrigin(req); err != nil {
		r.fail(ctx, err)
		return
	}
	next(ctx)
}

// admit finds out who sent a request and whether they have the right.
func (s *server) admit(w http.ResponseWriter, req *http.Request, need right) (account.Caller, error) {
	who, err := s.recognise(w, req)
	if need == anybody && fault.Is(err, fault.Unauthenticated) {
		return account.Caller{}, nil
	}
	if err != nil {
		return account.Caller{}, err
	}
	allowance, err := s.Accounts.Take(req.Context(), who)
	if allowance.Limit > 0 {
		setRateLimit(w.Header(), allowance)
	}
	if err != nil {
		return account.Caller{}, err
	}
	if scope := need.scope(); scope != "" {
		if err := who.Require(scope); err != nil {
			return account.Caller{}, err
		}
	}
	if need == session && who.Session == (account.Hash{}) {
		return account.Caller{}, fault.New(fault.Forbidden, "An API key cannot do this. Sign in and do it there.")
	}
	return who, nil
}

// recognise finds out who sent a request. A cookie whose session lasts longer
// from now on is sent again.
func (s *server) recognise(w http.ResponseWriter, req *http.Request) (account.Caller, error) {
	who, err := s.Accounts.Authenticate(req.Context(), s.credentials(req))
	if err != nil || who.Via != account.Cookie {
		return who, err
	}
	if err := s.sameOrigin(req); err != nil {
		return account.Caller{}, err
	}
	if !who.Extended.IsZero() {
		http.SetCookie(w, s.cookie.with(s.cookie.token(req), who.Extended))
	}
	return who, nil
}

// credentials returns what a request proves itself with.
func (s *server) credentials(req *http.Request) account.Credentials {
	return account.Credentials{
		APIKey:        secret.New(req.Header.Get("X-API-Key")),
		Authorization: secret.New(req.Header.Get("Authorization")),
		Cookie:        s.cookie.token(req),
	}
}

// sameOrigin refuses a request that changes something and that a browser
// sent on behalf of another site: the cookie came along without the person
// wanting it.
func (s *server) sameOrigin(req *http.Request) error {
	if err := s.origins.Check(req); err != nil {
		return fault.Wrap(fault.Forbidden, err, "This request came from another site, so it was not carried out")
	}
	return nil
}

// setRateLimit says what is left of the caller's day.
func setRateLimit(h http.Header, a account.Allowance) {
	limit := strconv.Itoa(a.Limit)
	h.Set("RateLimit-Limit", limit)
	h.Set("RateLimit-Remaining", strconv.Itoa(a.Remaining))
	h.Set("RateLimit-Reset", strconv.FormatInt(int64((a.Reset+time.Second-1)/time.Second), 10))
	h.Set("RateLimit-Policy", limit+";w=86400")
}

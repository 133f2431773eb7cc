// Package api is the door for programs: JSON over HTTP under /api/v1, with
// the web app as one program among others.
//
// It translates and does nothing else. A request passes the door (door.go),
// which gives it an id, catches panics and writes the log; then the checks
// that every operation shares (auth.go, request.go); then huma compares it
// with the schema of the operation; then a handler hands it to the packages
// that have the rules. Whatever fails on the way is a fault, and one place
// (errors.go) turns it into {"error": "one sentence"}.
//
// routes.go has every route on one screen. The OpenAPI document is made from
// those routes and the types, and a golden file keeps it from changing
// unseen.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/agent"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/digest/writer"
	"github.com/neuralrepo/neuralrepo/internal/enrich"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/spec"
	"github.com/neuralrepo/neuralrepo/internal/suggest"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// Prefix is where the API is.
const Prefix = "/api/v1"

// MaxBody is how many bytes the body of a request may have.
const MaxBody = 1 << 20

// Deps are what the API needs. All but WorkersAI, PublicURL
// and TrustProxy are required.
type Deps struct {
	Ideas    *idea.Repository
	Search   *search.Search
	Tagger   *suggest.Tagger
	Bulk     *enrich.Bulk // nil if nothing understands ideas
	Specs    *spec.Writer
	Agent    *agent.Agent
	Letters  *writer.Writer
	Replies  *digest.Replies
	Accounts *account.Accounts
	Hub      *live.Hub
	// ChangeSeq returns the change counter of an owner, which live.Change.Seq
	// continues.
	ChangeSeq func(ctx context.Context, who owner.ID) (int64, error)
	Log       *slog.Logger
	Version   string

	Keys  *byok.Keys
	Usage usage.Store
	// Spent returns what the month of a time has cost an owner at a provider.
	Spent    func(ctx context.Context, who owner.ID, provider string, at time.Time) (llm.Cost, error)
	Models   *llm.Registry
	PricesOf time.Time // the day of the price table
	// WorkersAI says that models which need no key can be asked.
	WorkersAI bool

	// PublicURL is the address at which people reach the server, if it is
	// known. With https, cookies are sent over https only.
	PublicURL *url.URL
	// TrustProxy says that a reverse proxy in front of the server sets
	// X-Forwarded-For, whose last address is then the client's. Without a
	// proxy it must be off: anybody could claim any address.
	TrustProxy bool
}

// server has the handlers. Each is a method in a file of its own.
type server struct {
	Deps
	cookie  sessionCookie
	origins *http.CrossOriginProtection
	streams streams
	openAPI []byte // the document, as JSON
}

// New makes the API. It answers every path under /api/, unknown ones with
// 404.
func New(deps Deps) http.Handler {
	s := &server{
		Deps:    deps,
		cookie:  newSessionCookie(deps.PublicURL),
		origins: http.NewCrossOriginProtection(),
		streams: newStreams(),
	}
	if u := deps.PublicURL; u != nil {
		// The address is the operator's own; one that is no origin cannot be
		// anybody's, so there is nothing to trust.
		_ = s.origins.AddTrustedOrigin(u.Scheme + "://" + u.Host)
	}
	mux := http.NewServeMux()
	r := newRouter(s, mux)
	s.routes(r, mux)
	s.openAPI = r.document()
	mux.HandleFunc("/", s.unknown(mux))
	return s.door(mux)
}

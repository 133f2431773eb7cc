// Package store keeps everything that NeuralRepo knows, in one SQLite file or
// in PostgreSQL. It has all of the SQL: one text for both engines, and what
// they do not write alike in dialect.go. It decides nothing: the rules are in
// idea, account and the other packages whose Store interfaces it fulfils.
//
// The owner is the first column of every key and the first condition of every
// query, so that nothing of one owner is ever seen by another, and what one
// owner reads costs the same however many others there are.
package store

import (
	"context"
	"log/slog"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/usage"
	"github.com/neuralrepo/neuralrepo/internal/vault"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

// Store is an open database. It may be used by many goroutines at a time.
type Store struct {
	engine  engine
	dialect dialect
	changes Publisher
}

var (
	_ idea.Store    = (*Store)(nil)
	_ account.Store = (*Store)(nil)

	_ byok.Store        = (*Store)(nil)
	_ audit.Chains      = (*Store)(nil)
	_ vault.Records     = (*Store)(nil)
	_ vault.CanaryStore = (*Store)(nil)
	_ artifact.Store    = (*Store)(nil)
	_ usage.Store       = (*Store)(nil)
	_ usage.LimitStore  = (*Store)(nil)
	_ usage.SpendStore  = (*Store)(nil)
	_ job.Store         = (*Store)(nil)
	_ job.Store         = (*Outbox)(nil)
	_ mail.Queue        = (*Store)(nil)
	_ mail.Store        = (*Outbox)(nil)
	_ vector.Source     = (*Store)(nil)

	_ conversation.Store = (*Store)(nil)

	_ Publisher = (*live.Hub)(nil)
)

// Publisher hears of what was changed, after it was stored.
type Publisher interface {
	// Publish tells of a change to the things of one owner.
	Publish(who owner.ID, c live.Change)
	// PublishAll tells every owner: what other processes did was not heard
	// for a while.
	PublishAll(c live.Change)
}

// Durability is what a committed write survives.
type Durability string

// The durabilities. Both keep the database whole, whatever happens.
const (
	Full   Durability = "full"   // a power cut
	Normal Durability = "normal" // an end of the process; a power cut may take the last moments back
)

// Options say which database to open and how.
type Options struct {
	// Path is the SQLite file. It is made when it is not there.
	Path string
	// DatabaseURL is a postgres:// URL, which is used instead of Path.
	DatabaseURL secret.Text
	// Durability of SQLite, Full if it is not set. That of PostgreSQL is set
	// in its own configuration.
	Durability Durability
	Publisher  Publisher    // nil if nobody wants to hear of changes
	Log        *slog.Logger // nil for none
}

// Open opens a database and brings its schema up to date. A schema that is
// newer than this program is refused.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Publisher == nil {
		o.Publisher = deaf{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Durability == "" {
		o.Durability = Full
	}
	if o.Durability != Full && o.Durability != Normal {
		return nil, fault.OfField("durability", "must be full or normal")
	}
	e, err := openEngine(ctx, o)
	if err != nil {
		return nil, err
	}
	return &Store{engine: e, dialect: e.dialect(), changes: o.Publisher}, nil
}

func openEngine(ctx context.Context, o Options) (engine, error) {
	if !o.DatabaseURL.Empty() {
		return openPostgres(ctx, o.DatabaseURL, o.Publisher, o.Log)
	}
	return openSQLite(ctx, o.Path, o.Durability)
}

// Close waits for what is running and closes the database.
func (s *Store) Close() error { return s.engine.close() }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.engine.ping(ctx) }

// Engine returns "sqlite" or "postgres".
func (s *Store) Engine() string { return s.engine.name() }

// deaf is a Publisher to nobody.
type deaf struct{}

func (deaf) Publish(owner.ID, live.Change) {}
func (deaf) PublishAll(live.Change)        {}

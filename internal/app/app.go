// Package app builds the server from its parts, starts it and stops it. It is
// the one place that knows them all; main and the tests of the whole program
// use it alike.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/api"
	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/vault"
	"github.com/neuralrepo/neuralrepo/internal/web"
	dist "github.com/neuralrepo/neuralrepo/web"
)

const (
	headerTime = 10 * time.Second // for a client to send the head of a request
	idleTime   = 2 * time.Minute  // that a connection is kept between requests
	headerSize = 64 << 10         // bytes
	closeTime  = 10 * time.Second // to write down what was held back
)

// App is the server. Make it with New, then Start it, then Stop it.
type App struct {
	cfg      config.Config
	version  string
	log      *slog.Logger
	folder   string   // "" if nothing is kept on this machine
	notices  []string // what the operator should read
	setup    secret.Text
	vault    *vault.Vault
	hub      *live.Hub
	store    *store.Store
	accounts *account.Accounts
	ai       *ai
	meaning  *meaning // nil if nothing understands ideas
	mailing  *mailing // nil if no mail is sent
	letters  *letters
	alarm    *alarm
	pruning  background
	visitors visitors
	server   *http.Server
	listener net.Listener
	failed   chan error
}

// New builds the server and opens its database. Nothing listens yet. An App
// that is not started must be stopped, too.
func New(ctx context.Context, cfg config.Config, version string, log *slog.Logger) (*App, error) {
	by, err := embedders(cfg)
	if err != nil {
		return nil, err
	}
	return build(ctx, cfg, version, log, understanding{embedders: by})
}

// build is New with something else that understands ideas.
func build(ctx context.Context, cfg config.Config, version string, log *slog.Logger, u understanding) (_ *App, err error) {
	a := &App{cfg: cfg, version: version, log: log, hub: live.NewHub(), failed: make(chan error, 1)}
	if cfg.DatabaseURL.Empty() || cfg.EncryptionKey.Empty() {
		if a.folder, err = cfg.Folder(); err != nil {
			return nil, err
		}
	}
	key, err := a.encryptionKey()
	if err != nil {
		return nil, err
	}
	if a.vault, err = openVault(key, cfg.Encryption); err != nil {
		return nil, err
	}
	if a.setup, err = setupToken(key); err != nil {
		return nil, err
	}
	if a.store, err = openStore(ctx, cfg.Storage, a.folder, a.publisher(), log); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			a.close(ctx)
		}
	}()
	if err := a.checkVault(ctx); err != nil {
		return nil, err
	}
	people := account.Options{
		Log:         log,
		Plan:        account.Plan(cfg.Plan),
		DailyLimits: map[account.Plan]int{account.Pro: cfg.DailyLimit},
		SetupToken:  a.setup,
		PublicURL:   cfg.PublicURL,
	}
	if cfg.Mail.Sends() {
		people.Mail = a.store
	}
	a.accounts = account.New(a.store, people)
	if a.mailing, err = a.newMailing(u.pace); err != nil {
		return nil, err
	}
	found, ideas, err := a.understand(ctx, u)
	if err != nil {
		return nil, err
	}
	if a.ai, err = a.newAI(ideas, found); err != nil {
		return nil, err
	}
	if a.letters, err = a.newLetters(ideas, key, u.pace); err != nil {
		return nil, err
	}
	a.notices = append(a.notices, cfg.Warnings()...)
	handler, err := a.handler(ideas, found)
	if err != nil {
		return nil, err
	}
	a.server = &http.Server{
		Handler:           a.visitors.count(handler),
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerSize,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	return a, nil
}

// openStore opens the database that the settings name.
func openStore(ctx context.Context, cfg config.Storage, folder string, hub store.Publisher, log *slog.Logger) (*store.Store, error) {
	opt := store.Options{
		DatabaseURL: cfg.DatabaseURL,
		Durability:  store.Durability(cfg.Durability),
		Publisher:   hub,
		Log:         log,
	}
	if cfg.DatabaseURL.Empty() {
		opt.Path = config.DatabaseFile(folder)
	}
	return store.Open(ctx, opt)
}

// encryptionKey finds or makes the encryption key.
func (a *App) encryptionKey() (secret.Text, error) {
	key, notices, err := config.LoadEncryptionKey(a.cfg.Encryption, a.folder)
	if err != nil {
		return secret.Text{}, err
	}
	a.notices = notices
	if a.cfg.EncryptionKey.Empty() && !a.cfg.DatabaseURL.Empty() {
		a.notices = append(a.notices, "With DATABASE_URL, other copies of this program may share the database. All of them must be given the same ENCRYPTION_KEY.")
	}
	return key, nil
}

// checkVault tells the operator, at every start, if provider keys do not open.
func (a *App) checkVault(ctx context.Context) error {
	notice, bad, err := checkVault(ctx, a.vault, a.store, !a.cfg.DatabaseURL.Empty())
	if err != nil {
		return err
	}
	if notice != "" {
		a.notices = append(a.notices, notice)
	}
	if bad {
		a.log.WarnContext(ctx, "provider keys do not open", "advice", notice)
	}
	return nil
}

// handler puts the doors side by side.
func (a *App) handler(ideas *idea.Repository, found *search.Search) (http.Handler, error) {
	files, err := dist.Dist()
	if err != nil {
		return nil, fmt.Errorf("open the web app: %w", err)
	}
	pages, err := web.New(files)
	if err != nil {
		return nil, err
	}
	deps := api.Deps{
		Ideas:      ideas,
		Search:     found,
		Bulk:       a.meaning.many(),
		Accounts:   a.accounts,
		Hub:        a.hub,
		ChangeSeq:  a.store.ChangeSeq,
		Log:        a.log,
		Version:    a.version,
		TrustProxy: a.cfg.TrustProxy,
		Keys:       a.ai.keys,
		Specs:      a.ai.specs,
		Tagger:     a.ai.tagger,
		Agent:      a.ai.agent,
		Letters:    a.letters.writer,
		Replies:    a.letters.replies,
		Usage:      a.store,
		Spent:      a.store.Spent,
		Models:     a.ai.models,
		PricesOf:   a.ai.prices.Date,
		WorkersAI:  a.ai.gateway.Serves(llm.WorkersAI),
	}
	if a.cfg.PublicURL != "" {
		if deps.PublicURL, err = url.Parse(a.cfg.PublicURL); err != nil {
			return nil, fmt.Errorf("read NEURALREPO_PUBLIC_URL: %w", err)
		}
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", api.New(deps))
	mux.Handle(gateway.DoorPath, a.ai.gateway.Door())
	mux.Handle(digest.LinkPath, web.NewReplies(a.letters.replies, a.log))
	mux.Handle("/", pages)
	return mux, nil
}

// Start begins to listen and, once it does, to answer.
func (a *App) Start() error {
	l, err := net.Listen("tcp", a.cfg.Addr)
	if err != nil {
		return listenError(a.cfg.Addr, err)
	}
	a.listener = l
	a.pruning = begin(a.prune)
	a.takeBack(context.Background(), "answers that were interrupted look for a while as if they were not", a.store.ReleaseConversations)
	a.meaning.start()
	a.mailing.start()
	a.letters.start()
	go func() {
		if err := a.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.failed <- fmt.Errorf("answer requests: %w", err)
		}
	}()
	return nil
}

// takeBack takes back what a process that was killed held. Of PostgreSQL
// nobody knows whether others use it: there, it is lost after a while, as it
// is where release fails; later says what that means.
func (a *App) takeBack(ctx context.Context, later string, release func(context.Context) error) {
	if !a.cfg.DatabaseURL.Empty() {
		return
	}
	if err := release(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, later, "error", err)
	}
}

// Failed gets an error if the server stops by itself.
func (a *App) Failed() <-chan error { return a.failed }

// URL returns where the server listens, as this machine can reach it.
func (a *App) URL() string { return "http://" + reachable(a.listener.Addr()) }

// Stop ends the server: first the event streams, as they would never end by
// themselves, and the answers of the agent, which go on without a request,
// then the requests that are under way, for as long as ctx lasts.
// Then nobody asks models any more, and what the gateway and the quotas hold
// back can be written down. Last comes the database.
func (a *App) Stop(ctx context.Context) error {
	a.hub.Close()
	talks := a.ai.agent.Close(ctx)
	err := a.server.Shutdown(ctx)
	if err != nil {
		err = fmt.Errorf("wait for requests to end: %w", errors.Join(err, a.server.Close()))
	}
	return errors.Join(talks, err, a.close(ctx))
}

// close writes down what is held back and closes the database.
func (a *App) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer cancel()
	a.pruning.end()
	a.meaning.stop()
	a.letters.stop()
	a.mailing.stop()
	a.visitors.wait(ctx)
	var err error
	if a.ai != nil {
		err = a.ai.close(ctx)
	}
	if a.accounts != nil {
		err = errors.Join(err, a.accounts.Close(ctx))
	}
	return errors.Join(err, a.store.Close())
}

// background is something that goes on until it is ended.
type background struct {
	cancel context.CancelFunc
	done   chan struct{}
}

func begin(f func(context.Context)) background {
	ctx, cancel := context.WithCancel(context.Background())
	b := background{cancel, make(chan struct{})}
	go func() {
		defer close(b.done)
		f(ctx)
	}()
	return b
}

// end ends it, if it has begun, and waits until it has.
func (b background) end() {
	if b.cancel != nil {
		b.cancel()
		<-b.done
	}
}

package account

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// Accounts has the rules of accounts over a Store. Make one with New, and
// Close it before the store so that nothing it holds back is lost. It may be
// used by many goroutines.
type Accounts struct {
	store  Store
	now    func() time.Time
	rand   io.Reader
	log    *slog.Logger
	plan   Plan
	limits map[Plan]int
	setup  secret.Text

	mail          mail.Queue // nil if the server sends none
	publicURL     string
	linksByEmail  attempts
	linksByClient attempts
	asking        chan struct{} // a token for each request for a link in the background
	asked         sync.WaitGroup

	hasher   hasher
	byEmail  attempts
	byClient attempts
	uses     uses
	leases   leases

	settled atomic.Bool // somebody has an account; that does not change back
	minting sync.Mutex  // held while API keys are counted and made

	sweeping sync.Mutex
	sweepAt  time.Time // when expired sessions are deleted next
}

// Options are what Accounts may be told. The zero value is ready to use.
type Options struct {
	Now  func() time.Time // the clock; time.Now if nil
	Rand io.Reader        // where secrets come from; crypto/rand if nil
	Log  *slog.Logger     // what fails in the background; nothing if nil
	// Plan is the plan of new accounts; Pro if empty.
	Plan Plan
	// DailyLimits are the requests a day that the plans allow. A plan that is
	// missing here has what DefaultDailyLimits says.
	DailyLimits map[Plan]int
	// SetupToken opens SetUp. If it is empty, nobody can set up the server
	// through the door.
	SetupToken secret.Text
	// Mail takes the letters with links to sign in with, which lead to the
	// server at PublicURL, such as https://ideas.example.org. Without either,
	// nobody signs in that way.
	Mail      mail.Queue
	PublicURL string
}

// DefaultDailyLimits are the requests a day that the plans allow if the
// operator does not say otherwise.
var DefaultDailyLimits = map[Plan]int{Free: 100, Pro: 10_000}

// New makes Accounts that keep everything in the store.
func New(store Store, opt Options) *Accounts {
	a := &Accounts{
		store:  store,
		now:    opt.Now,
		rand:   opt.Rand,
		log:    opt.Log,
		plan:   opt.Plan,
		limits: map[Plan]int{},
		setup:  opt.SetupToken,
		mail:   opt.Mail,
		asking: make(chan struct{}, maxAsking),
	}
	a.publicURL = strings.TrimRight(opt.PublicURL, "/")
	if a.now == nil {
		a.now = time.Now
	}
	if a.rand == nil {
		a.rand = rand.Reader
	}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if a.plan == "" {
		a.plan = Pro
	}
	for plan, limit := range DefaultDailyLimits {
		a.limits[plan] = limit
	}
	for plan, limit := range opt.DailyLimits {
		a.limits[plan] = limit
	}
	a.hasher.init(a.rand, currentCost)
	a.byEmail.init(emailRate, emailBurst)
	a.byClient.init(clientRate, clientBurst)
	a.linksByEmail.init(linkEmailRate, linkEmailBurst)
	a.linksByClient.init(linkClientRate, linkClientBurst)
	a.uses.init(store, a.log)
	a.leases.init(store, a.log)
	return a
}

// Close writes down what was held back to spare writes: when keys were last
// used, and the requests of the day that were taken but not used. Letters that
// were asked for are queued.
func (a *Accounts) Close(ctx context.Context) error {
	a.asked.Wait()
	a.uses.close(ctx)
	return a.leases.close(ctx, dayOf(a.now()))
}

package account

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

const (
	usesEvery = time.Minute // how often the uses of keys are written down
	usesTime  = 30 * time.Second
	maxUses   = 10_000 // keys whose use waits to be written down
)

// uses notes when API keys were last used and writes it down later, so that
// a request that only reads costs no write.
type uses struct {
	store APIKeys
	log   *slog.Logger

	mu      sync.Mutex
	pending map[string]use // by id of the key
	timer   *time.Timer    // set while something is pending
	closed  bool

	writing sync.Mutex // held while uses are written
}

type use struct {
	who owner.ID
	at  time.Time
}

func (u *uses) init(store APIKeys, log *slog.Logger) {
	u.store, u.log = store, log
	u.pending = map[string]use{}
}

// note remembers that a key was used. With too many keys at once some are
// passed over: the time is for people to see which key is in use, not a log.
func (u *uses) note(k APIKey, at time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, known := u.pending[k.ID]; u.closed || !known && len(u.pending) >= maxUses {
		return
	}
	u.pending[k.ID] = use{k.Owner, at}
	if u.timer == nil {
		u.timer = time.AfterFunc(usesEvery, func() {
			ctx, cancel := context.WithTimeout(context.Background(), usesTime)
			defer cancel()
			u.write(ctx)
		})
	}
}

// write writes down what is pending.
func (u *uses) write(ctx context.Context) {
	u.writing.Lock()
	defer u.writing.Unlock()

	u.mu.Lock()
	pending := u.pending
	u.pending = map[string]use{}
	u.timer = nil
	u.mu.Unlock()

	for id, use := range pending {
		err := u.store.TouchAPIKey(ctx, use.who, id, use.at)
		if err != nil && !fault.Is(err, fault.NotFound) { // deleted meanwhile
			u.log.WarnContext(ctx, "cannot note when API keys were last used", "keys", len(pending), "error", err)
			return
		}
	}
}

// close writes down what is pending for the last time.
func (u *uses) close(ctx context.Context) {
	u.mu.Lock()
	u.closed = true
	if u.timer != nil {
		u.timer.Stop()
	}
	u.mu.Unlock()
	u.write(ctx)
}

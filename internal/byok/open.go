package byok

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// KeepOpened is for how long an opened key is kept in memory at most.
const KeepOpened = 60 * time.Second

// Opened is a key that was opened, with what the gateway must know about it.
type Opened struct {
	Text  secret.Text
	Last4 string
	Cap   *llm.Cost // what it may cost in a month; nil for any amount
}

// Open returns a person's key for one request to its provider. The audit
// entry is written before the key is decrypted: if it cannot be written, the
// key stays closed. A key that was opened within the last minute is not
// decrypted again, but whether it is still the stored one is looked up each
// time, so that a key that was replaced or removed, on whatever copy of the
// program, is not used again.
func (k *Keys) Open(ctx context.Context, who Person, p Provider, purpose string) (Opened, error) {
	key, err := k.find(ctx, who, p)
	if err != nil {
		return Opened{}, err
	}
	if key == nil {
		k.opened.forget(who.Owner, p)
		return Opened{}, fault.New(fault.Forbidden, "%s", NotConfigured.Sentence(p))
	}
	if text, ok := k.opened.get(who.Owner, *key, k.now()); ok {
		return Opened{text, key.Last4, key.Cap}, nil
	}
	e := k.entry(who, audit.Open, p)
	e.Purpose = purpose
	if err := k.store.NoteProviderKeyUse(ctx, who.Owner, key.Record, k.time(), e); err != nil {
		return Opened{}, fault.Wrap(fault.Unavailable, err, "The use of your key could not be recorded, so it was not used. Try again.")
	}
	text, err := k.vault.Open(key.Sealed, key.place(who.ID))
	if err != nil {
		return Opened{}, k.failed(ctx, who, p, purpose, err)
	}
	k.opened.put(who.Owner, *key, text, k.now())
	return Opened{text, key.Last4, key.Cap}, nil
}

// failed records that a key did not open and says what to do.
func (k *Keys) failed(ctx context.Context, who Person, p Provider, purpose string, why error) error {
	e := k.entry(who, audit.Failure, p)
	e.Purpose = purpose
	switch {
	case errors.Is(why, vault.ErrOtherKey):
		e.Detail = "sealed with another encryption key"
	case errors.Is(why, vault.ErrVersion):
		e.Detail = "sealed by a newer version"
	default:
		e.Detail = "damaged"
	}
	err := k.store.NoteProviderKeyUse(ctx, who.Owner, "", time.Time{}, e)
	return fault.Wrap(fault.Forbidden, errors.Join(why, err), "%s", Undecryptable.Sentence(p))
}

// opened holds keys that were opened not long ago.
type opened struct {
	mu   sync.Mutex
	keys map[place]openedKey
}

type place struct {
	who owner.ID
	p   Provider
}

type openedKey struct {
	record string
	text   secret.Text
	wipe   *time.Timer
	until  time.Time
}

func (o *opened) init() { o.keys = map[place]openedKey{} }

// get returns an opened key if it is the stored one.
func (o *opened) get(who owner.ID, key Key, now time.Time) (secret.Text, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	found, ok := o.keys[place{who, key.Provider}]
	if !ok || found.record != key.Record || !now.Before(found.until) {
		return secret.Text{}, false
	}
	return found.text, true
}

// put keeps an opened key until its time is over.
func (o *opened) put(who owner.ID, key Key, text secret.Text, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	at := place{who, key.Provider}
	if old, ok := o.keys[at]; ok {
		old.wipe.Stop()
	}
	o.keys[at] = openedKey{key.Record, text, time.AfterFunc(KeepOpened, func() { o.expire(at, key.Record) }), now.Add(KeepOpened)}
}

// expire drops a key unless another one has taken its place.
func (o *opened) expire(at place, record string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.keys[at].record == record {
		delete(o.keys, at)
	}
}

// forget drops a key at once.
func (o *opened) forget(who owner.ID, p Provider) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if old, ok := o.keys[place{who, p}]; ok {
		old.wipe.Stop()
		delete(o.keys, place{who, p})
	}
}

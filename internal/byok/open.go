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

// MaxFresh is for how long a look at the store holds at most.
const MaxFresh = time.Second

// Opened is a key that was opened, with what the gateway must know about it.
type Opened struct {
	Text  secret.Text
	Last4 string
	Cap   *llm.Cost // what it may cost in a month; nil for any amount
}

// Open returns a person's key for one request to its provider. The audit
// entry is written before the key is decrypted: if it cannot be written, the
// key stays closed. A key that was opened within the last minute is not
// decrypted again, but whether it is still the stored one is looked up, so
// that a key that was replaced or removed, on whatever copy of the program, is
// not used again. It is looked up each time, or as often as Options.Fresh
// says; what this copy of the program changes counts at once.
func (k *Keys) Open(ctx context.Context, who Person, p Provider, purpose string) (Opened, error) {
	if o, ok := k.opened.fresh(who.Owner, p, k.now()); ok {
		return o, nil
	}
	look := k.opened.look(k.now())
	key, err := k.find(ctx, who, p)
	if err != nil {
		return Opened{}, err
	}
	if key == nil {
		k.opened.forget(who.Owner, p)
		return Opened{}, fault.New(fault.Forbidden, "%s", NotConfigured.Sentence(p))
	}
	if text, ok := k.opened.get(who.Owner, *key, look); ok {
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
	k.opened.put(who.Owner, *key, text, look)
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
	mu      sync.Mutex
	keys    map[place]openedKey
	believe time.Duration // for how long a look at the store holds
	changes int           // of keys, by this copy of the program
}

type place struct {
	who owner.ID
	p   Provider
}

type openedKey struct {
	record string
	Opened
	wipe  *time.Timer
	until time.Time
	fresh time.Time // until when the store need not be looked at
}

// look is a look at the store: what it finds holds only if nothing was changed
// since it began.
type look struct {
	at      time.Time
	changes int
}

func (o *opened) init(believe time.Duration) {
	o.keys, o.believe = map[place]openedKey{}, min(believe, MaxFresh)
}

// fresh returns an opened key that was the stored one a moment ago.
func (o *opened) fresh(who owner.ID, p Provider, now time.Time) (Opened, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	found, ok := o.keys[place{who, p}]
	if !ok || !now.Before(found.fresh) || !now.Before(found.until) {
		return Opened{}, false
	}
	return found.Opened, true
}

// look begins a look at the store.
func (o *opened) look(now time.Time) look {
	o.mu.Lock()
	defer o.mu.Unlock()
	return look{now, o.changes}
}

// get returns an opened key if it is the stored one.
func (o *opened) get(who owner.ID, key Key, l look) (secret.Text, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	at := place{who, key.Provider}
	found, ok := o.keys[at]
	if !ok || found.record != key.Record || !l.at.Before(found.until) {
		return secret.Text{}, false
	}
	if l.changes == o.changes {
		found.Cap, found.fresh = key.Cap, l.at.Add(o.believe)
		o.keys[at] = found
	}
	return found.Text, true
}

// put keeps an opened key until its time is over.
func (o *opened) put(who owner.ID, key Key, text secret.Text, l look) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if l.changes != o.changes {
		return // it may be another one by now
	}
	at := place{who, key.Provider}
	if old, ok := o.keys[at]; ok {
		old.wipe.Stop()
	}
	o.keys[at] = openedKey{
		record: key.Record,
		Opened: Opened{text, key.Last4, key.Cap},
		wipe:   time.AfterFunc(KeepOpened, func() { o.expire(at, key.Record) }),
		until:  l.at.Add(KeepOpened),
		fresh:  l.at.Add(o.believe),
	}
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
	o.changes++
	if old, ok := o.keys[place{who, p}]; ok {
		old.wipe.Stop()
		delete(o.keys, place{who, p})
	}
}

// stale has the store looked at again before a key is used.
func (o *opened) stale(who owner.ID, p Provider) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.changes++
	if old, ok := o.keys[place{who, p}]; ok {
		old.fresh = time.Time{}
		o.keys[place{who, p}] = old
	}
}

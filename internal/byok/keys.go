package byok

import (
	"context"
	"crypto/rand"
	"log/slog"
	"slices"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// Person is whose keys are meant.
type Person struct {
	Owner     owner.ID
	ID        string   // the public id, to which keys are bound
	Preferred Provider // from the settings; "" if none
	Request   string   // id of the request, for the audit
}

// Tester asks a provider whether it takes a key. It goes through the gateway,
// which opens the key; an error is one of this server, not a verdict.
type Tester interface {
	TestKey(ctx context.Context, who Person, p Provider) (TestResult, error)
}

// Keys is what can be done with provider keys. It is safe for concurrent use.
type Keys struct {
	store  Store
	vault  *vault.Vault
	tester Tester
	now    func() time.Time
	log    *slog.Logger
	opened opened
}

// Options are what New may be given besides.
type Options struct {
	Tester Tester           // nil if nothing can be tested
	Now    func() time.Time // nil for the system's clock
	Log    *slog.Logger     // nil for none
	// Fresh spares Open a look at the store if it had one not longer ago than
	// this, MaxFresh at most. A key that another copy of the program replaces
	// or removes may be used for so long after.
	Fresh time.Duration
}

// New makes Keys over a store and a vault.
func New(store Store, v *vault.Vault, o Options) *Keys {
	k := &Keys{store: store, vault: v, tester: o.Tester, now: o.Now, log: o.Log}
	if k.now == nil {
		k.now = time.Now
	}
	if k.log == nil {
		k.log = slog.New(slog.DiscardHandler)
	}
	k.opened.init(o.Fresh)
	return k
}

func (k *Keys) time() time.Time { return k.now().UTC().Truncate(time.Microsecond) }

// Set stores a key in place of the one of the same provider. The warning, if
// there is one, is a sentence for the person.
func (k *Keys) Set(ctx context.Context, who Person, p Provider, pasted secret.Text) (warning string, err error) {
	key, warning, err := CheckKey(p, pasted)
	if err != nil {
		return "", err
	}
	stored := Key{Provider: p, Record: rand.Text(), Last4: last4(key), CreatedAt: k.time(), UpdatedAt: k.time()}
	if stored.Sealed, err = k.vault.Seal(key, stored.place(who.ID)); err != nil {
		return "", err
	}
	old, err := k.find(ctx, who, p)
	if err != nil {
		return "", err
	}
	action := audit.Set
	if old != nil {
		action = audit.Replace
	}
	if err := k.store.SetProviderKey(ctx, who.Owner, stored, k.entry(who, action, p)); err != nil {
		return "", err
	}
	k.opened.forget(who.Owner, p)
	return warning, nil
}

// Remove deletes a key. Nothing of it stays but what the audit says.
func (k *Keys) Remove(ctx context.Context, who Person, p Provider) error {
	err := k.store.DeleteProviderKey(ctx, who.Owner, p, k.entry(who, audit.Remove, p))
	k.opened.forget(who.Owner, p)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "No %s key is stored", p.Title())
	}
	return err
}

// MaxCap is the highest cap that can be set.
const MaxCap = 100_000 * llm.Dollar

// SetCap sets what the key of a provider may cost in a month, nil for any
// amount. It counts from the first of the month in UTC.
func (k *Keys) SetCap(ctx context.Context, who Person, p Provider, limit *llm.Cost) error {
	if limit != nil && (*limit < 0 || *limit > MaxCap) {
		return fault.OfField("monthly_cap", "must be an amount from 0 to %s US dollars", MaxCap)
	}
	err := k.store.SetProviderKeyCap(ctx, who.Owner, p, limit, k.entry(who, audit.Cap, p))
	k.opened.stale(who.Owner, p)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "No %s key is stored", p.Title())
	}
	return err
}

// NotePreferred records that a person prefers another provider than before.
// Which one that is now is in their settings, and in who.
func (k *Keys) NotePreferred(ctx context.Context, who Person, before Provider) error {
	if who.Preferred == before {
		return nil
	}
	e := k.entry(who, audit.Prefer, who.Preferred)
	if before != "" {
		e.Detail = "before: " + string(before)
	}
	err := k.store.NoteProviderKeyUse(ctx, who.Owner, "", time.Time{}, e)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "The provider is preferred from now on, but that could not be written into the audit log")
	}
	return nil
}

// Test asks the provider whether it takes the key, and keeps the answer.
func (k *Keys) Test(ctx context.Context, who Person, p Provider) (TestResult, error) {
	key, err := k.find(ctx, who, p)
	if err != nil {
		return TestResult{}, err
	}
	if key == nil {
		return TestResult{Verdict: NotConfigured, At: k.time()}, nil
	}
	result := TestResult{Verdict: Undecryptable}
	if k.decryptable(*key) {
		if result, err = k.tester.TestKey(ctx, who, p); err != nil {
			return TestResult{}, err
		}
	}
	result.At = k.time()
	e := k.entry(who, audit.Test, p)
	e.Detail = string(result.Verdict)
	return result, k.store.NoteProviderKeyTest(ctx, who.Owner, p, key.Record, result, e)
}

// Status is how one provider stands for a person.
type Status struct {
	Key       // zero but for Provider if none is stored
	Stored    bool
	Preferred bool
	State     State
}

// Statuses returns how every provider stands, and which one the next call
// uses, "" if none.
func (k *Keys) Statuses(ctx context.Context, who Person) ([]Status, Provider, error) {
	keys, err := k.store.ProviderKeys(ctx, who.Owner)
	if err != nil {
		return nil, "", err
	}
	all := make([]Status, len(Providers))
	for n, p := range Providers {
		s := Status{Key: Key{Provider: p}, State: StateNone, Preferred: who.Preferred == p}
		if i := slices.IndexFunc(keys, func(k Key) bool { return k.Provider == p }); i >= 0 {
			s.Key, s.Stored, s.State = keys[i], true, k.state(keys[i])
		}
		all[n] = s
	}
	active, _ := Choose(who.Preferred, func(p Provider) bool { return k.usable(keys, p) })
	return all, active, nil
}

// Stored returns the providers for which a person has a key.
func (k *Keys) Stored(ctx context.Context, who owner.ID) ([]Provider, error) {
	keys, err := k.store.ProviderKeys(ctx, who)
	if err != nil {
		return nil, err
	}
	var stored []Provider
	for _, key := range keys {
		stored = append(stored, key.Provider)
	}
	return stored, nil
}

// Active returns the provider that the next call uses, or a fault.Forbidden
// that says where to add a key, or to paste it again.
func (k *Keys) Active(ctx context.Context, who Person) (Provider, error) {
	all, active, err := k.Statuses(ctx, who)
	if err != nil || active != "" {
		return active, err
	}
	for _, s := range all {
		if s.State == StateUndecryptable {
			return "", fault.New(fault.Forbidden, "Your key of %s was stored with another encryption key: paste it again under Settings, AI providers", s.Provider.Title())
		}
	}
	return "", fault.New(fault.Forbidden, "This needs an AI key of your own: add one under Settings, AI providers")
}

// Audit returns at most n entries of what was done with a person's keys, the
// newest first, those with a number below before; 0 is from the newest.
func (k *Keys) Audit(ctx context.Context, who Person, before int64, n int) ([]audit.Entry, error) {
	if n < 1 || n > 100 {
		return nil, fault.OfField("limit", "must be a number from 1 to 100")
	}
	return k.store.Audit(ctx, who.Owner, before, n)
}

// find returns the key of a provider, nil if there is none.
func (k *Keys) find(ctx context.Context, who Person, p Provider) (*Key, error) {
	keys, err := k.store.ProviderKeys(ctx, who.Owner)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(keys, func(k Key) bool { return k.Provider == p }); i >= 0 {
		return &keys[i], nil
	}
	return nil, nil
}

// usable reports whether a call can be tried with the key of a provider. One
// that the provider turned down is not passed over: the person chose it, and
// is to read why it fails.
func (k *Keys) usable(keys []Key, p Provider) bool {
	i := slices.IndexFunc(keys, func(k Key) bool { return k.Provider == p })
	return i >= 0 && k.decryptable(keys[i])
}

// state tells how a stored key stands, without opening it.
func (k *Keys) state(key Key) State {
	switch {
	case !k.decryptable(key):
		return StateUndecryptable
	case key.LastTest == nil:
		return StateUntested
	}
	if s, ok := states[key.LastTest.Verdict]; ok {
		return s
	}
	return StateUntested
}

// decryptable reports whether this server has the master key for a record.
func (k *Keys) decryptable(key Key) bool { return k.vault.Knows(key.Sealed) }

// entry begins an audit entry.
func (k *Keys) entry(who Person, a audit.Action, p Provider) audit.Entry {
	return audit.Entry{At: k.time(), Action: a, Provider: string(p), Request: who.Request}
}

// place is where the vault binds a key of a user to.
func (k Key) place(user string) vault.Place {
	return vault.Place{User: user, Provider: string(k.Provider), Record: k.Record}
}

package byok

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Key is a provider key as the database has it.
type Key struct {
	Provider   Provider
	Record     string // a random id, made anew with every key that is stored
	Sealed     []byte // by the vault
	Last4      string // the last four characters
	CreatedAt  time.Time
	UpdatedAt  time.Time
	LastUsedAt time.Time // zero if never
	LastTest   *TestResult
	// Cap is what the key may cost in a month, nil for any amount. It stays
	// when the key is replaced.
	Cap *llm.Cost
}

// Store keeps provider keys and what was done with them. Each method is one
// transaction, which writes the audit entry with the rest or not at all; it
// puts the entry behind the owner's last one with audit.Entry.Follow.
type Store interface {
	// ProviderKeys returns the keys of an owner, at most one per provider.
	ProviderKeys(ctx context.Context, who owner.ID) ([]Key, error)
	// SetProviderKey stores a key in place of the one of the same provider,
	// if there is one, whose CreatedAt and Cap stay.
	SetProviderKey(ctx context.Context, who owner.ID, k Key, e audit.Entry) error
	// DeleteProviderKey removes a key; fault.NotFound if there is none.
	DeleteProviderKey(ctx context.Context, who owner.ID, p Provider, e audit.Entry) error
	// NoteProviderKeyTest keeps the result of a test, if the key is still the
	// one of that record.
	NoteProviderKeyTest(ctx context.Context, who owner.ID, p Provider, record string, r TestResult, e audit.Entry) error
	// NoteProviderKeyUse writes an audit entry and, if at is not zero, keeps
	// it as when the key of that record was last used.
	NoteProviderKeyUse(ctx context.Context, who owner.ID, record string, at time.Time, e audit.Entry) error
	// SetProviderKeyCap keeps what a key may cost in a month, nil for any
	// amount; fault.NotFound if there is no key.
	SetProviderKeyCap(ctx context.Context, who owner.ID, p Provider, limit *llm.Cost, e audit.Entry) error
	// Audit returns at most n entries of an owner, the newest first, those
	// with a number below before; 0 is from the newest.
	Audit(ctx context.Context, who owner.ID, before int64, n int) ([]audit.Entry, error)
}

// TestResult is what a test of a key has shown.
type TestResult struct {
	Verdict Verdict
	// Remaining is what OpenRouter says is left of the key's limit, in US
	// dollars; nil if it has none or is not known.
	Remaining *float64
	At        time.Time
}

// Verdict is what is the matter with a key.
type Verdict string

// The verdicts. Only Valid is a success; the last four say nothing about the
// key itself.
const (
	Valid         Verdict = "valid"
	Invalid       Verdict = "invalid"
	WrongKind     Verdict = "wrong_kind"
	MissingScope  Verdict = "missing_scope"
	NoCredit      Verdict = "no_credit"
	Undecryptable Verdict = "undecryptable"
	RateLimited   Verdict = "rate_limited"
	ProviderDown  Verdict = "provider_down"
	Network       Verdict = "network"
	NotConfigured Verdict = "not_configured"
)

// Verdicts lists every verdict.
var Verdicts = []Verdict{Valid, Invalid, WrongKind, MissingScope, NoCredit, Undecryptable, RateLimited, ProviderDown, Network, NotConfigured}

// Sentence says in words what a verdict means, "" for Valid.
func (v Verdict) Sentence(p Provider) string {
	switch v {
	case Valid:
		return ""
	case Invalid:
		return "Invalid API key"
	case WrongKind:
		return "This is not a key that can ask models. Make an API key in the console of " + p.Title() + "."
	case MissingScope:
		return p.Title() + " knows the key, but its permissions do not allow asking models. Allow that in the console of " + p.Title() + ", or make a key without restrictions."
	case NoCredit:
		return p.Title() + " knows the key, but there is no credit left. Add some in the console of " + p.Title() + "."
	case Undecryptable:
		return "This key was stored with another encryption key: paste it again."
	case RateLimited:
		return p.Title() + " allows no more requests with this key just now. Try again in a minute."
	case ProviderDown:
		return p.Title() + " has a fault on its side. Your key may well be good; try again later."
	case NotConfigured:
		return "No " + p.Title() + " key is stored. Add one under Settings, AI providers."
	}
	return "This server cannot reach " + p.Title() + ". Check its network; your key may well be good."
}

// State is how a stored key stands.
type State string

// The states.
const (
	StateNone          State = "none"     // no key is stored
	StateUntested      State = "untested" // or the last test said nothing about the key
	StateUsable        State = "usable"
	StateRejected      State = "rejected" // the provider does not know it
	StateMissingScope  State = "missing_scope"
	StateNoCredit      State = "no_credit"
	StateUndecryptable State = "undecryptable"
)

// States lists every state.
var States = []State{StateNone, StateUntested, StateUsable, StateRejected, StateMissingScope, StateNoCredit, StateUndecryptable}

// states is what a verdict says of the key.
var states = map[Verdict]State{
	Valid:         StateUsable,
	Invalid:       StateRejected,
	WrongKind:     StateRejected,
	MissingScope:  StateMissingScope,
	NoCredit:      StateNoCredit,
	Undecryptable: StateUndecryptable,
}

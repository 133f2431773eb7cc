package byok

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// memory is a Store in memory. It can be made to fail.
type memory struct {
	mu    sync.Mutex
	keys  map[owner.ID][]Key
	audit map[owner.ID][]audit.Entry
	looks int
	fails error
}

func newMemory() *memory {
	return &memory{keys: map[owner.ID][]Key{}, audit: map[owner.ID][]audit.Entry{}}
}

func (m *memory) ProviderKeys(_ context.Context, who owner.ID) ([]Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.looks++
	return slices.Clone(m.keys[who]), nil
}

// change runs f and then writes the entry, unless the store is to fail.
func (m *memory) change(who owner.ID, e audit.Entry, f func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails != nil {
		return m.fails
	}
	if err := f(); err != nil {
		return err
	}
	last := audit.Entry{}
	if n := len(m.audit[who]); n > 0 {
		last = m.audit[who][n-1]
	}
	m.audit[who] = append(m.audit[who], e.Follow(last))
	return nil
}

func (m *memory) at(who owner.ID, p Provider) int {
	return slices.IndexFunc(m.keys[who], func(k Key) bool { return k.Provider == p })
}

func (m *memory) SetProviderKey(_ context.Context, who owner.ID, k Key, e audit.Entry) error {
	return m.change(who, e, func() error {
		if i := m.at(who, k.Provider); i >= 0 {
			k.CreatedAt, k.Cap = m.keys[who][i].CreatedAt, m.keys[who][i].Cap
			m.keys[who][i] = k
		} else {
			m.keys[who] = append(m.keys[who], k)
		}
		return nil
	})
}

func (m *memory) DeleteProviderKey(_ context.Context, who owner.ID, p Provider, e audit.Entry) error {
	return m.change(who, e, func() error {
		i := m.at(who, p)
		if i < 0 {
			return fault.New(fault.NotFound, "none")
		}
		m.keys[who] = slices.Delete(m.keys[who], i, i+1)
		return nil
	})
}

func (m *memory) SetProviderKeyCap(_ context.Context, who owner.ID, p Provider, limit *llm.Cost, e audit.Entry) error {
	return m.change(who, e, func() error {
		i := m.at(who, p)
		if i < 0 {
			return fault.New(fault.NotFound, "none")
		}
		m.keys[who][i].Cap = limit
		return nil
	})
}

func (m *memory) NoteProviderKeyTest(_ context.Context, who owner.ID, p Provider, record string, r TestResult, e audit.Entry) error {
	return m.change(who, e, func() error {
		if i := m.at(who, p); i >= 0 && m.keys[who][i].Record == record {
			m.keys[who][i].LastTest = &r
		}
		return nil
	})
}

func (m *memory) NoteProviderKeyUse(_ context.Context, who owner.ID, record string, at time.Time, e audit.Entry) error {
	return m.change(who, e, func() error {
		for i, k := range m.keys[who] {
			if k.Record == record {
				m.keys[who][i].LastUsedAt = at
			}
		}
		return nil
	})
}

func (m *memory) Audit(_ context.Context, who owner.ID, before int64, n int) ([]audit.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []audit.Entry
	for _, e := range slices.Backward(m.audit[who]) {
		if (before == 0 || e.Number < before) && len(out) < n {
			out = append(out, e)
		}
	}
	return out, nil
}

// actions returns what the audit says, oldest first.
func (m *memory) actions(who owner.ID) []audit.Action {
	var out []audit.Action
	for _, e := range m.audit[who] {
		out = append(out, e.Action)
	}
	return out
}

// clock is a time that only moves when it is told to.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// answer is a Tester that gives one verdict.
type answer struct{ verdict Verdict }

func (a *answer) TestKey(context.Context, Person, Provider) (TestResult, error) {
	return TestResult{Verdict: a.verdict}, nil
}

var (
	ada = Person{Owner: 1, ID: "user-a", Request: "req-1"}
	bob = Person{Owner: 2, ID: "user-b"}
)

func masterKey(t *testing.T, n int) vault.Key {
	t.Helper()
	k, err := vault.ParseKey(secret.New(fmt.Sprintf("%dorbit-lantern-velvet-sigma-walnut-drum", n)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

type world struct {
	*Keys
	store *memory
	clock *clock
	test  *answer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{store: newMemory(), clock: &clock{time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)}, test: &answer{Valid}}
	w.Keys = New(w.store, vault.New(masterKey(t, 1)), Options{Tester: w.test, Now: w.clock.now})
	return w
}

func (w *world) set(t *testing.T, who Person, p Provider, key string) {
	t.Helper()
	if warning, err := w.Set(t.Context(), who, p, secret.New(key)); err != nil || warning != "" {
		t.Fatalf("Set %s: %q, %v", p, warning, err)
	}
}

func (w *world) open(t *testing.T, who Person, p Provider) string {
	t.Helper()
	opened, err := w.Open(t.Context(), who, p, "spec")
	if err != nil {
		t.Fatalf("Open %s: %v", p, err)
	}
	return opened.Text.Reveal()
}

func TestSetOpenReplaceRemove(t *testing.T) {
	w := newWorld(t)
	w.set(t, ada, Anthropic, anthropicKey)
	if got := w.open(t, ada, Anthropic); got != anthropicKey {
		t.Errorf("opened %q, want the key that was stored", got)
	}
	other := strings.Replace(anthropicKey, "xyzAA", "newAA", 1)
	w.set(t, ada, Anthropic, other)
	if got := w.open(t, ada, Anthropic); got != other {
		t.Errorf("opened %q right after it was replaced, want the new key", got)
	}
	if err := w.Remove(t.Context(), ada, Anthropic); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Open(t.Context(), ada, Anthropic, "spec"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("opened a removed key: %v", err)
	}
	if err := w.Remove(t.Context(), ada, Anthropic); !fault.Is(err, fault.NotFound) {
		t.Errorf("removed it twice: %v", err)
	}
	want := []audit.Action{audit.Set, audit.Open, audit.Replace, audit.Open, audit.Remove}
	if diff := cmp.Diff(want, w.store.actions(ada.Owner)); diff != "" {
		t.Errorf("audit (-want +got):\n%s", diff)
	}
	entries, err := w.Audit(t.Context(), ada, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	last := audit.Entry{}
	for _, e := range slices.Backward(entries) {
		if err := audit.Verify(last, e); err != nil {
			t.Error(err)
		}
		last = e
	}
	if entries[0].Request != ada.Request || entries[1].Purpose != "spec" {
		t.Errorf("the entries %+v lack request and purpose", entries[:2])
	}
}

func TestTheSealedKeyHasNothingOfIt(t *testing.T) {
	w := newWorld(t)
	w.set(t, ada, OpenAI, openAIKey)
	k := w.store.keys[ada.Owner][0]
	if strings.Contains(string(k.Sealed), openAIKey[:12]) {
		t.Error("the sealed form shows the key")
	}
	if k.Last4 != openAIKey[len(openAIKey)-4:] {
		t.Errorf("last four are %q", k.Last4)
	}
}

func TestOpenDoesNothingItCannotRecord(t *testing.T) {
	w := newWorld(t)
	w.set(t, ada, Anthropic, anthropicKey)
	w.store.fails = errors.New("the disk is full")
	if got, err := w.Open(t.Context(), ada, Anthropic, "spec"); !fault.Is(err, fault.Unavailable) || !got.Text.Empty() {
		t.Errorf("Open = %v, %v; want a closed key and Unavailable", got.Text.Empty(), err)
	}
}

func TestOpenedKeyIsKeptForAMinute(t *testing.T) {
	w := newWorld(t)
	w.set(t, ada, Anthropic, anthropicKey)
	opens := func() (n int) {
		for _, a := range w.store.actions(ada.Owner) {
			if a == audit.Open {
				n++
			}
		}
		return n
	}
	w.open(t, ada, Anthropic)
	w.clock.at = w.clock.at.Add(KeepOpened - time.Second)
	w.open(t, ada, Anthropic)
	if n := opens(); n != 1 {
		t.Errorf("decrypted %d times within a minute, want once", n)
	}
	w.clock.at = w.clock.at.Add(time.Second)
	w.open(t, ada, Anthropic)
	if n := opens(); n != 2 {
		t.Errorf("decrypted %d times in more than a minute, want twice", n)
	}
	// Another copy of the program replaces the key: this one must notice.
	other := New(w.store, w.vault, Options{Now: w.clock.now})
	replaced := strings.Replace(anthropicKey, "xyzAA", "newAA", 1)
	if _, err := other.Set(t.Context(), ada, Anthropic, secret.New(replaced)); err != nil {
		t.Fatal(err)
	}
	if got := w.open(t, ada, Anthropic); got != replaced {
		t.Error("used a key that was replaced elsewhere")
	}
	if err := other.Remove(t.Context(), ada, Anthropic); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Open(t.Context(), ada, Anthropic, "spec"); err == nil {
		t.Error("used a key that was removed elsewhere")
	}
}

func TestAKeyBelongsToItsOwnerAlone(t *testing.T) {
	w := newWorld(t)
	w.set(t, ada, Anthropic, anthropicKey)
	if _, err := w.Open(t.Context(), bob, Anthropic, "spec"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("bob opened ada's key: %v", err)
	}
	// Not even if the row is copied to him.
	w.store.keys[bob.Owner] = slices.Clone(w.store.keys[ada.Owner])
	if _, err := w.Open(t.Context(), bob, Anthropic, "spec"); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("bob opened a copy of ada's row: %v", err)
	}
	if want := []audit.Action{audit.Open, audit.Failure}; !slices.Equal(w.store.actions(bob.Owner), want) {
		t.Errorf("audit of bob: %v, want %v", w.store.actions(bob.Owner), want)
	}
}

func TestAnotherEncryptionKey(t *testing.T) {
	w := newWorld(t)
	w.set(t, ada, Anthropic, anthropicKey)
	w.set(t, ada, OpenRouter, openRouterKey)
	now := New(w.store, vault.New(masterKey(t, 2)), Options{Tester: w.test, Now: w.clock.now})
	if _, err := now.Active(t.Context(), ada); fault.KindOf(err) != fault.Forbidden || !strings.Contains(fault.Message(err), "key of Anthropic was stored with another") {
		t.Errorf("with no key that opens, Active says %v", err)
	}
	if _, err := now.Set(t.Context(), ada, OpenRouter, secret.New(openRouterKey)); err != nil {
		t.Fatal(err)
	}
	all, active, err := now.Statuses(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	if all[0].State != StateUndecryptable || !all[0].Stored || active != OpenRouter {
		t.Errorf("anthropic is %s, active is %s; want undecryptable, and openrouter to take over", all[0].State, active)
	}
	r, err := now.Test(t.Context(), ada, Anthropic)
	if err != nil || r.Verdict != Undecryptable {
		t.Errorf("Test = %v, %v; want undecryptable", r.Verdict, err)
	}
	if _, err := now.Open(t.Context(), ada, Anthropic, "spec"); !strings.Contains(fault.Message(err), "paste it again") {
		t.Errorf("Open says %q", fault.Message(err))
	}
}

func TestNotePreferred(t *testing.T) {
	w := newWorld(t)
	who := ada
	for _, change := range []struct{ before, now Provider }{{"", OpenAI}, {OpenAI, OpenAI}, {OpenAI, Anthropic}, {Anthropic, ""}, {"", ""}} {
		who.Preferred = change.now
		if err := w.NotePreferred(t.Context(), who, change.before); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, e := range w.store.audit[ada.Owner] {
		got = append(got, string(e.Action)+" "+e.Provider+" "+e.Detail)
	}
	if want := []string{"prefer openai ", "prefer anthropic before: openai", "prefer  before: anthropic"}; !slices.Equal(got, want) {
		t.Errorf("the audit has %q, want %q", got, want)
	}
	w.store.fails = errors.New("the disk is full")
	if err := w.NotePreferred(t.Context(), who, OpenAI); !fault.Is(err, fault.Unavailable) {
		t.Errorf("without an audit: %v, want to be told", err)
	}
}

func TestStored(t *testing.T) {
	w := newWorld(t)
	w.set(t, ada, OpenRouter, openRouterKey)
	for who, want := range map[owner.ID][]Provider{ada.Owner: {OpenRouter}, bob.Owner: nil} {
		if got, err := w.Stored(t.Context(), who); err != nil || !slices.Equal(got, want) {
			t.Errorf("owner %d has keys of %v, %v, want %v", who, got, err, want)
		}
	}
}

func TestStatuses(t *testing.T) {
	w := newWorld(t)
	who := ada
	who.Preferred = OpenRouter
	states := func() (out []State) {
		all, _, err := w.Statuses(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			out = append(out, s.State)
		}
		return out
	}
	if want := []State{StateNone, StateNone, StateNone}; !slices.Equal(states(), want) {
		t.Errorf("without keys: %v", states())
	}
	if _, err := w.Active(t.Context(), who); !fault.Is(err, fault.Forbidden) {
		t.Errorf("without keys, Active fails with %v", err)
	}
	w.set(t, who, OpenAI, openAIKey)
	w.set(t, who, OpenRouter, openRouterKey)
	for verdict, want := range map[Verdict]State{
		Valid: StateUsable, Invalid: StateRejected, WrongKind: StateRejected, MissingScope: StateMissingScope,
		NoCredit: StateNoCredit, RateLimited: StateUntested, ProviderDown: StateUntested, Network: StateUntested,
	} {
		w.test.verdict = verdict
		if r, err := w.Test(t.Context(), who, OpenRouter); err != nil || r.Verdict != verdict {
			t.Errorf("Test = %v, %v", r.Verdict, err)
		}
		if got := states(); !slices.Equal(got, []State{StateNone, StateUntested, want}) {
			t.Errorf("after %s: %v, want %s", verdict, got, want)
		}
		if s := verdict.Sentence(OpenRouter); (s == "") != (verdict == Valid) {
			t.Errorf("the sentence of %s is %q", verdict, s)
		}
	}
	if p, err := w.Active(t.Context(), who); err != nil || p != OpenRouter {
		t.Errorf("Active = %q, %v; want the preferred one", p, err)
	}
	w.set(t, who, OpenRouter, openRouterKey)
	if got := states()[2]; got != StateUntested {
		t.Errorf("a key that was replaced is %s, want untested", got)
	}
	if r, err := w.Test(t.Context(), who, Anthropic); err != nil || r.Verdict != NotConfigured {
		t.Errorf("Test of no key = %v, %v", r.Verdict, err)
	}
}

func TestCap(t *testing.T) {
	w := newWorld(t)
	limit := 5 * llm.Dollar
	if err := w.SetCap(t.Context(), ada, OpenAI, &limit); !fault.Is(err, fault.NotFound) {
		t.Errorf("a cap without a key: %v", err)
	}
	w.set(t, ada, OpenAI, oldOpenAIKey)
	if err := w.SetCap(t.Context(), ada, OpenAI, &limit); err != nil {
		t.Fatal(err)
	}
	w.set(t, ada, OpenAI, openAIKey) // a key that is replaced keeps its cap
	got, err := w.Open(t.Context(), ada, OpenAI, "spec")
	if err != nil || got.Cap == nil || *got.Cap != limit || got.Last4 != openAIKey[len(openAIKey)-4:] {
		t.Errorf("opened with cap %v and last four %q, %v", got.Cap, got.Last4, err)
	}
	none := llm.Cost(-1)
	if err := w.SetCap(t.Context(), ada, OpenAI, &none); !fault.Is(err, fault.Invalid) {
		t.Errorf("a negative cap: %v", err)
	}
	if err := w.SetCap(t.Context(), ada, OpenAI, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := w.Open(t.Context(), ada, OpenAI, "spec"); err != nil || got.Cap != nil {
		t.Errorf("after it was lifted the cap is %v, %v", got.Cap, err)
	}
}

// Within a second what was looked up holds, but for what is changed here.
func TestFresh(t *testing.T) {
	w := newWorld(t)
	w.Keys = New(w.store, w.vault, Options{Now: w.clock.now, Fresh: time.Hour})
	other := New(w.store, w.vault, Options{Now: w.clock.now})
	w.set(t, ada, OpenAI, openAIKey)
	w.open(t, ada, OpenAI)
	looks := w.store.looks
	w.clock.at = w.clock.at.Add(MaxFresh - time.Millisecond)
	w.open(t, ada, OpenAI)
	if w.store.looks != looks {
		t.Error("looked at the store within a second")
	}
	if _, err := w.Open(t.Context(), bob, OpenAI, "spec"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("bob opened ada's key: %v", err)
	}
	// What is changed here counts at once.
	limit := 5 * llm.Dollar
	if err := w.SetCap(t.Context(), ada, OpenAI, &limit); err != nil {
		t.Fatal(err)
	}
	if o, err := w.Open(t.Context(), ada, OpenAI, "spec"); err != nil || o.Cap == nil {
		t.Errorf("the cap is %v, %v right after it was set", o.Cap, err)
	}
	w.set(t, ada, OpenAI, oldOpenAIKey)
	if got := w.open(t, ada, OpenAI); got != oldOpenAIKey {
		t.Error("used a key that was replaced")
	}
	// What is changed elsewhere counts after a second.
	if err := other.SetCap(t.Context(), ada, OpenAI, nil); err != nil {
		t.Fatal(err)
	}
	w.clock.at = w.clock.at.Add(MaxFresh)
	if o, err := w.Open(t.Context(), ada, OpenAI, "spec"); err != nil || o.Cap != nil {
		t.Errorf("the cap is %v, %v a second after it was lifted elsewhere", o.Cap, err)
	}
	if err := other.Remove(t.Context(), ada, OpenAI); err != nil {
		t.Fatal(err)
	}
	w.clock.at = w.clock.at.Add(MaxFresh)
	if _, err := w.Open(t.Context(), ada, OpenAI, "spec"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("used a key that was removed elsewhere: %v", err)
	}
	w.set(t, ada, OpenAI, openAIKey)
	w.open(t, ada, OpenAI)
	if err := w.Remove(t.Context(), ada, OpenAI); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Open(t.Context(), ada, OpenAI, "spec"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("used a key that was removed: %v", err)
	}
}

// A look at the store that began before a key was replaced does not bring the
// old one back.
func TestFreshIsNotOvertaken(t *testing.T) {
	w := newWorld(t)
	w.Keys = New(w.store, w.vault, Options{Now: w.clock.now, Fresh: MaxFresh})
	w.set(t, ada, OpenAI, openAIKey)
	for _, opened := range []bool{false, true} {
		if opened {
			w.open(t, ada, OpenAI)
			w.clock.at = w.clock.at.Add(MaxFresh)
		}
		old, err := w.store.ProviderKeys(t.Context(), ada.Owner)
		if err != nil {
			t.Fatal(err)
		}
		l := w.opened.look(w.clock.now())
		w.set(t, ada, OpenAI, oldOpenAIKey)
		w.opened.get(ada.Owner, old[0], l)
		w.opened.put(ada.Owner, old[0], secret.New(openAIKey), l)
		if got := w.open(t, ada, OpenAI); got != oldOpenAIKey {
			t.Errorf("opened before %t: used the key that was replaced", opened)
		}
		w.set(t, ada, OpenAI, openAIKey)
	}
}

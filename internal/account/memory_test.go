package account

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// memory is a Store that forgets everything with the test.
type memory struct {
	mu       sync.Mutex
	users    map[owner.ID]User
	sessions map[Hash]Session
	links    map[Hash]MagicLink
	keys     map[Hash]APIKey
	counts   map[count]int
	touches  int   // calls of TouchAPIKey
	sweeps   int   // calls of DeleteExpiredSessions
	takes    int   // calls of TakeQuota
	broken   error // what every call returns, if set
}

type count struct {
	who owner.ID
	day Day
}

func newMemory() *memory {
	return &memory{
		users:    map[owner.ID]User{},
		sessions: map[Hash]Session{},
		links:    map[Hash]MagicLink{},
		keys:     map[Hash]APIKey{},
		counts:   map[count]int{},
	}
}

var errGone = fault.New(fault.NotFound, "not there")

func (m *memory) CreateUser(_ context.Context, u *User) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.createUser(u)
}

func (m *memory) createUser(u *User) error {
	if m.broken != nil {
		return m.broken
	}
	for _, other := range m.users {
		if other.Email == u.Email {
			return fault.New(fault.Conflict, "taken")
		}
	}
	u.Owner = owner.ID(len(m.users) + 1)
	m.users[u.Owner] = *u
	return nil
}

func (m *memory) CreateFirstUser(_ context.Context, u *User) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.users) > 0 {
		return fault.New(fault.Conflict, "not the first")
	}
	return m.createUser(u)
}

func (m *memory) User(_ context.Context, who owner.ID) (User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	u, ok := m.users[who]
	if !ok {
		return User{}, errGone
	}
	return u, m.broken
}

func (m *memory) UserByEmail(_ context.Context, email string) (User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, u := range m.users {
		if u.Email == email {
			return u, m.broken
		}
	}
	return User{}, errGone
}

func (m *memory) UpdateUser(_ context.Context, who owner.ID, edit func(*User) error) (User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	u, ok := m.users[who]
	if !ok {
		return User{}, errGone
	}
	if err := edit(&u); err != nil {
		return User{}, err
	}
	m.users[who] = u
	return u, m.broken
}

func (m *memory) AnyUser(context.Context) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.users) > 0, m.broken
}

func (m *memory) ListUsers(_ context.Context, after owner.ID, limit int) ([]User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []User
	for _, who := range slices.Sorted(maps.Keys(m.users)) {
		if who > after && len(out) < limit {
			out = append(out, m.users[who])
		}
	}
	return out, m.broken
}

func (m *memory) CreateSession(_ context.Context, h Hash, s Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[h] = s
	return m.broken
}

func (m *memory) Session(_ context.Context, h Hash, now time.Time) (Session, User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[h]
	if !ok || !now.Before(s.ExpiresAt) {
		return Session{}, User{}, errGone
	}
	return s, m.users[s.Owner], m.broken
}

func (m *memory) ExtendSession(_ context.Context, h Hash, expires time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[h]
	if !ok {
		return errGone
	}
	s.ExpiresAt = expires
	m.sessions[h] = s
	return m.broken
}

func (m *memory) DeleteSession(_ context.Context, h Hash) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, h)
	return m.broken
}

func (m *memory) DeleteSessions(_ context.Context, who owner.ID, except Hash) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.sessions, func(h Hash, s Session) bool { return s.Owner == who && h != except })
	return m.broken
}

func (m *memory) DeleteExpiredSessions(_ context.Context, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweeps++
	maps.DeleteFunc(m.sessions, func(_ Hash, s Session) bool { return !now.Before(s.ExpiresAt) })
	return m.broken
}

func (m *memory) CreateMagicLink(_ context.Context, h Hash, l MagicLink) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.links[h] = l
	return m.broken
}

func (m *memory) UseMagicLink(_ context.Context, h Hash, now time.Time) (User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, ok := m.links[h]
	if !ok || !now.Before(l.ExpiresAt) {
		return User{}, errGone
	}
	maps.DeleteFunc(m.links, func(_ Hash, other MagicLink) bool { return other.Owner == l.Owner })
	return m.users[l.Owner], m.broken
}

func (m *memory) DeleteExpiredMagicLinks(_ context.Context, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.links, func(_ Hash, l MagicLink) bool { return !now.Before(l.ExpiresAt) })
	return m.broken
}

func (m *memory) CreateAPIKey(_ context.Context, h Hash, k APIKey) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys[h] = k
	return m.broken
}

func (m *memory) APIKey(_ context.Context, h Hash) (APIKey, User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.keys[h]
	if !ok {
		return APIKey{}, User{}, errGone
	}
	return k, m.users[k.Owner], m.broken
}

func (m *memory) APIKeysOf(_ context.Context, who owner.ID) ([]APIKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []APIKey
	for _, k := range m.keys {
		if k.Owner == who {
			out = append(out, k)
		}
	}
	return out, m.broken
}

func (m *memory) DeleteAPIKey(_ context.Context, who owner.ID, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for h, k := range m.keys {
		if k.Owner == who && k.ID == id {
			delete(m.keys, h)
			return m.broken
		}
	}
	return errGone
}

func (m *memory) TouchAPIKey(_ context.Context, who owner.ID, id string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.touches++
	for h, k := range m.keys {
		if k.Owner == who && k.ID == id {
			k.LastUsedAt = at
			m.keys[h] = k
			return m.broken
		}
	}
	return errGone
}

// touched returns how often TouchAPIKey was called.
func (m *memory) touched() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.touches
}

func (m *memory) TakeQuota(ctx context.Context, who owner.ID, day Day, n, limit int) (taken, used int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return 0, 0, err
	}
	if m.broken != nil {
		return 0, 0, m.broken
	}
	m.takes++
	c := count{who, day}
	if n > 0 {
		n = min(n, max(limit-m.counts[c], 0))
	}
	m.counts[c] += n
	return n, m.counts[c], nil
}

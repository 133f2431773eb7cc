package storetest

import (
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

func testSessions(t *testing.T, s suite) {
	ctx := t.Context()
	ada, eve := newUser(), newUser()
	must(t, s.CreateUser(ctx, &ada))
	must(t, s.CreateUser(ctx, &eve))
	given := account.Session{Owner: ada.Owner, CreatedAt: at(1), ExpiresAt: at(100)}
	first, second, third := account.Hash{1}, account.Hash{2}, account.Hash{3}
	must(t, s.CreateSession(ctx, first, given))
	must(t, s.CreateSession(ctx, second, given))
	must(t, s.CreateSession(ctx, third, account.Session{Owner: eve.Owner, CreatedAt: at(1), ExpiresAt: at(50)}))

	open := func(t *testing.T, what string, h account.Hash, second int, there bool) {
		t.Helper()
		_, _, err := s.Session(ctx, h, at(second))
		if there && err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if !there {
			wantFault(t, what, err, fault.NotFound)
		}
	}

	got, user, err := s.Session(ctx, first, at(99))
	must(t, err)
	want(t, "session", got, given)
	want(t, "its user", user, ada)
	open(t, "a hash of nothing", account.Hash{}, 1, false)
	open(t, "at its end", first, 100, false)
	open(t, "after its end", first, 101, false)

	must(t, s.ExtendSession(ctx, first, at(200)))
	open(t, "extended", first, 199, true)
	open(t, "the other one is not", second, 199, false)
	wantFault(t, "extend nothing", s.ExtendSession(ctx, account.Hash{9}, at(1)), fault.NotFound)
	wantFault(t, "a session of nobody", s.CreateSession(ctx, account.Hash{9}, account.Session{Owner: 1 << 30}), fault.NotFound)
	wantFault(t, "a hash that is there", s.CreateSession(ctx, first, given), fault.Conflict)

	must(t, s.DeleteExpiredSessions(ctx, at(60)))
	open(t, "expired and cleared", third, 1, false)
	open(t, "not expired", second, 1, true)

	must(t, s.CreateSession(ctx, third, account.Session{Owner: eve.Owner, CreatedAt: at(1), ExpiresAt: at(50)}))
	must(t, s.DeleteSessions(ctx, ada.Owner, first))
	open(t, "the one that is kept", first, 1, true)
	open(t, "the others", second, 1, false)
	open(t, "those of others", third, 1, true)

	must(t, s.DeleteSession(ctx, first))
	open(t, "ended", first, 1, false)
	wantFault(t, "end nothing", s.DeleteSession(ctx, first), fault.NotFound)
}

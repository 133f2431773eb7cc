package storetest

import (
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

func testAPIKeys(t *testing.T, s suite) {
	ctx := t.Context()
	ada, eve := newUser(), newUser()
	must(t, s.CreateUser(ctx, &ada))
	must(t, s.CreateUser(ctx, &eve))
	one := account.APIKey{ID: "ak_1", Owner: ada.Owner, Label: "laptop", Scopes: account.Scopes, Last4: "abcd", CreatedAt: at(1)}
	two := account.APIKey{ID: "ak_0", Owner: ada.Owner, Scopes: []account.Scope{account.ReadIdeas}, CreatedAt: at(2), LastUsedAt: at(3)}
	same := account.APIKey{ID: "ak_1", Owner: eve.Owner, Scopes: account.Scopes, CreatedAt: at(1)}
	for h, k := range map[byte]account.APIKey{1: one, 2: two, 3: same} {
		must(t, s.CreateAPIKey(ctx, account.Hash{0xff, h}, k))
	}
	keys := func(t *testing.T, who owner.ID) []account.APIKey {
		t.Helper()
		list, err := s.APIKeysOf(ctx, who)
		must(t, err)
		return list
	}

	got, user, err := s.APIKey(ctx, account.Hash{0xff, 1})
	must(t, err)
	want(t, "key", got, one)
	want(t, "its user", user, ada)
	want(t, "keys of a person", keys(t, ada.Owner), []account.APIKey{one, two})
	_, _, err = s.APIKey(ctx, account.Hash{0xff, 9})
	wantFault(t, "a hash of nothing", err, fault.NotFound)
	wantFault(t, "a hash that is there", s.CreateAPIKey(ctx, account.Hash{0xff, 1}, account.APIKey{ID: "ak_9", Owner: eve.Owner}), fault.Conflict)
	wantFault(t, "an id that is there", s.CreateAPIKey(ctx, account.Hash{0xff, 9}, one), fault.Conflict)

	must(t, s.TouchAPIKey(ctx, ada.Owner, "ak_1", at(100)))
	one.LastUsedAt = at(100)
	must(t, s.TouchAPIKey(ctx, ada.Owner, "ak_1", at(159))) // too soon to be worth it
	want(t, "touched", keys(t, ada.Owner), []account.APIKey{one, two})
	must(t, s.TouchAPIKey(ctx, ada.Owner, "ak_1", at(160)))
	must(t, s.TouchAPIKey(ctx, ada.Owner, "ak_1", at(5))) // by a process with a slow clock
	one.LastUsedAt = at(160)
	want(t, "touched again", keys(t, ada.Owner), []account.APIKey{one, two})
	want(t, "key of the same id", keys(t, eve.Owner), []account.APIKey{same})
	wantFault(t, "touch nothing", s.TouchAPIKey(ctx, ada.Owner, "ak_9", at(1)), fault.NotFound)

	wantFault(t, "delete another's", s.DeleteAPIKey(ctx, eve.Owner, "ak_0"), fault.NotFound)
	must(t, s.DeleteAPIKey(ctx, ada.Owner, "ak_1"))
	want(t, "after delete", keys(t, ada.Owner), []account.APIKey{two})
	_, _, err = s.APIKey(ctx, account.Hash{0xff, 1})
	wantFault(t, "deleted", err, fault.NotFound)
	_, _, err = s.APIKey(ctx, account.Hash{0xff, 3})
	must(t, err)
}

package storetest

import (
	"sync"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

func testMagicLinks(t *testing.T, s suite) {
	ctx := t.Context()
	ada, eve := newUser(), newUser()
	must(t, s.CreateUser(ctx, &ada))
	must(t, s.CreateUser(ctx, &eve))
	make := func(t *testing.T, u account.User, h account.Hash, until int) {
		t.Helper()
		must(t, s.CreateMagicLink(ctx, h, account.MagicLink{Owner: u.Owner, CreatedAt: at(1), ExpiresAt: at(until)}))
	}
	use := func(t *testing.T, what string, h account.Hash, second int) {
		t.Helper()
		_, err := s.UseMagicLink(ctx, h, at(second))
		wantFault(t, what, err, fault.NotFound)
	}
	first, second, third := account.Hash{101}, account.Hash{102}, account.Hash{103}
	make(t, ada, first, 100)
	make(t, ada, second, 100)
	make(t, eve, third, 100)

	use(t, "a hash of nothing", account.Hash{}, 1)
	use(t, "at its end", first, 100)
	got, err := s.UseMagicLink(ctx, first, at(99))
	must(t, err)
	want(t, "whose it is", got, ada)
	use(t, "used", first, 99)
	use(t, "another of the same person", second, 99)
	got, err = s.UseMagicLink(ctx, third, at(99))
	must(t, err)
	want(t, "one of somebody else", got, eve)

	make(t, ada, first, 50)
	make(t, ada, second, 100)
	must(t, s.DeleteExpiredMagicLinks(ctx, at(50)))
	use(t, "expired and cleared", first, 1)
	if _, err := s.UseMagicLink(ctx, second, at(50)); err != nil {
		t.Errorf("one that is not over: %v", err)
	}
	wantFault(t, "a link of nobody", s.CreateMagicLink(ctx, first, account.MagicLink{Owner: 1 << 30}), fault.NotFound)

	t.Run("one of many gets it", func(t *testing.T) {
		make(t, ada, first, 100)
		var wg sync.WaitGroup
		errs := [8]error{}
		for i := range errs {
			wg.Go(func() { _, errs[i] = s.UseMagicLink(ctx, first, at(1)) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				wantFault(t, "too late", err, fault.NotFound)
			}
		}
		want(t, "who got it", won, 1)
	})
}

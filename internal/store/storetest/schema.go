package storetest

import (
	"sync"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/store"
)

func testSchema(t *testing.T, s suite) {
	t.Run("several processes start at once", func(t *testing.T) {
		options := s.fresh(t)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				own, err := store.Open(t.Context(), options)
				if err != nil {
					t.Error(err)
					return
				}
				u := newUser()
				if err := own.CreateUser(t.Context(), &u); err != nil {
					t.Error(err)
				}
				if err := own.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		list, err := open(t, options).ListUsers(t.Context(), 0, 100)
		must(t, err)
		want(t, "users", len(list), 4)
	})

	t.Run("opened again", func(t *testing.T) {
		options := s.fresh(t)
		first, err := store.Open(t.Context(), options)
		must(t, err)
		own := suite{first, s.fresh}
		who := own.prepare(t)
		before := snapshot(t, first, who)
		must(t, first.Close())
		second := open(t, options)
		must(t, second.Ping(t.Context()))
		want(t, "stored", snapshot(t, second, who), before)
	})
}

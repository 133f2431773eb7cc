package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

func testAnswers(t *testing.T, s suite) {
	ctx := t.Context()
	key := func(k int) [32]byte { return [32]byte{byte(k), byte(k >> 8), 0, 0xff} }
	keep := func(t *testing.T, s *store.Store, who owner.ID, k int, sealed string, now, until int) {
		t.Helper()
		must(t, s.KeepAnswer(ctx, who, key(k), []byte(sealed), at(now), at(until)))
	}
	answer := func(t *testing.T, s *store.Store, who owner.ID, k, now int) string {
		t.Helper()
		b, err := s.CachedAnswer(ctx, who, key(k), at(now))
		if fault.Is(err, fault.NotFound) {
			return "none"
		}
		must(t, err)
		return string(b)
	}
	count := func(t *testing.T, s *store.Store, who owner.ID, keys, now int) (n int) {
		t.Helper()
		for k := range keys {
			if answer(t, s, who, k, now) != "none" {
				n++
			}
		}
		return n
	}

	t.Run("kept", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		want(t, "before", answer(t, s.Store, who, 1, 0), "none")
		keep(t, s.Store, who, 1, "one\x00\xff", 0, 10)
		keep(t, s.Store, other, 1, "of another", 0, 10)
		keep(t, s.Store, who, 2, "two", 1, 20)
		want(t, "one", answer(t, s.Store, who, 1, 9), "one\x00\xff")
		want(t, "of another", answer(t, s.Store, other, 1, 9), "of another")
		want(t, "of another under the same key", answer(t, s.Store, other, 2, 9), "none")
		want(t, "expired", answer(t, s.Store, who, 1, 10), "none")
		keep(t, s.Store, who, 1, "new", 11, 30)
		want(t, "replaced", answer(t, s.Store, who, 1, 20), "new")
		want(t, "two", answer(t, s.Store, who, 2, 19), "two")
		keep(t, s.Store, who, 3, "three", 25, 40) // which drops what has expired
		want(t, "two, seen by a slow clock", answer(t, s.Store, who, 2, 19), "none")
		want(t, "one after it", answer(t, s.Store, who, 1, 25), "new")
	})

	t.Run("few", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		keep(t, s.Store, other, 0, "x", 0, 1000)
		for k := range 203 {
			keep(t, s.Store, who, k, "x", k, 1000)
		}
		want(t, "kept", count(t, s.Store, who, 203, 300), 200)
		for k, expect := range map[int]string{2: "none", 3: "x", 202: "x"} {
			want(t, "oldest go first", answer(t, s.Store, who, k, 300), expect)
		}
		keep(t, s.Store, who, 3, "again", 300, 1000)
		keep(t, s.Store, who, 999, "x", 301, 1000)
		want(t, "kept anew", answer(t, s.Store, who, 3, 302), "again")
		want(t, "the oldest now", answer(t, s.Store, who, 4, 302), "none")
		want(t, "of another", answer(t, s.Store, other, 0, 302), "x")
	})

	t.Run("small", func(t *testing.T) {
		who := s.owner(t)
		keep(t, s.Store, who, 1, string(make([]byte, 32<<20)), 1, 1000)
		keep(t, s.Store, who, 2, "small", 2, 1000)
		keep(t, s.Store, who, 3, string(make([]byte, 32<<20-5)), 3, 1000)
		want(t, "as much as is kept", count(t, s.Store, who, 9, 10), 3)
		keep(t, s.Store, who, 4, "x", 4, 1000)
		want(t, "the oldest", answer(t, s.Store, who, 1, 10), "none")
		want(t, "the others", count(t, s.Store, who, 9, 10), 3)
		keep(t, s.Store, who, 2, string(make([]byte, 64<<20+1)), 20, 1000)
		want(t, "too large itself", answer(t, s.Store, who, 2, 21), "none")
		want(t, "the others after it", count(t, s.Store, who, 9, 21), 2)
	})

	t.Run("dropped", func(t *testing.T) {
		own := open(t, s.fresh(t))
		who, other := newOwner(t, own), newOwner(t, own)
		keep(t, own, who, 1, "x", 0, 10)
		keep(t, own, who, 2, "y", 0, 20)
		keep(t, own, other, 1, "z", 0, 10)
		n, err := own.DropAnswers(ctx, at(10))
		must(t, err)
		want(t, "dropped", n, 2)
		want(t, "left", count(t, own, who, 3, 0)+count(t, own, other, 3, 0), 1)
	})

	t.Run("at the same time", func(t *testing.T) {
		options := s.fresh(t)
		copies := []*store.Store{open(t, options), open(t, options)}
		who := newOwner(t, copies[0])
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for k := range 60 {
					if err := copies[w%2].KeepAnswer(ctx, who, key(60*w+k), []byte("x"), at(k), at(1000)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		want(t, "kept", count(t, copies[0], who, 240, 100), 200)
	})

	t.Run("an end at any step leaves all or nothing", func(t *testing.T) {
		who := s.owner(t)
		for k := range 200 {
			keep(t, s.Store, who, k, "x", k, 1000)
		}
		for n := int64(1); ; n++ {
			fused, cancel := newFuse(ctx, n)
			err := s.KeepAnswer(fused, who, key(500), []byte("x"), at(500), at(1000))
			cancel()
			got := [2]string{answer(t, s.Store, who, 0, 500), answer(t, s.Store, who, 500, 500)}
			if err == nil {
				want(t, "the oldest and the newest", got, [2]string{"none", "x"})
				break
			}
			if !errors.Is(err, context.Canceled) || got != [2]string{"x", "none"} {
				t.Fatalf("step %d: error %v left the oldest and the newest as %q", n, err, got)
			}
		}
	})

	wantFault(t, "of nobody", s.KeepAnswer(ctx, 1<<30, key(1), []byte("x"), at(1), at(2)), fault.NotFound)
	_, err := s.CachedAnswer(ctx, 1<<30, key(1), at(1))
	wantFault(t, "of nobody", err, fault.NotFound)
}

package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/live"
)

// When the connection over which the others are heard breaks, every page is
// told to read all again once there is a new one, and hears the others again.
func TestNewsAfterABrokenConnection(t *testing.T) {
	options := postgres(t)
	writer := open(t, options)
	ada := account.User{ID: "ada", Email: "ada@example.org", Settings: "{}"}
	if err := writer.CreateUser(t.Context(), &ada); err != nil {
		t.Fatal(err)
	}
	hub := live.NewHub()
	listener := options
	listener.Publisher = hub
	open(t, listener)
	page := hub.Subscribe(ada.Owner)
	defer page.Close()
	next := func(want live.Change) {
		t.Helper()
		got, err := page.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("change (-want +got):\n%s", diff)
		}
	}
	capture := func() {
		t.Helper()
		if _, err := idea.New(writer, nil).Capture(t.Context(), ada.Owner, idea.Draft{Title: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	capture()
	next(live.Change{Seq: 1, Ideas: []int64{1}})
	// The writer's connection breaks too, which nobody but its log hears of.
	run(t, options, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN neuralrepo_changes' AND datname = current_database()`)
	next(live.Change{All: true, Tags: true, Relations: true, Duplicates: true})
	capture()
	next(live.Change{Seq: 2, Ideas: []int64{2}})
}

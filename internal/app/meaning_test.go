package app

import (
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/pgtest"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// TestBuiltInModel captures ideas with the program as it is released.
func TestBuiltInModel(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		cfg.Meaning = config.Meaning{Embedder: config.BuiltIn, EmbedWorkers: 1, VectorMegabytes: 16}
		key := someone(t, cfg, "ada")[0]
		r := start(t, cfg)
		users, err := r.store.ListUsers(t.Context(), 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, title := range []string{
			"An app that reminds me to water the plants on my balcony",
			"A phone reminder for watering my balcony plants",
			"Lower the interest rate of the mortgage",
		} {
			begin := time.Now()
			got := r.want(201, key, "POST", "/ideas", map[string]string{"title": title})
			if got.body["processing"] != true {
				t.Errorf("%q is not processing", title)
			}
			idle(t, r.App, users[0].Owner)
			t.Logf("understood after %v", time.Since(begin))
		}
		for _, path := range []string{"/ideas/1", "/ideas/2", "/ideas/3"} {
			if got := r.want(200, key, "GET", path, nil); got.body["processing"] != false {
				t.Errorf("%s is processing", path)
			}
		}
		pending := r.want(200, key, "GET", "/ideas/duplicates", nil).body["duplicates"].([]any)
		if len(pending) != 1 {
			t.Errorf("proposed as duplicates: %v", pending)
		}
		found := r.want(200, key, "GET", "/ideas/search?q=garden+irrigation+notifications&mode=semantic", nil)
		if hits := found.body["results"].([]any); len(hits) == 0 || hits[0].(map[string]any)["id"] == float64(3) {
			t.Errorf("found: %v", found.body)
		}
	})
}

// TestNothingUnderstands captures with a program that is told not to
// understand ideas, and then with one that is.
func TestNothingUnderstands(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		key := someone(t, cfg, "ada")[0]
		r := start(t, cfg)
		if got := r.want(201, key, "POST", "/ideas", map[string]string{"title": "alone"}); got.body["processing"] != false {
			t.Error("an idea waits for nobody")
		}
		r.stop()
		s := newStorm(key)
		s.acknowledged[1] = "alone"
		s.check(t, cfg)
	})
}

// What is captured at one copy of the program is found by meaning at another
// as soon as it has been understood, also where that copy has searched before
// and so holds the owner's vectors in memory.
func TestReplicasShareMeaning(t *testing.T) {
	one := settings(t)
	one.DatabaseURL = secret.New(pgtest.Database(t))
	one.EncryptionKey = config.NewEncryptionKey()
	one.Meaning = config.Meaning{Embedder: config.BuiltIn, EmbedWorkers: 1, VectorMegabytes: 16}
	two := one
	two.Data = t.TempDir()
	key := someone(t, one, "ada")[0]
	a, b := start(t, one), start(t, two)
	users, err := a.store.ListUsers(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for n, title := range []string{"Lower the interest rate of the mortgage", "Water the plants on the balcony"} {
		a.want(201, key, "POST", "/ideas", map[string]string{"title": title})
		idle(t, a.App, users[0].Owner)
		query := []string{"cheaper+loan+for+the+house", "garden+irrigation"}[n]
		hits := b.want(200, key, "GET", "/ideas/search?mode=semantic&q="+query, nil).body["results"].([]any)
		if len(hits) == 0 || hits[0].(map[string]any)["id"] != float64(n+1) {
			t.Errorf("the other copy finds %v", hits)
		}
	}
	// What changes at one is old at the other.
	b.want(200, key, "PATCH", "/ideas/1", map[string]string{"title": "Learn to bake rye bread"})
	idle(t, b.App, users[0].Owner)
	hits := a.want(200, key, "GET", "/ideas/search?mode=semantic&q=bread", nil).body["results"].([]any)
	if len(hits) == 0 || hits[0].(map[string]any)["id"] != float64(1) {
		t.Errorf("after a change the first copy finds %v", hits)
	}
	if old := a.want(200, key, "GET", "/ideas/search?mode=semantic&q=mortgage", nil).body["results"].([]any); len(old) != 0 {
		t.Errorf("after a change the first copy still finds %v", old)
	}
}

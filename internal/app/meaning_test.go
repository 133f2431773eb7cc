package app

import (
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/config"
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

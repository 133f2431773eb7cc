package app

import (
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

func TestEmbedders(t *testing.T) {
	token := secret.New("not-a-real-token")
	meaning := func(m config.Meaning) config.Config {
		m.EmbeddingsPerMinute = 300
		return config.Config{Meaning: m}
	}
	workers := meaning(config.Meaning{Embedder: config.WorkersAI})
	workers.AccountID, workers.CloudflareToken = "0123abc", token
	slow := workers
	slow.EmbeddingsPerMinute = 0
	priced := func(price float64) config.Config {
		return meaning(config.Meaning{Embedder: config.OpenAICompatible, EmbeddingsURL: "http://127.0.0.1:11434/v1", EmbeddingsModel: "bge-m3", EmbeddingsPrice: &price})
	}
	for _, tt := range []struct {
		name  string
		cfg   config.Config
		first string // the model in use
		count int
		fails bool
	}{
		{name: "none", cfg: meaning(config.Meaning{Embedder: "none"})},
		{name: "Workers AI", cfg: workers, first: "@cf/baai/bge-m3", count: 2},
		{name: "Workers AI without an account", cfg: meaning(config.Meaning{Embedder: config.WorkersAI}), fails: true},
		{name: "no requests", cfg: slow, fails: true},
		{name: "a server", cfg: meaning(config.Meaning{Embedder: config.OpenAICompatible, EmbeddingsURL: "http://127.0.0.1:11434/v1", EmbeddingsModel: "bge-m3"}), first: "bge-m3", count: 2},
		{name: "a price", cfg: priced(0.02), first: "bge-m3", count: 2},
		{name: "no price", cfg: priced(0), first: "bge-m3", count: 2},
		{name: "a price below nothing", cfg: priced(-1), fails: true},
		{name: "a price that nobody has", cfg: priced(1e9), fails: true},
		{name: "a server without a model", cfg: meaning(config.Meaning{Embedder: config.OpenAICompatible, EmbeddingsURL: "http://127.0.0.1:11434/v1"}), fails: true},
	} {
		got, err := embedders(tt.cfg)
		if (err != nil) != tt.fails || len(got) != tt.count {
			t.Errorf("%s: %d embedders, error %v", tt.name, len(got), err)
		} else if tt.count > 0 && got[0].Model().ID != tt.first {
			t.Errorf("%s: model %s, want %s", tt.name, got[0].Model().ID, tt.first)
		}
	}
}

func TestWorkers(t *testing.T) {
	for _, tt := range []struct{ chosen, cores, want int }{{0, 1, 1}, {0, 2, 1}, {0, 3, 2}, {0, 64, 2}, {5, 2, 5}, {-1, 4, 2}} {
		if got := workers(tt.chosen, tt.cores); got != tt.want {
			t.Errorf("chosen %d with %d cores: %d workers, want %d", tt.chosen, tt.cores, got, tt.want)
		}
	}
}

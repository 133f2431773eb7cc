package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/usage"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// providerKey is a key of the shape that Anthropic publishes. It is not real.
func providerKey(end string) string { return "sk-ant-api03-" + strings.Repeat("aB3_-", 18) + end }

// provider stands in for Anthropic: it takes every key that begins as it
// should, and answers a question with the last four characters of the key.
func provider(t *testing.T) (url string, asked *atomic.Int64) {
	asked = &atomic.Int64{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		key := r.Header.Get("X-Api-Key")
		if !strings.HasPrefix(key, providerKey("")) {
			w.WriteHeader(http.StatusUnauthorized)
			io.WriteString(w, `{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}`)
			return
		}
		if r.URL.Path != "/v1/messages" {
			io.WriteString(w, `{"data":[],"has_more":false,"input_tokens":1}`)
			return
		}
		asked.Add(1)
		fmt.Fprintf(w, `{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[{"type":"text","text":%q}],
			"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":3}}`, key[len(key)-4:])
	}))
	t.Cleanup(s.Close)
	return s.URL, asked
}

// someone makes an account with an API key, while no server needs to run.
func someone(t testing.TB, cfg config.Config, names ...string) (keys []string) {
	t.Helper()
	err := WithAccounts(t.Context(), cfg.Storage, account.Pro, slog.New(slog.DiscardHandler), func(a *account.Accounts) error {
		for _, name := range names {
			u, err := a.AddUser(t.Context(), account.NewUser{Email: name + "@example.org", DisplayName: name})
			if err != nil {
				return err
			}
			key, _, err := a.CreateAPIKey(t.Context(), account.Caller{User: u, Scopes: account.Scopes}, account.KeyDraft{})
			if err != nil {
				return err
			}
			keys = append(keys, key.Reveal())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// ask asks a model through the gateway's door and returns what it says.
func (r *running) ask(key string) (text string, err error) {
	body := `{"model":"claude-haiku-4-5","max_tokens":100,"messages":[{"role":"user","content":"Which key is it?"}]}`
	req, err := http.NewRequestWithContext(r.t.Context(), "POST", r.URL()+"/gateway/anthropic/v1/messages", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-API-Key", key)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var message struct {
		Content []struct{ Text string }
	}
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", err
	}
	if json.Unmarshal(b, &message) != nil || answer.StatusCode != 200 || len(message.Content) != 1 {
		return "", fmt.Errorf("%s: %s", answer.Status, b)
	}
	return message.Content[0].Text, nil
}

// requests returns how many records of requests somebody has.
func (r *running) requests(key string) int {
	r.t.Helper()
	return len(r.want(200, key, "GET", "/user/ai/requests?purpose=proxy", nil).body["requests"].([]any))
}

// From a key that is pasted to what it was used for and what that cost.
func TestProviderKeys(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		cfg.AnthropicURL, _ = provider(t)
		keys := someone(t, cfg, "ada", "bob")
		ada, bob := keys[0], keys[1]
		r := start(t, cfg)
		r.want(200, ada, "PUT", "/user/byok/anthropic", map[string]string{"api_key": providerKey("-Ada")})
		if got := r.want(200, ada, "POST", "/user/byok/anthropic/test", nil).body; got["ok"] != true {
			t.Errorf("the test says %v", got)
		}
		if got, err := r.ask(ada); err != nil || got != "-Ada" {
			t.Errorf("asked with the key %q, %v", got, err)
		}
		if got, err := r.ask(bob); err == nil || !strings.Contains(err.Error(), "403") || !strings.Contains(err.Error(), "No Anthropic key is stored") {
			t.Errorf("Bob, who has no key, got %q, %v", got, err)
		}
		if got := r.want(200, ada, "GET", "/agent/models", nil).body["default"]; got != "sonnet" {
			t.Errorf("the default model is %v", got)
		}
		r.stop() // right behind the request: its record must not get lost

		r = start(t, cfg)
		if n := r.requests(ada); n != 1 {
			t.Errorf("after a restart there are %d records, want 1", n)
		}
		got := r.want(200, ada, "GET", "/user/ai/usage", nil).body["total"].(map[string]any)
		if got["tokens_in"].(float64) < 10 || got["cost"].(float64) <= 0 {
			t.Errorf("used %v", got)
		}
		status := r.want(200, ada, "GET", "/user/byok/status", nil).body["providers"].([]any)[0].(map[string]any)
		if status["state"] != "usable" || status["last_used_at"] == nil || status["spent_this_month"] != got["cost"] {
			t.Errorf("the status is %v, and the cost %v", status, got["cost"])
		}
		if got, err := r.ask(ada); err != nil || got != "-Ada" {
			t.Errorf("after a restart asked with the key %q, %v", got, err)
		}
		r.want(200, ada, "DELETE", "/user/byok/anthropic", nil)
		if got, err := r.ask(ada); err == nil {
			t.Errorf("without the key the answer is %q", got)
		}
		if strings.Contains(r.log.String(), "sk-ant") {
			t.Errorf("the log has a key: %s", r.log)
		}
	})
}

// Who is asked to stop and does not want to wait cuts answers off, and still
// writes down what they were.
func TestStopCutsAnswersOff(t *testing.T) {
	begun := make(chan struct{})
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}\n\n")
		http.NewResponseController(w).Flush()
		close(begun)
		<-r.Context().Done()
	}))
	t.Cleanup(endless.Close)
	cfg := settings(t)
	cfg.AnthropicURL = endless.URL
	key := someone(t, cfg, "ada")[0]
	r := start(t, cfg)
	r.want(200, key, "PUT", "/user/byok/anthropic", map[string]string{"api_key": providerKey("-Ada")})
	answered := make(chan error, 1)
	go func() {
		_, err := r.ask(key)
		answered <- err
	}()
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.stopped = true
	if err := r.Stop(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("stop: %v, want that it gave up waiting", err)
	}
	if err := <-answered; err == nil {
		t.Error("the answer that never ends has ended well")
	}
	r = start(t, cfg)
	list := r.want(200, key, "GET", "/user/ai/requests", nil).body["requests"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["outcome"] != "cancelled" {
		t.Errorf("the records are %v, want one that was cancelled", list)
	}
}

// A rotation of the encryption key is not felt by those who ask meanwhile,
// not even if it is stopped in the middle.
func TestRotationWhileServing(t *testing.T) {
	const people = 40
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		cfg.AnthropicURL, _ = provider(t)
		cfg.EncryptionKey = config.NewEncryptionKey()
		names := make([]string, people)
		for i := range names {
			names[i] = fmt.Sprintf("ada%02d", i)
		}
		keys := someone(t, cfg, names...)
		before := start(t, cfg)
		for i, key := range keys {
			before.want(200, key, "PUT", "/user/byok/anthropic", map[string]string{"api_key": providerKey(fmt.Sprintf("%04d", i))})
		}
		before.stop()

		old := cfg.EncryptionKey
		cfg.EncryptionKey, cfg.EncryptionKeyPrevious = config.NewEncryptionKey(), old
		r := start(t, cfg)
		if !strings.Contains(r.welcome, "encryption-key rotate") {
			t.Errorf("the welcome does not say what is to be done: %s", r.welcome)
		}
		quiet := slog.New(slog.DiscardHandler)
		rotate := func(ctx context.Context, rotation Rotation) (Rotated, error) {
			return Rotate(ctx, cfg.Storage, cfg.Encryption, rotation, quiet)
		}
		if got, err := rotate(t.Context(), Rotation{Dry: true}); err != nil || got != (Rotated{Records: people, Wrapped: people}) {
			t.Fatalf("the dry run says %+v, %v", got, err)
		}

		// Everybody asks once, so that each key is opened from the database,
		// and the rotation runs while they do; once it is stopped half-way.
		var asking sync.WaitGroup
		begun := make(chan struct{}, people)
		for i, key := range keys {
			asking.Go(func() {
				begun <- struct{}{}
				if got, err := r.ask(key); err != nil || got != fmt.Sprintf("%04d", i) {
					t.Errorf("person %d got %q, %v", i, got, err)
				}
			})
		}
		<-begun
		stopped, stop := context.WithCancel(t.Context())
		_, err := rotate(stopped, Rotation{Report: func(p vault.Progress) {
			if p.Phase == "wrap" {
				stop()
			}
		}})
		if err == nil {
			t.Error("the rotation was not stopped")
		}
		got, err := rotate(t.Context(), Rotation{})
		asking.Wait()
		if err != nil || got.Records != people || got.Lost != 0 {
			t.Errorf("the rotation says %+v, %v", got, err)
		}
		if got, err := rotate(t.Context(), Rotation{}); err != nil || got != (Rotated{Records: people}) {
			t.Errorf("once more it says %+v, %v, want that there is nothing to do", got, err)
		}
		r.stop()

		cfg.EncryptionKeyPrevious = secret.Text{}
		r = start(t, cfg)
		if strings.Contains(r.welcome, "ncryption") {
			t.Errorf("with the new key alone the welcome is %s", r.welcome)
		}
		for i, key := range keys {
			if got, err := r.ask(key); err != nil || got != fmt.Sprintf("%04d", i) {
				t.Errorf("with the new key alone person %d got %q, %v", i, got, err)
			}
		}
		err = VerifyAudit(t.Context(), cfg.Storage, quiet, func(c audit.Checked) {
			if c.Fault != nil {
				t.Errorf("the audit of %s: %v", c.User, c.Fault)
			}
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// Copies of the program that are given different keys are told apart.
func TestAnotherEncryptionKeyForAnEmptyDatabase(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		cfg.EncryptionKey = config.NewEncryptionKey()
		start(t, cfg).stop()
		cfg.EncryptionKey = config.NewEncryptionKey()
		r := start(t, cfg)
		if told := strings.Contains(r.welcome, "another one than before"); told != !cfg.DatabaseURL.Empty() {
			t.Errorf("the welcome is %s", r.welcome)
		}
		r.stop()
		if r = start(t, cfg); strings.Contains(r.welcome, "another one than before") {
			t.Errorf("once told, the welcome is %s", r.welcome)
		}
	})
}

func TestOldRequestsAreCleared(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		key := someone(t, cfg, "ada")[0]
		r := start(t, cfg)
		who, err := r.accounts.UserByEmail(t.Context(), "ada@example.org")
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now().UTC().Truncate(time.Microsecond)
		var all []usage.Request
		for _, age := range []time.Duration{0, keepRequests - time.Minute, keepRequests + time.Minute} {
			all = append(all, usage.Request{ID: age.String(), Owner: who.Owner, At: now.Add(-age), Provider: "openai", Model: "gpt-4o", Purpose: usage.Proxy, Outcome: usage.Complete})
		}
		if err := r.store.AddRequests(t.Context(), all); err != nil {
			t.Fatal(err)
		}
		if err := r.pruneOnce(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		if n := r.requests(key); n != 2 {
			t.Errorf("%d records are left, want the two that are not too old", n)
		}
		from := now.Add(-keepRequests - time.Hour).Format(time.DateOnly)
		if got := r.want(200, key, "GET", "/user/ai/usage?from="+from, nil).body["total"].(map[string]any)["requests"]; got != 3.0 {
			t.Errorf("%v requests are added up, want all three", got)
		}
	})
}

func TestUpstreams(t *testing.T) {
	cloudflare := config.AI{AccountID: "acc", CloudflareToken: secret.New("workers"), GatewayID: "gw", GatewayToken: secret.New("relay")}
	relayed, local := cloudflare, cloudflare
	relayed.Gateway = config.CloudflareGateway
	local.WorkersURL, local.WorkersToken = "http://127.0.0.1:11434/v1", secret.New("mine")
	for name, tt := range map[string]struct {
		cfg  config.AI
		want gateway.Upstreams
	}{
		"nothing": {config.AI{}, gateway.Upstreams{}},
		"addresses": {config.AI{AnthropicURL: "https://a", OpenAIURL: "https://b", OpenRouterURL: "https://c"},
			gateway.Upstreams{Anthropic: "https://a", OpenAI: "https://b", OpenRouter: "https://c"}},
		"Workers AI":            {cloudflare, gateway.Upstreams{WorkersAI: gateway.WorkersAI{Account: "acc", Token: cloudflare.CloudflareToken}}},
		"a server in its place": {local, gateway.Upstreams{WorkersAI: gateway.WorkersAI{BaseURL: "http://127.0.0.1:11434/v1", Token: local.WorkersToken}}},
		"through a gateway": {relayed, gateway.Upstreams{
			WorkersAI:  gateway.WorkersAI{Account: "acc", Token: cloudflare.CloudflareToken},
			Cloudflare: gateway.Cloudflare{Account: "acc", Gateway: "gw", Token: cloudflare.GatewayToken},
		}},
	} {
		same := cmp.Comparer(func(a, b secret.Text) bool { return a.Reveal() == b.Reveal() })
		if diff := cmp.Diff(tt.want, upstreams(tt.cfg), same); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Files of models and prices that are wrong are told of before anything runs.
func TestFilesOfModels(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(bad, []byte(`{"models":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		change func(*config.Config)
		want   string
	}{
		"no file":           {func(c *config.Config) { c.Models = bad + "x" }, "NEURALREPO_MODELS: "},
		"no models":         {func(c *config.Config) { c.Models = bad }, "NEURALREPO_MODELS: " + bad},
		"no date of prices": {func(c *config.Config) { c.Prices = bad }, "NEURALREPO_PRICES: " + bad},
		"a name of no model": {func(c *config.Config) {
			c.WorkersURL, c.WorkersModels = "http://127.0.0.1:1/v1", map[string]string{"tiny": "x"}
		}, "WORKERS_AI_MODELS: "},
		"a weak old key": {func(c *config.Config) { c.EncryptionKeyPrevious = secret.New("hunter2") }, "ENCRYPTION_KEY_PREVIOUS, key 1: "},
	} {
		cfg := settings(t)
		tt.change(&cfg)
		if _, err := New(t.Context(), cfg, "", slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: error %v, want %q in it", name, err, tt.want)
		}
	}
}

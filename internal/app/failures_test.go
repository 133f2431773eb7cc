package app

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// The ways in which other programs have lost the keys of their people, each
// with a test that this one does not. F6, F7 and F13 (keys in logs, answers
// and backups) are searched for in the whole program by TestKeysLeaveNoTrace;
// what is here is what is particular to each.

// waits lets a connection wait for a server that is writing.
const waits = "?_pragma=busy_timeout(10000)"

// change changes the SQLite database behind the server's back.
func change(t *testing.T, cfg config.Config, text string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", config.DatabaseFile(cfg.Data)+waits)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}

// sealed returns the sealed form of somebody's only key.
func sealed(t *testing.T, cfg config.Config) (b []byte) {
	t.Helper()
	db, err := sql.Open("sqlite", config.DatabaseFile(cfg.Data))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), `SELECT sealed FROM provider_keys`).Scan(&b); err != nil {
		t.Fatal(err)
	}
	return b
}

// withKey starts a server on which somebody has stored an Anthropic key.
func withKey(t *testing.T, cfg config.Config) (r *running, key string) {
	t.Helper()
	key = someone(t, cfg, "ada")[0]
	r = start(t, cfg)
	r.want(200, key, "PUT", "/user/byok/anthropic", map[string]string{"api_key": providerKey("-Ada")})
	return r, key
}

// status returns how a provider stands.
func (r *running) status(key, provider string) map[string]any {
	r.t.Helper()
	for _, p := range r.want(200, key, "GET", "/user/byok/status", nil).body["providers"].([]any) {
		if p := p.(map[string]any); p["provider"] == provider {
			return p
		}
	}
	r.t.Fatalf("there is no provider %s", provider)
	return nil
}

// refused demands that a request is refused with some words.
func (r *running) refused(status int, words, credential, method, path string, body any) {
	r.t.Helper()
	got := r.want(status, credential, method, path, body)
	if text, _ := got.body["error"].(string); !strings.Contains(text, words) {
		r.t.Errorf("%s %s: %q, want %q in it", method, path, text, words)
	}
}

func TestF01_AChangedKeyIsNoticed(t *testing.T) {
	cfg := settings(t)
	var asked *atomic.Int64
	cfg.AnthropicURL, asked = provider(t)
	r, key := withKey(t, cfg)
	r.stop()
	whole := sealed(t, cfg)
	for _, at := range []int{9, 40, len(whole) - 1} { // nonce, data key, tag
		b := append([]byte(nil), whole...)
		b[at] ^= 1
		change(t, cfg, `UPDATE provider_keys SET sealed = ?`, b)
		r := start(t, cfg)
		if got, err := r.ask(key); err == nil {
			t.Errorf("with bit %d turned the key is %q", 8*at, got)
		}
		r.refusedTest(key, "paste it again")
		r.stop()
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the provider was asked %d times with a changed key", n)
	}
}

// refusedTest demands that a test of the Anthropic key fails with some words.
func (r *running) refusedTest(key, words string) {
	r.t.Helper()
	got := r.want(200, key, "POST", "/user/byok/anthropic/test", nil).body
	if text, _ := got["error"].(string); got["ok"] != false || !strings.Contains(text, words) {
		r.t.Errorf("the test says %v, want %q", got, words)
	}
}

func TestF02_ThereIsNoWeakOrDefaultKey(t *testing.T) {
	for _, weak := range []string{"changeme", "secret", "0123456789abcdef", strings.Repeat("a", 64), strings.Repeat("00", 32)} {
		cfg := settings(t)
		cfg.EncryptionKey = secret.New(weak)
		if a, err := New(t.Context(), cfg, "", slog.New(slog.DiscardHandler)); err == nil {
			a.Stop(t.Context())
			t.Errorf("%q is taken as a key", weak)
		} else if !strings.Contains(err.Error(), "ENCRYPTION_KEY") || strings.Contains(err.Error(), weak) {
			t.Errorf("%q is refused with %q", weak, err)
		}
	}
	one, two := settings(t), settings(t)
	start(t, one)
	start(t, two)
	var made []string
	for _, cfg := range []config.Config{one, two} {
		name := filepath.Join(cfg.Data, "encryption-key")
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the file of the key has mode %v, %v", info.Mode(), err)
		}
		made = append(made, string(b))
	}
	if made[0] == made[1] {
		t.Error("two servers made the same key")
	}
}

func TestF03_ALostKeyIsToldAndNothingElseStops(t *testing.T) {
	cfg := settings(t)
	cfg.AnthropicURL, _ = provider(t)
	cfg.EncryptionKey = config.NewEncryptionKey()
	r, key := withKey(t, cfg)
	r.stop()
	cfg.EncryptionKey = config.NewEncryptionKey()
	for range 2 { // at every start
		r = start(t, cfg)
		if !strings.Contains(r.welcome, "ENCRYPTION_KEY") || !strings.Contains(r.welcome, "rovider keys") {
			t.Errorf("the welcome is %s", r.welcome)
		}
		if s := r.status(key, "anthropic"); s["state"] != "undecryptable" || s["configured"] != true {
			t.Errorf("the status is %v", s)
		}
		r.want(201, key, "POST", "/ideas", map[string]string{"title": "Goes on"})
		r.refusedTest(key, "stored with another encryption key: paste it again")
		if _, err := r.ask(key); err == nil || !strings.Contains(err.Error(), "paste it again") {
			t.Errorf("asked: %v", err)
		}
		r.refused(403, "paste it again", key, "POST", "/ideas/1/develop", map[string]string{"provider": "anthropic"})
		r.stop()
	}
	r = start(t, cfg)
	r.want(200, key, "PUT", "/user/byok/anthropic", map[string]string{"api_key": providerKey("-New")})
	if got, err := r.ask(key); err != nil || got != "-New" {
		t.Errorf("pasted again the key is %q, %v", got, err)
	}
}

func TestF04_ARotationThatCannotBeWholeChangesNothing(t *testing.T) {
	cfg := settings(t)
	cfg.AnthropicURL, _ = provider(t)
	cfg.EncryptionKey = config.NewEncryptionKey()
	keys := someone(t, cfg, "ada", "bob")
	r := start(t, cfg)
	for _, key := range keys {
		r.want(200, key, "PUT", "/user/byok/anthropic", map[string]string{"api_key": providerKey("-Ada")})
	}
	r.stop()
	before := rows(t, cfg)
	// One of the two is damaged.
	change(t, cfg, `UPDATE provider_keys SET sealed = CAST(substr(sealed, 1, length(sealed) - 1) || x'00' AS BLOB) WHERE owner = (SELECT max(owner) FROM provider_keys)`)
	damaged := rows(t, cfg)
	if before == damaged {
		t.Fatal("nothing was damaged")
	}
	cfg.EncryptionKey, cfg.EncryptionKeyPrevious = config.NewEncryptionKey(), cfg.EncryptionKey
	_, err := Rotate(t.Context(), cfg.Storage, cfg.Encryption, Rotation{}, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "nothing was changed") {
		t.Errorf("the rotation says %v", err)
	}
	if rows(t, cfg) != damaged {
		t.Error("a rotation that failed has changed something")
	}
}

// rows returns all provider keys as they are stored.
func rows(t *testing.T, cfg config.Config) (text string) {
	t.Helper()
	db, err := sql.Open("sqlite", config.DatabaseFile(cfg.Data))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.QueryRowContext(t.Context(), `SELECT group_concat(owner || provider || record || hex(sealed), ' ') FROM (SELECT * FROM provider_keys ORDER BY owner)`).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestF05_AMaskedKeyIsNotSavedBack(t *testing.T) {
	cfg := settings(t)
	cfg.AnthropicURL, _ = provider(t)
	r, key := withKey(t, cfg)
	for _, masked := range []string{"sk-ant-…-Ada", "sk-ant-api03-••••••••-Ada", "sk-ant-...-Ada", "••••-Ada", "sk-ant-api03-" + strings.Repeat("*", 88) + "-Ada", secret.Mask} {
		r.refused(400, "masked", key, "PUT", "/user/byok/anthropic", map[string]string{"api_key": masked})
	}
	if got, err := r.ask(key); err != nil || got != "-Ada" {
		t.Errorf("afterwards the key is %q, %v", got, err)
	}
}

// What every other route can bring into the log is searched for by
// TestKeysLeaveNoTrace; here it is the failure to store a key.
func TestF06_AKeyThatCannotBeStoredIsNotLogged(t *testing.T) {
	cfg := settings(t)
	key := someone(t, cfg, "ada")[0]
	log := &book{}
	a, err := New(t.Context(), cfg, "", slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	r := &running{App: a, t: t, log: log}
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	change(t, cfg, `ALTER TABLE provider_keys RENAME TO gone`)
	got := r.want(500, key, "PUT", "/user/byok/anthropic", map[string]string{"api_key": canaries["anthropic"]})
	r.stop()
	seek(t, "the answer", []byte(fmt.Sprint(got.body)))
	seek(t, "the log", []byte(log.String()))
	if !strings.Contains(log.String(), "level=ERROR") {
		t.Error("the failure was not logged")
	}
}

func TestF07_NoAnswerHasMoreThanTheLastFour(t *testing.T) {
	cfg := settings(t)
	r, key := withKey(t, cfg)
	for _, path := range []string{"/user/byok/status", "/user/byok/audit", "/user/me", "/auth/session", "/user/api-keys"} {
		b, err := json.Marshal(r.want(200, key, "GET", path, nil).body)
		if err != nil {
			t.Fatal(err)
		}
		if whole := providerKey("-Ada"); strings.Contains(string(b), whole[len(whole)-5:]) || strings.Contains(string(b), whole[:16]) {
			t.Errorf("%s has more than the last four characters: %s", path, b)
		}
	}
}

func TestF08_EveryWayToGiveAKeyIsCheckedAlike(t *testing.T) {
	cfg := settings(t)
	cfg.AnthropicURL, _ = provider(t)
	r, key := withKey(t, cfg)
	reader := r.want(201, key, "POST", "/user/api-keys", map[string]any{"label": "reader", "scopes": []string{"ideas:read"}}).body["key"].(string)
	for _, path := range []string{"/api/v1/user/byok/anthropic/test", "/gateway/anthropic/v1/messages"} {
		for _, header := range []string{"X-API-Key", "Authorization"} {
			for name, tt := range map[string]struct {
				key  string
				want int
			}{"reader": {reader, 403}, "nobody": {account.KeyPrefix + strings.Repeat("0", 64), 401}, "nothing": {"", 401}} {
				value := tt.key
				if header == "Authorization" {
					value = "Bearer " + tt.key
				}
				req, err := http.NewRequestWithContext(t.Context(), "POST", r.URL()+path, strings.NewReader(`{"model":"claude-haiku-4-5","max_tokens":1,"messages":[]}`))
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set(header, value)
				answer, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				answer.Body.Close()
				if answer.StatusCode != tt.want {
					t.Errorf("%s with the key of %s as %s: %d, want %d", path, name, header, answer.StatusCode, tt.want)
				}
			}
		}
	}
}

func TestF09_NobodyIsWhoTheySayTheyAre(t *testing.T) {
	cfg := settings(t)
	keys := someone(t, cfg, "ada", "bob")
	r := start(t, cfg)
	r.want(200, keys[0], "PUT", "/user/byok/anthropic", map[string]string{"api_key": providerKey("-Ada")})
	ada := r.want(200, keys[0], "GET", "/user/me", nil).body["id"].(string)
	for _, credential := range []string{"", keys[1]} {
		req := r.request(credential, "GET", "/user/byok/status?user_id="+ada+"&owner=1", strings.NewReader(""))
		for _, name := range []string{"X-User-Id", "X-Forwarded-User", "Remote-User", "X-Auth-Request-Email", "X-NeuralRepo-User", "X-Neuralrepo-Owner"} {
			req.Header.Set(name, ada)
		}
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if strings.Contains(string(b), `"configured":true`) || (credential == "" && answer.StatusCode != 401) {
			t.Errorf("as %.8q: %s %s", credential, answer.Status, b)
		}
	}
}

func TestF10_NoAddressOfAPersonIsEverCalled(t *testing.T) {
	trap, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var calls atomic.Int64
	inside := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) })}
	go inside.Serve(trap)
	t.Cleanup(func() { inside.Close() })
	address := "http://" + trap.Addr().String()
	// The provider sends whoever asks to the address.
	leading := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, address+"/latest/meta-data", http.StatusTemporaryRedirect)
	}))
	t.Cleanup(leading.Close)

	cfg := settings(t)
	cfg.AnthropicURL = leading.URL
	r, key := withKey(t, cfg)
	r.want(201, key, "POST", "/ideas", map[string]string{"title": "Look at " + address, "body": "![](" + address + "/x.png)", "source_url": address})
	r.want(201, key, "POST", "/ideas/1/links", map[string]string{"url": address + "/link"})
	r.want(200, key, "PUT", "/user/byok/openai", map[string]string{"api_key": "sk-proj-" + strings.Repeat("Ab1-_", 30), "base_url": address})
	r.want(200, key, "POST", "/user/byok/anthropic/test", nil)
	if got, err := r.ask(key); err == nil {
		t.Errorf("a provider that leads elsewhere has answered %q", got)
	}
	for _, path := range []string{"//" + trap.Addr().String() + "/x", "/gateway/" + address, "/gateway/anthropic/../../" + address, "/gateway/anthropic@" + trap.Addr().String() + "/v1/messages"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(r.URL(), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nX-API-Key: %s\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", path, trap.Addr(), key)
		io.Copy(io.Discard, conn)
		conn.Close()
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("the address was called %d times", n)
	}
}

func TestF11_WhatIsWrittenBelongsToItsOwner(t *testing.T) {
	cfg := settings(t)
	cfg.AnthropicURL, _ = provider(t)
	keys := someone(t, cfg, "ada", "bob")
	ada, bob := keys[0], keys[1]
	r := start(t, cfg)
	r.want(200, ada, "PUT", "/user/byok/anthropic", map[string]string{"api_key": providerKey("-Ada")})
	r.want(201, ada, "POST", "/ideas", map[string]string{"title": "Ada's"})
	r.want(404, bob, "POST", "/ideas/1/develop", nil)
	r.want(404, bob, "GET", "/ideas/1/specs", nil)
	r.want(404, bob, "GET", "/ideas/1/specs/1", nil)
	r.want(404, bob, "POST", "/ideas/1/specs/1/restore", nil)
	if _, err := r.ask(ada); err != nil {
		t.Fatal(err)
	}
	for path, list := range map[string]string{"/user/ai/requests": "requests", "/user/byok/audit": "entries"} {
		if got := r.want(200, bob, "GET", path, nil).body[list].([]any); len(got) != 0 {
			t.Errorf("Bob reads %v at %s", got, path)
		}
	}
	// Bob hears nothing of what Ada does.
	heard := r.events(bob)
	r.want(201, ada, "POST", "/ideas", map[string]string{"title": "Ada's second"})
	r.want(201, bob, "POST", "/ideas", map[string]string{"title": "Bob's first"})
	for heard.Scan() {
		if data, ok := strings.CutPrefix(heard.Text(), "data: "); ok && strings.Contains(data, `"ideas"`) {
			if !strings.Contains(data, `"ideas":[1]`) {
				t.Errorf("Bob hears %s", data)
			}
			break
		}
	}
}

func TestF12_AKeyIsNeverAPartOfAStatement(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		r, key := withKey(t, cfg)
		for _, hostile := range []string{"nrp_' OR '1'='1", "nrp_" + strings.Repeat("0", 63) + "'", `nrp_"; DROP TABLE users; --`, "nrp_%", "nrp_\\", "' UNION SELECT * FROM api_keys --"} {
			for _, header := range []string{"X-API-Key", "Authorization", "Cookie"} {
				for _, path := range []string{"/api/v1/user/me", "/gateway/anthropic/v1/models"} {
					req, err := http.NewRequestWithContext(t.Context(), "GET", r.URL()+path, nil)
					if err != nil {
						t.Fatal(err)
					}
					req.Header[header] = []string{map[string]string{"X-API-Key": "", "Authorization": "Bearer ", "Cookie": "neuralrepo_session="}[header] + hostile}
					answer, err := http.DefaultClient.Do(req)
					if err != nil {
						t.Fatal(err)
					}
					answer.Body.Close()
					if answer.StatusCode != 401 {
						t.Errorf("%s: %s %q: %s", path, header, hostile, answer.Status)
					}
				}
			}
		}
		if got := r.want(200, key, "GET", "/user/me", nil).body["email"]; got != "ada@example.org" {
			t.Errorf("afterwards Ada is %v", got)
		}
	})
}

func TestF13_ABackupDoesNotOpenWithoutTheEncryptionKey(t *testing.T) {
	cfg := settings(t)
	cfg.AnthropicURL, _ = provider(t)
	r, key := withKey(t, cfg)
	elsewhere := settings(t)
	if err := Backup(t.Context(), cfg.Storage, config.DatabaseFile(elsewhere.Data)); err != nil {
		t.Fatal(err)
	}
	r.stop()
	elsewhere.AnthropicURL = cfg.AnthropicURL
	r = start(t, elsewhere) // which makes an encryption key of its own
	if s := r.status(key, "anthropic"); s["state"] != "undecryptable" {
		t.Errorf("the status is %v", s)
	}
	if got, err := r.ask(key); err == nil {
		t.Errorf("the backup alone has the key %q", got)
	}
	r.stop()
	b, err := os.ReadFile(filepath.Join(cfg.Data, "encryption-key"))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere.EncryptionKey = secret.New(strings.TrimSpace(string(b)))
	r = start(t, elsewhere)
	if got, err := r.ask(key); err != nil || got != "-Ada" {
		t.Errorf("with its key the backup gives %q, %v", got, err)
	}
}

func TestF14_ATestProvesTheKey(t *testing.T) {
	// OpenRouter lists its models to everybody, and only the question about
	// the key itself is answered with 401.
	router := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/models") {
			io.WriteString(w, `{"data":[]}`)
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, `{"error":{"message":"User not found.","code":401}}`)
	}))
	t.Cleanup(router.Close)
	cfg := settings(t)
	cfg.OpenRouterURL = router.URL
	key := someone(t, cfg, "ada")[0]
	r := start(t, cfg)
	r.want(200, key, "PUT", "/user/byok/openrouter", map[string]string{"api_key": canaries["openrouter"]})
	got := r.want(200, key, "POST", "/user/byok/openrouter/test", nil).body
	if len(got) != 2 || got["ok"] != false || got["error"] != "Invalid API key" {
		t.Errorf("the test says %v", got)
	}
	if s := r.status(key, "openrouter"); s["state"] != "rejected" || s["last_test"].(map[string]any)["verdict"] != "invalid" {
		t.Errorf("the status is %v", s)
	}
}

func TestF15_AKeyThatWasCutOffOrIsOfAnotherKindIsRefused(t *testing.T) {
	cfg := settings(t)
	r, key := withKey(t, cfg)
	for _, tt := range []struct{ provider, pasted, says string }{
		{"anthropic", "sk-ant-api03-aB3", "cut off"},
		{"anthropic", "sk-ant-admin01-" + strings.Repeat("a", 90), "admin key"},
		{"anthropic", "sk-ant-oat01-" + strings.Repeat("a", 90), "OAuth"},
		{"openai", providerKey("-Ada"), "Anthropic"},
		{"openrouter", "sk-proj-" + strings.Repeat("Ab1-_", 30), "OpenAI"},
		{"openai", key, "NeuralRepo itself"},
	} {
		r.refused(400, tt.says, key, "PUT", "/user/byok/"+tt.provider, map[string]string{"api_key": tt.pasted})
	}
	if s := r.status(key, "anthropic"); s["last4"] != "-Ada" {
		t.Errorf("the stored key has changed: %v", s)
	}
}

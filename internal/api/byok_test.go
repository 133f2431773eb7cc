package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// statusOf returns how one provider stands.
func (w *world) statusOf(t *testing.T, p person, provider string) map[string]any {
	t.Helper()
	for _, s := range w.must(t, key(p.key), "GET /user/byok/status", "")["providers"].([]any) {
		if s := s.(map[string]any); s["provider"] == provider {
			return s
		}
	}
	t.Fatalf("the status lacks %s", provider)
	return nil
}

func TestProviderKeyIsNeverShown(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		as := key(ada.key)
		for provider, text := range map[string]string{"anthropic": anthropicKey, "openai": openAIKey, "openrouter": openRouterKey} {
			shown := ""
			for _, ask := range []struct{ what, body string }{
				{"PUT /user/byok/" + provider, `{"api_key":"` + text + `"}`},
				{"PUT /user/byok/" + provider, `{"api_key":"` + text + ` x"}`},   // white space in it
				{"PUT /user/byok/" + provider, `{"api_key":"` + text + `","x":`}, // no JSON
				{"PUT /user/byok/" + provider, `{"api_key":["` + text + `"]}`},
				{"PUT /user/byok/" + provider, `{"key":"` + text + `"}`},
				{"PUT /user/byok/none", `{"api_key":"` + text + `"}`},
				{"PUT /user/byok/anthropic", `{"api_key":"` + openAIKey + `"}`},
				{"POST /user/byok/" + provider + "/test", ``},
				{"PATCH /user/byok/" + provider, `{"monthly_cap":3}`},
				{"GET /user/byok/status", ``},
				{"GET /user/byok/audit", ``},
				{"GET /user/me", ``},
			} {
				shown += w.do(t, as, ask.what, ask.body).body
			}
			shown += w.log.String()
			for _, part := range []string{text, text[len(text)-5:], text[:20]} {
				if strings.Contains(shown, part) {
					t.Errorf("%s of the %s key is shown:\n%s", part, provider, shown)
				}
			}
			if got := w.statusOf(t, ada, provider); got["last4"] != text[len(text)-4:] || got["monthly_cap"] != 3.0 {
				t.Errorf("the %s key has the status %v", provider, got)
			}
		}
		keys, err := w.store.ProviderKeys(t.Context(), ada.user.Owner)
		if err != nil || len(keys) != 3 {
			t.Fatalf("%d keys are stored, %v", len(keys), err)
		}
		for _, k := range keys {
			if strings.Contains(string(k.Sealed), "sk-") {
				t.Errorf("the %s key is stored as it is", k.Provider)
			}
		}
	})
}

func TestVerdictsOfATest(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	w.must(t, key(ada.key), "PUT /user/byok/openai", `{"api_key":"`+openAIKey+`"}`)
	for _, tt := range []struct {
		verdict byok.Verdict
		says    string
		state   string
	}{
		{byok.Invalid, "Invalid API key", "rejected"},
		{byok.WrongKind, "not a key that can ask models", "rejected"},
		{byok.MissingScope, "permissions", "missing_scope"},
		{byok.NoCredit, "no credit", "no_credit"},
		{byok.RateLimited, "in a minute", "untested"},
		{byok.ProviderDown, "try again later", "untested"},
		{byok.Network, "cannot reach OpenAI", "untested"},
		{byok.Valid, "", "usable"},
	} {
		w.provider.verdict = tt.verdict
		got := w.must(t, key(ada.key), "POST /user/byok/openai/test", "")
		text, failed := got["error"].(string)
		if got["ok"] != (tt.verdict == byok.Valid) || failed == (tt.verdict == byok.Valid) || !strings.Contains(text, tt.says) {
			t.Errorf("%s: the test says %v", tt.verdict, got)
		}
		status := w.statusOf(t, ada, "openai")
		last := status["last_test"].(map[string]any)
		if status["state"] != tt.state || last["verdict"] != string(tt.verdict) || last["ok"] != got["ok"] || (last["error"] != nil) != failed {
			t.Errorf("%s: the status is %v", tt.verdict, status)
		}
	}
}

// With a lost encryption key nothing fails: people are told to paste again.
func TestKeysOfAnotherEncryptionKey(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		other, err := vault.ParseKey(secret.New("orbit-lantern-velvet-sigma-walnut-drum"))
		if err != nil {
			t.Fatal(err)
		}
		before := byok.New(w.store, vault.New(other), byok.Options{})
		who := byok.Person{Owner: ada.user.Owner, ID: ada.user.ID}
		for p, text := range map[byok.Provider]string{byok.Anthropic: anthropicKey, byok.OpenAI: openAIKey} {
			if _, err := before.Set(t.Context(), who, p, secret.New(text)); err != nil {
				t.Fatal(err)
			}
		}
		const again = "This key was stored with another encryption key: paste it again."
		if got := w.statusOf(t, ada, "anthropic"); got["state"] != "undecryptable" || got["configured"] != true || got["last4"] != "zAda" {
			t.Errorf("the status is %v", got)
		}
		if got := w.must(t, key(ada.key), "GET /user/byok/status", "")["active"]; got != nil {
			t.Errorf("%v is active with a key that does not open", got)
		}
		checkJSON(t, "test", w.do(t, key(ada.key), "POST /user/byok/anthropic/test", "").body, `{"ok":false,"error":"`+again+`"}`)
		models := w.must(t, key(ada.key), "GET /agent/models", "")["models"].([]any)
		if got := models[0].(map[string]any)["reason"]; fmt.Sprint(got) != "map[code:no_key text:"+again+"]" {
			t.Errorf("the first model is not there because of %v", got)
		}
		w.must(t, key(ada.key), "PUT /user/byok/anthropic", `{"api_key":"`+anthropicKey+`"}`)
		if got := w.must(t, key(ada.key), "GET /user/byok/status", "")["active"]; got != "anthropic" {
			t.Errorf("%v is active after the key was pasted again", got)
		}
		w.must(t, key(ada.key), "DELETE /user/byok/openai", "") // it can go without being opened
	})
}

func TestPreferredProviderIsAudited(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	for _, settings := range []string{
		`{\"preferred_ai_provider\":\"openai\"}`,
		`{\"preferred_ai_provider\":\"openai\",\"weekly_digest\":false}`, // no change
		`{\"preferred_ai_provider\":null}`,
		`{}`, // no change
	} {
		w.must(t, key(ada.key), "PATCH /user/me", `{"settings_json":"`+settings+`"}`)
	}
	r := w.do(t, key(ada.key), "PATCH /user/me", `{"settings_json":"{\"preferred_ai_provider\":\"anthropic\"}"}`)
	checkJSON(t, "audit", w.do(t, key(ada.key), "GET /user/byok/audit", "").body, `{"entries":[
		{"number":3,"at":"<time>","action":"prefer","provider":"anthropic","purpose":null,"request_id":"`+r.header.Get("X-Request-Id")+`","detail":null},
		{"number":2,"at":"<time>","action":"prefer","provider":null,"purpose":null,"request_id":"<request>","detail":"before: openai"},
		{"number":1,"at":"<time>","action":"prefer","provider":"openai","purpose":null,"request_id":"<request>","detail":null}],"next":null}`)
	if got := w.must(t, key(ada.key), "GET /user/byok/status", ""); got["preferred"] != "anthropic" || got["active"] != nil {
		t.Errorf("preferred is %v and active %v, want anthropic and nothing", got["preferred"], got["active"])
	}
}

func TestMonthlyCapStays(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	as := key(ada.key)
	w.must(t, as, "PUT /user/byok/openai", `{"api_key":"`+openAIKey+`"}`)
	for body, want := range map[string]any{`0`: 0.0, `0.00315`: 0.00315, `100000`: 100000.0, `1e-3`: 0.001, `null`: nil} {
		if got := w.must(t, as, "PATCH /user/byok/openai", `{"monthly_cap":`+body+`}`)["monthly_cap"]; got != want {
			t.Errorf("a cap of %s is %v, want %v", body, got, want)
		}
	}
	w.must(t, as, "PATCH /user/byok/openai", `{"monthly_cap":7}`)
	if got := w.must(t, as, "PUT /user/byok/openai", `{"api_key":"`+openAIKey+`"}`)["monthly_cap"]; got != 7.0 {
		t.Errorf("with another key the cap is %v, want 7", got)
	}
}

func TestModels(t *testing.T) {
	// names are those that can be asked, and the default.
	names := func(w *world, p person) (string, any) {
		answer := w.must(t, key(p.key), "GET /agent/models", "")
		var out []string
		for _, m := range answer["models"].([]any) {
			m := m.(map[string]any)
			if m["available"] == true {
				out = append(out, m["id"].(string))
			} else if reason := m["reason"].(map[string]any); len(reason["text"].(string)) < 10 {
				t.Errorf("%v is not available, and nothing says why: %v", m["id"], reason)
			}
			if (m["default"] == true) != (m["id"] == answer["default"]) {
				t.Errorf("%v is the default: %v, and the list says it is %v", m["id"], m["default"], answer["default"])
			}
		}
		return strings.Join(out, " "), answer["default"]
	}
	for _, tt := range []struct {
		name    string
		workers bool
		plan    account.Plan
		keys    []string // of these providers
		want    string
		lead    any
	}{
		{"nothing", false, account.Pro, nil, "", nil},
		{"a key that is not for the agent", false, account.Pro, []string{"openai"}, "", nil},
		{"a key", false, account.Free, []string{"anthropic"}, "sonnet haiku opus", "sonnet"},
		{"Workers AI", true, account.Pro, nil, "qwen-30b llama-70b gpt-oss-120b mistral-small-24b", "qwen-30b"},
		{"Workers AI without the plan", true, account.Free, nil, "", nil},
		{"both", true, account.Pro, []string{"openai", "anthropic"}, "sonnet haiku opus qwen-30b llama-70b gpt-oss-120b mistral-small-24b", "sonnet"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := sqliteWorld(t, func(a *account.Options, d *Deps) { a.Plan, d.WorkersAI = tt.plan, tt.workers })
			ada := w.person(t, "ada")
			for _, p := range tt.keys {
				w.must(t, key(ada.key), "PUT /user/byok/"+p, `{"api_key":"`+map[string]string{"openai": openAIKey, "anthropic": anthropicKey}[p]+`"}`)
			}
			if got, lead := names(w, ada); got != tt.want || lead != tt.lead {
				t.Errorf("%q can be asked, %v by default; want %q and %v", got, lead, tt.want, tt.lead)
			}
		})
	}
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	checkJSON(t, "models", fmt.Sprintf(`{"m":%s}`, jsonOf(t, w.must(t, key(ada.key), "GET /agent/models", "")["models"].([]any)[0])), `{"m":{
		"id":"sonnet","name":"Sonnet","title":"Claude Sonnet 4","provider":"anthropic","needs_key":true,"context":200000,"best_for":"best reasoning, complex tasks",
		"default":false,"available":false,"reason":{"code":"no_key","text":"No Anthropic key is stored. Add one under Settings, AI providers."}}}`)
}

func TestWhoMayUseProviderKeys(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	for _, what := range []string{"GET /user/byok/status", "GET /user/byok/audit", "GET /user/ai/requests", "GET /user/ai/usage", "GET /agent/models"} {
		if r := w.do(t, key(ada.readingKey), what, ""); r.status != http.StatusOK {
			t.Errorf("%s with a read-only key: %d %s", what, r.status, r.body)
		}
	}
	if r := w.do(t, key(ada.writerKey), "GET /user/byok/status", ""); r.status != http.StatusOK {
		t.Errorf("the status with a write-only key: %d %s", r.status, r.body)
	}
}

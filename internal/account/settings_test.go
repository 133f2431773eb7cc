package account

import (
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

func TestPreferredProvider(t *testing.T) {
	for settings, want := range map[string]string{
		``: "", `{}`: "", `[]`: "", `{"preferred_ai_provider":null}`: "", `{"preferred_ai_provider":""}`: "",
		`{"preferred_ai_provider":"openai"}`:                      "openai",
		`{"preferred_ai_provider":"google"}`:                      "", // not valid, so nothing of it counts
		`{"preferred_ai_provider":"openai","search_threshold":7}`: "",
	} {
		if got := (User{Settings: settings}).PreferredProvider(); got != want {
			t.Errorf("with %s, %q is preferred, want %q", settings, got, want)
		}
	}
}

func TestValidateSettings(t *testing.T) {
	long := `{"x":"` + strings.Repeat("ü", MaxSettings-8) + `"}`
	for _, ok := range []string{
		`{}`,
		` { } `,
		`{"preferred_ai_provider":"anthropic","search_threshold":0.3,"dedup_threshold":0.9,"related_threshold":0.1}`,
		`{"preferred_ai_provider":"openrouter"}`,
		`{"preferred_ai_provider":""}`,
		`{"preferred_ai_provider":null,"code_mode":null}`,
		`{"code_mode":true,"weekly_digest":false,"stale_nudges":true}`,
		`{"agent_approval":"every"}`, `{"agent_approval":"never"}`, `{"agent_approval":null}`,
		`{"stale_threshold_days":7}`, `{"stale_threshold_days":180}`, `{"stale_threshold_days":30.0}`,
		`{"their_zone":7,"theirs":{"deep":[1,{"x":null}]}}`,
		`{"timezone":"Australia/Lord_Howe","digest_day":0,"digest_hour":23,"digest_empty":"none"}`,
		`{"timezone":null,"digest_day":6,"digest_hour":0,"digest_empty":"short"}`,
		long,
	} {
		if err := ValidateSettings(ok); err != nil {
			t.Errorf("ValidateSettings(%.80s) = %v", ok, err)
		}
		if got := (User{Settings: ok}).ValidSettings(); got != ok {
			t.Errorf("stored %.80s is read as %.80s", ok, got)
		}
	}
	for in, field := range map[string]string{
		``:                                     "settings_json",
		`{`:                                    "settings_json",
		`null`:                                 "settings_json",
		`[]`:                                   "settings_json",
		`"{}"`:                                 "settings_json",
		`{} {}`:                                "settings_json",
		"{\"x\":\"\xff\"}":                     "settings_json",
		long + " ":                             "settings_json",
		`{"search_threshold":0.09}`:            "settings_json.search_threshold",
		`{"search_threshold":0.91}`:            "settings_json.search_threshold",
		`{"search_threshold":"0.5"}`:           "settings_json.search_threshold",
		`{"dedup_threshold":1}`:                "settings_json.dedup_threshold",
		`{"related_threshold":false}`:          "settings_json.related_threshold",
		`{"preferred_ai_provider":"acme"}`:     "settings_json.preferred_ai_provider",
		`{"preferred_ai_provider":["openai"]}`: "settings_json.preferred_ai_provider",
		`{"code_mode":1}`:                      "settings_json.code_mode",
		`{"weekly_digest":"no"}`:               "settings_json.weekly_digest",
		`{"stale_nudges":0}`:                   "settings_json.stale_nudges",
		`{"agent_approval":"sometimes"}`:       "settings_json.agent_approval",
		`{"stale_threshold_days":6}`:           "settings_json.stale_threshold_days",
		`{"stale_threshold_days":181}`:         "settings_json.stale_threshold_days",
		`{"stale_threshold_days":30.5}`:        "settings_json.stale_threshold_days",
		`{"timezone":7}`:                       "settings_json.timezone",
		`{"timezone":"Mars/Olympus"}`:          "settings_json.timezone",
		`{"timezone":"../etc/passwd"}`:         "settings_json.timezone",
		`{"timezone":"Local"}`:                 "settings_json.timezone",
		`{"digest_day":7}`:                     "settings_json.digest_day",
		`{"digest_day":-1}`:                    "settings_json.digest_day",
		`{"digest_day":"Sunday"}`:              "settings_json.digest_day",
		`{"digest_hour":24}`:                   "settings_json.digest_hour",
		`{"digest_hour":9.5}`:                  "settings_json.digest_hour",
		`{"digest_empty":"long"}`:              "settings_json.digest_empty",
	} {
		err := ValidateSettings(in)
		if !fault.Is(err, fault.Invalid) || !strings.HasPrefix(fault.Message(err), field+" must ") {
			t.Errorf("ValidateSettings(%.80s) = %v, want a fault of %s", in, err, field)
		}
		if got := (User{Settings: in}).ValidSettings(); got != "{}" {
			t.Errorf("stored %.80s is read as %.80s", in, got)
		}
	}
}

func TestStaleDays(t *testing.T) {
	for settings, want := range map[string]int{`{}`: 30, `{"stale_threshold_days":7}`: 7, `{"stale_threshold_days":null}`: 30, ``: 30} {
		if got := (User{Settings: settings}).StaleDays(30); got != want {
			t.Errorf("with %s, an idea is stale after %d days, want %d", settings, got, want)
		}
	}
}

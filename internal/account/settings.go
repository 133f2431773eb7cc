package account

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // for machines that have no list of zones
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// MaxSettings is how many characters settings may have.
const MaxSettings = 10_000

// known has the settings that mean something to the server, and what each
// must be; null stands for not set. Others are kept as they are: they belong
// to other programs of the same person.
var known = []struct {
	name  string
	check func(any) string
}{
	{"preferred_ai_provider", oneOf("anthropic", "openai", "openrouter", "")},
	{"search_threshold", number(0.1, 0.9)},
	{"dedup_threshold", number(0.1, 0.9)},
	{"related_threshold", number(0.1, 0.9)},
	{"auto_tag", boolean},
	{"code_mode", boolean},
	{"weekly_digest", boolean},
	{"stale_nudges", boolean},
	{"stale_threshold_days", integer(7, 180)},
	{"timezone", zone},
	{"digest_day", integer(0, 6)},
	{"digest_hour", integer(0, 23)},
	{"digest_empty", oneOf("short", "none")},
	{"agent_approval", oneOf("every", "destructive", "never")},
}

// ValidateSettings checks settings that came from outside: a JSON object in
// which what the server knows has the right type and range. The fault names
// the setting.
func ValidateSettings(s string) error {
	if !utf8.ValidString(s) {
		return fault.OfField("settings_json", "must be valid UTF-8")
	}
	if n := utf8.RuneCountInString(s); n > MaxSettings {
		return fault.OfField("settings_json", "must have at most %d characters; it has %d", MaxSettings, n)
	}
	var settings map[string]any
	if err := json.Unmarshal([]byte(s), &settings); err != nil || settings == nil {
		return fault.OfField("settings_json", "must be a JSON object, such as {\"weekly_digest\":false}")
	}
	for _, k := range known {
		v, set := settings[k.name]
		if !set || v == nil {
			continue
		}
		if wanted := k.check(v); wanted != "" {
			return fault.OfField("settings_json."+k.name, "must be %s", wanted)
		}
	}
	return nil
}

// ValidSettings returns the person's settings, or an empty object if what is
// stored breaks the rules.
func (u User) ValidSettings() string {
	if ValidateSettings(u.Settings) != nil {
		return "{}"
	}
	return u.Settings
}

// PreferredProvider returns the provider that the person wants AI calls to go
// to first, "" if they named none.
func (u User) PreferredProvider() string {
	var settings struct {
		Preferred string `json:"preferred_ai_provider"`
	}
	_ = json.Unmarshal([]byte(u.ValidSettings()), &settings) // valid, so it cannot fail
	return settings.Preferred
}

// StaleDays returns after how many days a captured idea counts as stale: what
// the person chose, or else usual.
func (u User) StaleDays(usual int) int {
	var settings struct {
		Days float64 `json:"stale_threshold_days"`
	}
	_ = json.Unmarshal([]byte(u.ValidSettings()), &settings) // valid, so it cannot fail
	if settings.Days == 0 {
		return usual
	}
	return int(settings.Days)
}

// AgentApproval returns before which calls of the agent's tools the person
// wants to be asked: "every" that changes something, only those that are
// "destructive", which is also what nothing means, or "never".
func (u User) AgentApproval() string {
	var settings struct {
		Approval string `json:"agent_approval"`
	}
	_ = json.Unmarshal([]byte(u.ValidSettings()), &settings) // valid, so it cannot fail
	if settings.Approval == "" {
		return "destructive"
	}
	return settings.Approval
}

// SearchThreshold returns the least score that the person wants a search by
// meaning to find, 0 if they chose none.
func (u User) SearchThreshold() float64 {
	var settings struct {
		Threshold float64 `json:"search_threshold"`
	}
	_ = json.Unmarshal([]byte(u.ValidSettings()), &settings) // valid, so it cannot fail
	return settings.Threshold
}

// LetterSettings are when and which letters a person wants.
type LetterSettings struct {
	Digests bool
	Nudges  bool
	Zone    string // IANA name, "" if they have set none
	Day     int    // 0 for Sunday
	Hour    int
	Short   bool // a letter also of a week in which nothing happened
}

// LetterSettings returns what the person chose, or else Sunday at nine,
// everything on.
func (u User) LetterSettings() LetterSettings {
	var settings struct {
		Weekly *bool    `json:"weekly_digest"`
		Nudges *bool    `json:"stale_nudges"`
		Zone   string   `json:"timezone"`
		Day    float64  `json:"digest_day"`
		Hour   *float64 `json:"digest_hour"`
		Empty  string   `json:"digest_empty"`
	}
	_ = json.Unmarshal([]byte(u.ValidSettings()), &settings) // valid, so it cannot fail
	s := LetterSettings{
		Digests: settings.Weekly == nil || *settings.Weekly,
		Nudges:  settings.Nudges == nil || *settings.Nudges,
		Zone:    settings.Zone,
		Day:     int(settings.Day),
		Hour:    9,
		Short:   settings.Empty != "none",
	}
	if settings.Hour != nil {
		s.Hour = int(*settings.Hour)
	}
	return s
}

// SwitchOff sets a setting to false and leaves all others as they are.
func (u *User) SwitchOff(setting string) error {
	var settings map[string]json.RawMessage
	if err := json.Unmarshal([]byte(u.ValidSettings()), &settings); err != nil {
		return err
	}
	settings[setting] = json.RawMessage("false")
	b, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	u.Settings = string(b)
	return ValidateSettings(u.Settings)
}

// The checks return what a value must be, or "" if it is.

func oneOf(values ...string) func(any) string {
	return func(v any) string {
		if s, ok := v.(string); ok && slices.Contains(values, s) {
			return ""
		}
		return `one of "` + strings.Join(values, `", "`) + `"`
	}
}

func number(low, high float64) func(any) string {
	return func(v any) string {
		if n, ok := v.(float64); ok && n >= low && n <= high {
			return ""
		}
		return fmt.Sprintf("a number from %v to %v", low, high)
	}
}

func integer(low, high float64) func(any) string {
	return func(v any) string {
		if n, ok := v.(float64); ok && n >= low && n <= high && n == math.Trunc(n) {
			return ""
		}
		return fmt.Sprintf("a whole number from %v to %v", low, high)
	}
}

// zone wants a name that names the same zone on every machine.
func zone(v any) string {
	if name, ok := v.(string); ok && name != "" && name != "Local" {
		if _, err := time.LoadLocation(name); err == nil {
			return ""
		}
	}
	return "the name of a time zone, such as \"Europe/Berlin\""
}

func boolean(v any) string {
	if _, ok := v.(bool); ok {
		return ""
	}
	return "true or false"
}

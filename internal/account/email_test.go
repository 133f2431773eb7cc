package account

import (
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

func TestNormalizeEmail(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"ada@example.org", "ada@example.org"},
		{"  Ada.Lovelace+ideas@Example.ORG\n", "ada.lovelace+ideas@example.org"},
		{"root@localhost", "root@localhost"},
		{"jose\u0301@example.org", "josé@example.org"},
		{strings.Repeat("a", 64) + "@" + strings.Repeat("b", 60) + ".example", strings.Repeat("a", 64) + "@" + strings.Repeat("b", 60) + ".example"},
	} {
		got, err := NormalizeEmail(tt.in)
		if err != nil || got != tt.want {
			t.Errorf("NormalizeEmail(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
		}
		if again, err := NormalizeEmail(got); err != nil || again != got {
			t.Errorf("NormalizeEmail(%q) = %q, %v: not stable", got, again, err)
		}
	}
	for _, in := range []string{
		"", "   ", "ada", "ada@", "@example.org", "a@b@c", "ada @example.org",
		"Ada <ada@example.org>", "ada@example.org, bob@example.org", `"a b"@example.org`,
		"ada@example.org (Ada)", "ada@exam\nple.org", "ada@example.org\x00", "a\xff@example.org",
		strings.Repeat("a", MaxEmail) + "@example.org",
	} {
		got, err := NormalizeEmail(in)
		if !fault.Is(err, fault.Invalid) || !strings.HasPrefix(fault.Message(err), "email must") {
			t.Errorf("NormalizeEmail(%q) = %q, %v, want a fault of the field email", in, got, err)
		}
	}
}

func TestNormalizeDisplayName(t *testing.T) {
	long := strings.Repeat("ü", MaxDisplayName)
	for _, tt := range []struct{ in, want string }{
		{"Ada Lovelace", "Ada Lovelace"},
		{" Ada\t", "Ada"},
		{"Zoe\u0308", "Zoë"},
		{long, long},
	} {
		if got, err := NormalizeDisplayName(tt.in); err != nil || got != tt.want {
			t.Errorf("NormalizeDisplayName(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
		}
	}
	for in, want := range map[string]string{
		"":         "display_name must not be empty",
		" \n ":     "display_name must not be empty",
		long + "x": "display_name must have at most 100 characters; it has 101",
		"A\x00da":  "display_name must not contain control characters",
		"A\nda":    "display_name must not contain control characters",
		"A\xffda":  "display_name must be valid UTF-8",
	} {
		if got, err := NormalizeDisplayName(in); fault.Message(err) != want {
			t.Errorf("NormalizeDisplayName(%q) = %q, %v, want error %q", in, got, err, want)
		}
	}
}

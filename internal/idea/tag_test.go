package idea

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

func TestNormalizeTag(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Go", "go"},
		{"  machine   learning ", "machine-learning"},
		{"snake_case", "snake-case"},
		{"a – b", "a-b"},
		{"--x--", "x"},
		{"#inbox", "inbox"},
		{"C++", "c++"},
		{"c#", "c#"},
		{"F#", "f#"},
		{".NET", "net"},
		{"node.js", "node.js"},
		{"R&D", "r&d"},
		{"iot/edge", "iot/edge"},
		{"Über", "über"},
		{"U\u0308ber", "über"},
		{"Ｗｉｄｅ", "wide"},
		{"日本語", "日本語"},
		{"हिन्दी", "हिन्दी"},
		{"a,b", "ab"},
		{`"quoted"`, "quoted"},
		{"tab\tand\nline", "tab-and-line"},
		{"🚀 launch", "launch"},
		{strings.Repeat("x", 50), strings.Repeat("x", 50)},
	} {
		got, err := NormalizeTag(c.in)
		if err != nil || got != c.want {
			t.Errorf("NormalizeTag(%q) = %q, %v; want %q", c.in, got, err, c.want)
		}
	}
}

func TestNormalizeTagRefuses(t *testing.T) {
	for _, in := range []string{"", "   ", "---", "🚀", "#", "\xff", strings.Repeat("x", 51)} {
		if got, err := NormalizeTag(in); !fault.Is(err, fault.Invalid) {
			t.Errorf("NormalizeTag(%q) = %q, %v; want an Invalid fault", in, got, err)
		}
	}
}

func FuzzNormalizeTag(f *testing.F) {
	for _, s := range []string{"Go", "c++", "İstanbul", "ß", "a\u0323\u0307", "\u0345", "ſ", "ǅ", "-#./&+-", "ﬃ", "K", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := NormalizeTag(s)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("NormalizeTag(%q): %v is not an Invalid fault", s, err)
			}
			return
		}
		if n := utf8.RuneCountInString(name); n < 1 || n > MaxTagName {
			t.Fatalf("NormalizeTag(%q) = %q has %d characters", s, name, n)
		}
		if strings.ContainsAny(name, " \t\r\n,\"\x00") {
			t.Fatalf("NormalizeTag(%q) = %q has a separator in it", s, name)
		}
		again, err := NormalizeTag(name)
		if err != nil || again != name {
			t.Fatalf("NormalizeTag(%q) = %q, and of that %q, %v: not the same", s, name, again, err)
		}
	})
}

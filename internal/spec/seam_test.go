package spec

import "testing"

func TestSeam(t *testing.T) {
	for _, tt := range []struct{ name, broken, more, want string }{
		{"between words", "The user can ", "capture ideas.", "The user can capture ideas."},
		{"a space too many", "The user can ", " capture ideas.", "The user can capture ideas."},
		{"within a word that is written anew", "The user can cap", "capture ideas.", "The user can capture ideas."},
		{"within a word that is dropped", "The user can cap", "find ideas.", "The user can find ideas."},
		{"after a word", "The user can find", "find ideas.", "The user can find ideas."},
		{"some words repeated", "The user can cap", "user can capture ideas.", "The user can capture ideas."},
		{"the line repeated", "# A\n\n- one\n- The user can cap", "- The user can capture\n- three", "# A\n\n- one\n- The user can capture\n- three"},
		{"a bullet repeated", "- one\n- ", "- two\n", "- one\n- two\n"},
		{"a heading repeated", "text\n\n## Risks\n", "## Risks\n- One", "text\n\n## Risks\n- One"},
		{"the whole repeated", "# A\n\nB", "# A\n\nBee", "# A\n\nBee"},
		{"a line too many", "One.\n\n", "\n\n## Two", "One.\n\n## Two"},
		{"a line of its own", "- one\n", "\n## Two", "- one\n\n## Two"},
		{"an accident", "a cat and a ", "a", "a cat and a a"},
		{"nothing more", "The user can cap", "", "The user can cap"},
		{"nothing but what is there", "The user can capture", "capture", "The user can capture"},
		{"no spaces", "アイデアを保存する", "機能。", "アイデアを保存する機能。"},
		{"nothing before", "", "# A", "# A"},
		{"indented", "- a\n", "  - b", "- a\n  - b"},
	} {
		// In one piece and byte by byte.
		for _, size := range []int{len(tt.more) + 1, 1} {
			s, _ := newSeam(tt.broken)
			text := tt.broken
			apply := func(p patch) { text = text[:len(text)-p.drop] + p.text }
			for rest := tt.more; rest != ""; {
				n := min(size, len(rest))
				apply(s.add(rest[:n]))
				rest = rest[n:]
			}
			apply(s.close())
			if text != tt.want {
				t.Errorf("%s, in pieces of %d: %q, want %q", tt.name, size, text, tt.want)
			}
		}
	}
}

func TestSeamShowsWholeWords(t *testing.T) {
	long := "x" + string(make([]byte, wordLength))
	for broken, want := range map[string]string{
		"":                      "",
		"one":                   "one",
		"one two":               "one ",
		"one\ntwo ":             "one\ntwo ",
		"one " + long:           "one " + long,
		"# A\n\n- one\n- the u": "# A\n\n- one\n- the ",
	} {
		if _, got := newSeam(broken); got != want {
			t.Errorf("%q is shown as %q, want %q", broken, got, want)
		}
	}
}

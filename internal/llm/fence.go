package llm

import "strings"

// Unfenced takes the Markdown fence away that some models put around JSON
// although they were asked for nothing else.
func Unfenced(s string) string {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "```"); ok {
		rest = strings.TrimPrefix(rest, "json")
		s = strings.TrimSuffix(strings.TrimSpace(rest), "```")
	}
	return s
}

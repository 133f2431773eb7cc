package writer

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/fence"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// What a model may write, in characters.
const (
	minSummary  = 20
	maxSummary  = 1500
	minSentence = 8
	maxSentence = 300
)

// take puts what can be used of an answer into a letter. An answer of which
// nothing can be used is errNoUse.
func take(text string, d *digest.Digest) error {
	var said struct {
		Summary     string
		Connections []struct {
			A, B   int64
			Reason string
		}
		Nudges []struct {
			ID   int64
			Text string
		}
	}
	if err := json.Unmarshal([]byte(llm.Unfenced(text)), &said); err != nil {
		return errNoUse
	}
	used := false
	if s, ok := prose(said.Summary); ok && !d.Empty() {
		d.Summary, used = s, true
	}
	for i, c := range d.Connections {
		for _, r := range said.Connections {
			same := r.A == c.A.Number && r.B == c.B.Number || r.A == c.B.Number && r.B == c.A.Number
			if s, ok := sentence(r.Reason); ok && same {
				d.Connections[i].Reason, d.Connections[i].ByModel, used = s, true, true
			}
		}
	}
	for i, stale := range d.Stale {
		for _, n := range said.Nudges {
			if s, ok := sentence(n.Text); ok && n.ID == stale.Number {
				d.Stale[i].Nudge, used = s, true
			}
		}
	}
	if !used {
		return errNoUse
	}
	return nil
}

// prose checks a text of several sentences. Its paragraphs stay.
func prose(s string) (string, bool) {
	var paragraphs []string
	for part := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		if part = fence.Flat(part); part != "" {
			paragraphs = append(paragraphs, part)
		}
	}
	s = strings.Join(paragraphs, "\n\n")
	return s, fits(s, minSummary, maxSummary)
}

// sentence checks a text of one line.
func sentence(s string) (string, bool) {
	s = fence.Flat(s)
	return s, fits(s, minSentence, maxSentence)
}

// fits reports whether a text can stand in a letter. A letter is read without
// looking twice, so what could lead somewhere, or is none of a writer's
// business, is left out as a whole.
func fits(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && utf8.ValidString(s) &&
		!address.MatchString(s) && !machine.MatchString(s) && !markup.MatchString(s) &&
		!strings.ContainsRune(s, unicode.ReplacementChar) && !babble(s)
}

var (
	// address is what mail programs would make a link of.
	address = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*:[/\\]|\bwww\.|\bmailto:|[^\s@]@[^\s@]+\.|\b[a-z0-9-]+\.(com|net|org|io|dev|app|ai|co|me|info|biz|xyz|ru|cn|tk|top|link|click|site|online)\b`)
	// machine is how models speak of themselves and of their orders.
	machine = regexp.MustCompile(`(?i)\bas an ai\b|\blanguage model\b|\bsystem prompt\b|\bi('m| am) (sorry|unable)\b|\bi (cannot|can't|can not) (help|assist|comply|fulfil)|\[[0-9a-f]{12} |\b(sk|nrp)[-_][a-z0-9_-]{6}`)
	// markup is what was not asked for.
	markup = regexp.MustCompile("<[a-zA-Z/!]|```|\\]\\(|^\\s*[{\\[#]|\\*\\*")
)

// babble reports whether a text repeats itself, as weak models do.
func babble(s string) bool {
	words := strings.Fields(strings.ToLower(s))
	different := map[string]bool{}
	for _, w := range words {
		different[w] = true
	}
	return len(words) >= 12 && 3*len(different) < len(words)
}

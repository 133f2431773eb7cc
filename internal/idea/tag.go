package idea

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// Tag is a label that any number of ideas carry.
type Tag struct {
	ID        int64
	Name      string // as NormalizeTag gives it; unique among the owner's tags
	Color     string // "#rrggbb" in lower case, "" if none
	Ideas     int    // how many ideas that are not archived carry it
	CreatedAt time.Time
}

// NormalizeTag gives the one spelling of a tag: lower case, a hyphen for
// white space and underscores, no "#" in front, no hyphen at either end. Letters and
// digits of every script stay, and so does what names of techniques are
// written with (c++, c#, node.js, r&d, iot/edge). Anything else is dropped.
// A name that has been normalised stays as it is.
func NormalizeTag(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", fault.OfField("tags", "must be valid UTF-8")
	}
	s = strings.ToLower(norm.NFKC.String(s))
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), strings.ContainsRune("+#./&", r):
			b.WriteRune(r)
		case unicode.IsSpace(r), r == '-', r == '_', unicode.Is(unicode.Pd, r):
			if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
				b.WriteByte('-')
			}
		}
	}
	// Lower case and what was dropped bring marks next to letters with which
	// they compose, hence NFKC once more.
	name := norm.NFKC.String(strings.TrimRight(strings.TrimLeft(b.String(), "#-./&+"), "-./&"))
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return "", fault.OfField("tags", "must have at least one letter or digit in each tag")
	case n > MaxTagName:
		return "", fault.OfField("tags", "has a tag of %d characters, at most %d are allowed", n, MaxTagName)
	}
	return name, nil
}

// normalizeTags normalises a list and drops what is there twice.
func normalizeTags(list []string) ([]string, error) {
	out := make([]string, 0, len(list))
	seen := map[string]bool{}
	for _, s := range list {
		name, err := NormalizeTag(s)
		if err != nil {
			return nil, err
		}
		if !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	if len(out) > MaxTags {
		return nil, fault.OfField("tags", "has %d tags, at most %d are allowed", len(out), MaxTags)
	}
	return out, nil
}

var colorPattern = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// normalizeColor checks a tag's colour; "" means none.
func normalizeColor(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s != "" && !colorPattern.MatchString(s) {
		return "", fault.OfField("color", "must look like #1a2b3c")
	}
	return s, nil
}

package account

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// Limits of what a person says about themselves, in characters.
const (
	MaxEmail       = 254
	MaxDisplayName = 100
)

// NormalizeEmail returns the one spelling of an e-mail address that is stored
// and looked up: without space around it and in lower case. Strictly, the
// part before the @ may tell upper from lower case; no mail system does, and
// people do not remember how they typed it.
func NormalizeEmail(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", fault.OfField("email", "must be valid UTF-8")
	}
	s = strings.ToLower(norm.NFC.String(strings.TrimSpace(s)))
	switch {
	case s == "":
		return "", fault.OfField("email", "must not be empty")
	case utf8.RuneCountInString(s) > MaxEmail:
		return "", fault.OfField("email", "must have at most %d characters", MaxEmail)
	}
	// What the parser gives back differs from s if s is more than a bare
	// address: a name, a comment, quotes.
	addr, err := mail.ParseAddress(s)
	if err != nil || addr.Address != s || strings.ContainsFunc(s, unicode.IsControl) {
		return "", fault.OfField("email", "must be an address like ada@example.org")
	}
	return s, nil
}

// NormalizeDisplayName checks the name by which a person is shown, without
// the space around it.
func NormalizeDisplayName(s string) (string, error) {
	return line("display_name", s, MaxDisplayName)
}

// line checks a text of one line that must be there.
func line(field, s string, limit int) (string, error) {
	if !utf8.ValidString(s) {
		return "", fault.OfField(field, "must be valid UTF-8")
	}
	s = norm.NFC.String(strings.TrimSpace(s))
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return "", fault.OfField(field, "must not be empty")
	case n > limit:
		return "", fault.OfField(field, "must have at most %d characters; it has %d", limit, n)
	case strings.ContainsFunc(s, unicode.IsControl):
		return "", fault.OfField(field, "must not contain control characters")
	}
	return s, nil
}

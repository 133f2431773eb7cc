package idea

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// The limits. Lengths are counted in characters, not bytes.
const (
	MaxTitle     = 200
	MaxBody      = 50_000
	MaxTags      = 20 // on one idea
	MaxTagName   = 50
	MaxURL       = 2_000
	MaxLinkTitle = 200
	MaxNote      = 500 // of a relation
	MaxQuery     = 500 // of a search
	DefaultPage  = 20
	MaxPage      = 100
	MaxNumbers   = 100    // in one look-up by number
	MaxBulk      = 1_000  // ideas or relations in one bulk call
	MaxPlaces    = 20_000 // positions stored in one call
)

// line checks a text that is shown on one line. White space around it is
// dropped, and line breaks and tabs within become spaces, since they come
// with a paste and nobody means them.
func line(field, s string, least, most int) (string, error) {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, s)
	s, err := text(field, strings.TrimSpace(s), most)
	if err != nil {
		return "", err
	}
	if n := utf8.RuneCountInString(s); n < least {
		return "", fault.OfField(field, "must not be empty: give it 1 to %d characters", most)
	}
	return s, nil
}

// text checks a text that may have lines.
func text(field, s string, most int) (string, error) {
	if !utf8.ValidString(s) {
		return "", fault.OfField(field, "is not valid UTF-8: send it in UTF-8")
	}
	if n := utf8.RuneCountInString(s); n > most {
		return "", fault.OfField(field, "has %d characters, at most %d are allowed", n, most)
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return "", fault.OfField(field, "has a control character (U+%04X): remove it", r)
		}
	}
	return s, nil
}

// webURL checks an address that people will follow. Only http and https are
// let in: an address is shown as a link, and a javascript: one must not be.
func webURL(field, s string) (string, error) {
	s, err := line(field, s, 1, MaxURL)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", fault.OfField(field, "must be a full address that starts with http:// or https://")
	}
	return s, nil
}

// Package mail has the letters that the program writes to people: what one is,
// the outbox that keeps it until it is delivered, and when to try again. It
// knows nothing of SQL or SMTP: it declares the Store and the Sender it needs.
//
// A letter is queued in the transaction of what it follows from, so there is
// one exactly if that is there, and it is never lost. A letter whose delivery
// was cut off between the server's "taken" and our note of it is sent again,
// with the same Message-ID, by which mail systems know it.
package mail

import (
	"crypto/sha256"
	"encoding/hex"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// Kind is what a letter is about.
type Kind string

// The kinds.
const (
	Test      Kind = "test"       // that mail arrives
	MagicLink Kind = "magic-link" // a link to sign in with
	Digest    Kind = "digest"     // the week's ideas
	Nudge     Kind = "nudge"      // ideas that wait for long
)

// Limits of a letter, in bytes.
const (
	MaxSubject = 500
	MaxBody    = 1 << 20 // of the text and of the HTML, each
)

// Message is a letter to one person.
type Message struct {
	To     string // the address alone
	ToName string // "" if there is none
	// Subject, Text and HTML may be empty only if the letter is composed when
	// it is sent; see Composer.
	Subject string
	Text    string
	HTML    string // "" for a letter of text alone
	// Unsubscribe is the https URL behind which one POST ends letters of this
	// kind, as RFC 8058 says; "" if there is none.
	Unsubscribe string
	// ID tells a letter from all others to the same owner: one that is queued
	// a second time is left alone. The Message-ID is made of it. "" for a
	// random one.
	ID   string
	Kind Kind
	// At is when the letter was written; when it is queued, if zero.
	At time.Time
	// Until is when nobody needs it any more; KeepTrying after At, if zero.
	Until time.Time
}

// Check says what is wrong with a letter. One that passes has no way to add a
// header, a recipient or a command to what is sent.
func (m Message) Check() error {
	if err := checkAddress(m.To); err != nil {
		return err
	}
	switch {
	case m.Kind == "":
		return fault.OfField("kind", "must not be empty")
	case len(m.Subject) > MaxSubject:
		return fault.OfField("subject", "must have at most %d bytes", MaxSubject)
	case len(m.Text) > MaxBody, len(m.HTML) > MaxBody:
		return fault.OfField("text", "must have at most %d bytes", MaxBody)
	case !utf8.ValidString(m.Text), !utf8.ValidString(m.HTML):
		return fault.OfField("text", "must be valid UTF-8")
	}
	for _, line := range []struct{ name, text string }{
		{"to_name", m.ToName}, {"subject", m.Subject}, {"id", m.ID}, {"kind", string(m.Kind)},
	} {
		if !oneLine(line.text) {
			return fault.OfField(line.name, "must be one line of valid UTF-8 without control characters")
		}
	}
	return checkUnsubscribe(m.Unsubscribe)
}

// checkAddress wants a bare address that is fit for a command of SMTP.
func checkAddress(s string) error {
	a, err := netmail.ParseAddress(s)
	if err != nil || a.Address != s || !oneLine(s) || strings.ContainsAny(s, "<> \"") {
		return fault.OfField("to", "must be an address like ada@example.org")
	}
	return nil
}

func checkUnsubscribe(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || !oneLine(s) || strings.ContainsAny(s, "<>, ") {
		return fault.OfField("unsubscribe", "must be an http or https URL")
	}
	return nil
}

// oneLine reports whether a text can stand in a header. Line separators of
// Unicode end no line of a mail, but no name or subject needs them.
func oneLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	})
}

// MessageID returns the Message-ID of a letter that is sent by somebody at a
// domain, without the angle brackets. It is the same whenever it is sent.
func (m Message) MessageID(domain string) string {
	sum := sha256.Sum256([]byte(string(m.Kind) + "\x00" + m.ID + "\x00" + m.To))
	return hex.EncodeToString(sum[:16]) + "@" + domain
}

// Domain returns what of an address may stand in a log: what is behind its @.
func Domain(address string) string {
	return address[strings.LastIndexByte(address, '@')+1:]
}

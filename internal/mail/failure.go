package mail

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// Step is how far the conversation with a mail server was when it failed.
type Step int

// The steps, in their order.
const (
	Look      Step = iota + 1 // the server's name
	Connect                   // the connection
	Encrypt                   // TLS
	SignIn                    // the server's user and password
	From                      // our address
	Recipient                 // the recipient's address
	Content                   // the letter itself
)

// Failure is why a mail server did not take a letter.
type Failure struct {
	Step Step
	// What went wrong, in a sentence that tells the operator what to do. It
	// has no addresses.
	What string
	// Code is the server's reply, such as 550; 0 if it gave none.
	Code int
	// Said is what the server replied, if it did, without addresses.
	Said string
	// Permanent says that this letter will not be taken later either.
	Permanent bool
	Cause     error // may have addresses in it, so it is not logged
}

// Error returns what went wrong.
func (f *Failure) Error() string { return f.Reason() }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// Reason is what went wrong, with the server's own words, without addresses.
func (f *Failure) Reason() string {
	switch {
	case f.Code != 0 && f.Said != "":
		return fmt.Sprintf("%s The server said: %d %s", f.What, f.Code, f.Said)
	case f.Code != 0:
		return fmt.Sprintf("%s The server said: %d", f.What, f.Code)
	}
	return f.What
}

// address is what stands before the @ of whatever looks like an address.
var address = regexp.MustCompile(`[^\s<>"'(),;:=]+@`)

// maxSaid is how many characters of a server's words are kept.
const maxSaid = 300

// Masked returns a server's words in one line, without what stands before the
// @ of addresses: servers like to repeat whom they do not know.
func Masked(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	s = address.ReplaceAllString(s, "…@")
	if r := []rune(s); len(r) > maxSaid {
		s = string(r[:maxSaid]) + "…"
	}
	return s
}

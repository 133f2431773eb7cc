package conversation

import (
	"strings"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// What a conversation may have.
const (
	MaxID       = 64
	MaxText     = 64_000 // characters of one message of the person
	MaxTitle    = 200    // characters
	MaxMessages = 2_000  // more is not read by anybody, and every answer reads them
)

// CheckID checks an id that came from outside.
func CheckID(field, id string) error {
	if id == "" || len(id) > MaxID || strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") != "" {
		return fault.OfField(field, "must be 1 to %d letters, digits, _ and -", MaxID)
	}
	return nil
}

// CheckTitle returns a title without the white space around it.
func CheckTitle(title string) (string, error) {
	title = strings.TrimSpace(title)
	switch n := utf8.RuneCountInString(title); {
	case n == 0:
		return "", fault.OfField("title", "must not be empty")
	case n > MaxTitle:
		return "", fault.OfField("title", "must have at most %d characters; it has %d", MaxTitle, n)
	}
	return title, nil
}

// titleLength is how many characters of a message become a title.
const titleLength = 60

// TitleOf makes a title of the first message.
func TitleOf(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= titleLength {
		return text
	}
	runes := []rune(text)[:titleLength]
	short := string(runes)
	if at := strings.LastIndexByte(short, ' '); at > len(short)/2 {
		short = short[:at]
	}
	return short + "…"
}

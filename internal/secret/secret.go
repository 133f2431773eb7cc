// Package secret has a string that cannot be shown by accident: whatever
// prints, logs or marshals it gets a mask. Only Reveal gives the text, so a
// search for that word finds every place where a secret leaves its type.
package secret

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// Mask is what a secret looks like to everything but Reveal.
const Mask = "••••••••"

// Text is a secret in plain form. The zero value is the empty secret.
type Text struct {
	// A pointer, so that a formatter that walks fields by reflection meets an
	// address and not the text.
	text *string
}

// New wraps a plain text.
func New(text string) Text {
	if text == "" {
		return Text{}
	}
	return Text{&text}
}

// Reveal returns the plain text. Call it at the last moment, and do not keep
// what it returns.
func (t Text) Reveal() string {
	if t.text == nil {
		return ""
	}
	return *t.text
}

// Empty reports whether there is no secret.
func (t Text) Empty() bool { return t.text == nil }

// String returns the mask, or nothing for an empty secret.
func (t Text) String() string {
	if t.text == nil {
		return ""
	}
	return Mask
}

// Format writes the mask whatever the verb and the flags.
func (t Text) Format(f fmt.State, _ rune) { io.WriteString(f, t.String()) }

// LogValue logs the mask.
func (t Text) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalJSON marshals the mask.
func (t Text) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// MarshalText marshals the mask; XML, YAML and map keys come through here.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText takes a plain text in, so that flags and request bodies can
// hold a secret in this type from the first moment.
func (t *Text) UnmarshalText(b []byte) error {
	*t = New(string(b))
	return nil
}

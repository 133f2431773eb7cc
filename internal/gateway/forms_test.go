package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// However a provider repeats a key, it is overwritten.
func TestFormsOfASecret(t *testing.T) {
	for name, encode := range map[string]func(text string) string{
		"plain":     func(text string) string { return text },
		"hex":       func(text string) string { return hex.EncodeToString([]byte(text)) },
		"upper hex": func(text string) string { return strings.ToUpper(hex.EncodeToString([]byte(text))) },
		"percent":   func(text string) string { return string(percent([]byte(text))) },
		"URL":       url.QueryEscape,
		"base64":    func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) },
		"base64url": func(text string) string { return base64.URLEncoding.EncodeToString([]byte(text)) },
		"unpadded":  func(text string) string { return base64.RawStdEncoding.EncodeToString([]byte(text)) },
	} {
		// Among different neighbours, at all three places within a group.
		for _, before := range []string{"", "a", "ab", "abc", "\xff\xff\xff\xff"} {
			for _, after := range []string{"", "z", "zy", "\xff\xfe"} {
				in := encode(before + openAIKey + after)
				got, err := io.ReadAll(scrub(strings.NewReader(in), forms(secret.New(openAIKey))))
				if err != nil || len(got) != len(in) {
					t.Fatalf("%s: %q, %v", name, got, err)
				}
				// Of base64 a character at either edge, which holds bits of two bytes, may stay.
				if n := bytes.Count(got, []byte("*")); n < len(openAIKey) {
					t.Errorf("%s: only %d characters of %d are overwritten", name, n, len(in))
				}
			}
		}
	}
	if got := forms(secret.Text{}); len(got) != 0 {
		t.Errorf("an empty secret has the forms %q", got)
	}
}

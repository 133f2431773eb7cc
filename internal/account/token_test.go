package account

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// CRC-32 of 56 zeros as ASCII, as Python's zlib.crc32 gives it.
const zeroKey = "nrp_" + "00000000000000000000000000000000000000000000000000000000" + "cb612bfd"

func TestParseKey(t *testing.T) {
	for range 50 {
		key, err := newKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if err := ParseKey(key); err != nil {
			t.Fatalf("a new key of %d characters is refused: %v", len(key.Reveal()), err)
		}
	}
	if err := ParseKey(secret.New(zeroKey)); err != nil {
		t.Errorf("the key of zeros is refused: %v", err)
	}

	for name, tt := range map[string]struct{ key, want string }{
		"cut off":       {zeroKey[:67], "cut off"},
		"prefix alone":  {KeyPrefix, "cut off"},
		"one too many":  {zeroKey + "0", "too long"},
		"line break":    {zeroKey + "\n", "too long"},
		"upper case":    {KeyPrefix + strings.ToUpper(zeroKey[4:]), "mistyped"},
		"not hex":       {strings.Replace(zeroKey, "_0", "_g", 1), "mistyped"},
		"other prefix":  {"sk-" + zeroKey, "begins with nrp_"},
		"session token": {strings.Repeat("0", 64), "begins with nrp_"},
		"empty":         {"", "begins with nrp_"},
	} {
		err := ParseKey(secret.New(tt.key))
		if !fault.Is(err, fault.Unauthenticated) || !strings.Contains(fault.Message(err), tt.want) {
			t.Errorf("%s: %v, want %q in it", name, err, tt.want)
		}
	}
}

// Every mistake that people make with one or two digits shows.
func TestParseKeyNoticesMistakes(t *testing.T) {
	key, err := newKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	text := key.Reveal()
	refused := func(wrong string) {
		t.Helper()
		if wrong != text && ParseKey(secret.New(wrong)) == nil {
			t.Errorf("%s passes for %s", wrong, text)
		}
	}
	for i := len(KeyPrefix); i < len(text); i++ {
		for _, digit := range "0123456789abcdef" {
			refused(text[:i] + string(digit) + text[i+1:])
		}
		if i+1 < len(text) {
			refused(text[:i] + text[i+1:i+2] + text[i:i+1] + text[i+2:])
		}
		refused(text[:i] + text[i+1:])
		refused(text[:i] + text[i:i+1] + text[i:])
	}
}

func TestParseToken(t *testing.T) {
	token, err := newToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h, err := parseToken(token)
	if err != nil || h != hashOf(token) {
		t.Fatalf("parseToken of a new token = %x, %v", h, err)
	}
	for _, in := range []string{"", "abc", token.Reveal()[1:], token.Reveal() + "0", strings.Repeat("G", 64), zeroKey} {
		_, err := parseToken(secret.New(in))
		wantKind(t, err, fault.Unauthenticated)
	}
}

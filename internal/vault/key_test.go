package vault

import (
	"fmt"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

func TestParseKeySpellings(t *testing.T) {
	const hexadecimal = "02d96626f1be707153524dfede581a2a400770cf61cbf1b80dcd3b6f1542a9b3"
	want := mustKey(t, hexadecimal)
	for _, s := range []string{
		strings.ToUpper(hexadecimal),
		" " + hexadecimal + "\n",
		"AtlmJvG+cHFTUk3+3lgaKkAHcM9hy/G4Dc07bxVCqbM=",
		"AtlmJvG-cHFTUk3-3lgaKkAHcM9hy_G4Dc07bxVCqbM",
	} {
		if got := mustKey(t, s); !got.Same(want) || got.ID() != want.ID() {
			t.Errorf("%q is another key", s)
		}
	}
	if mustKey(t, keyB).Same(want) {
		t.Error("two texts gave one key")
	}
}

func TestParseKeyRefusesWeakTexts(t *testing.T) {
	for _, s := range []string{
		"", "   ", "short", "123456789012345", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "0123456789abcdef",
		strings.Repeat("00", 32), "changeme-changeme-1", "my-secret-password", "12345678901234567890",
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
	} {
		_, err := ParseKey(secret.New(s))
		if err == nil {
			t.Errorf("%q was taken", s)
			continue
		}
		if !strings.Contains(err.Error(), "openssl rand") || (len(s) > 8 && strings.Contains(err.Error(), s)) {
			t.Errorf("%q: the error %q gives no advice, or shows the key", s, err)
		}
	}
	for _, s := range []string{
		keyA, keyB, "tR7#kq9!Lm2$xZ5v", "orbit-lantern-velvet-sigma-walnut-drum", "f3b1c09a77d24e5f8a6b",
	} {
		if _, err := ParseKey(secret.New(s)); err != nil {
			t.Errorf("%q was refused: %v", s, err)
		}
	}
}

func TestKeyDoesNotPrint(t *testing.T) {
	k := mustKey(t, keyA)
	inside := fmt.Sprintf("%x", k.wrap)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q"} {
		if s := fmt.Sprintf(verb, k); strings.Contains(s, inside) || strings.Contains(s, inside[:16]) {
			t.Errorf("%s prints the key: %s", verb, s)
		}
	}
}

package vault

import (
	"bytes"
	"errors"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

func TestData(t *testing.T) {
	v, at := New(mustKey(t, keyA)), Place{User: "u", Provider: "openai", Record: "r"}
	data := bytes.Repeat([]byte("answer "), 100_000)
	sealed, err := v.SealData(data, at)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.OpenData(sealed, at); err != nil || !bytes.Equal(got, data) {
		t.Fatalf("OpenData: %d bytes, %v", len(got), err)
	}
	for name, place := range map[string]Place{
		"another user":     {User: "v", Provider: "openai", Record: "r"},
		"another provider": {User: "u", Provider: "anthropic", Record: "r"},
		"another record":   {User: "u", Provider: "openai", Record: "s"},
	} {
		if _, err := v.OpenData(sealed, place); !errors.Is(err, ErrDamaged) {
			t.Errorf("for %s: %v", name, err)
		}
	}
	if _, err := New(mustKey(t, keyB)).OpenData(sealed, at); !errors.Is(err, ErrOtherKey) {
		t.Errorf("with another key: %v", err)
	}
	if _, err := New(mustKey(t, keyB), mustKey(t, keyA)).OpenData(sealed, at); err != nil {
		t.Errorf("with the key as a previous one: %v", err)
	}
	// The two forms are not each other's.
	if _, err := v.Open(sealed, at); !errors.Is(err, ErrDamaged) {
		t.Errorf("data opened as a secret: %v", err)
	}
	key, err := v.Seal(secret.New("sk-something"), at)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.OpenData(key, at); !errors.Is(err, ErrDamaged) {
		t.Errorf("a secret opened as data: %v", err)
	}
	for _, bad := range [][]byte{nil, make([]byte, MaxData+1)} {
		if _, err := v.SealData(bad, at); err == nil {
			t.Errorf("%d bytes were sealed", len(bad))
		}
	}
}

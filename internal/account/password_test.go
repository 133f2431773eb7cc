package account

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

func newHasher() *hasher {
	h := &hasher{}
	h.init(rand.Reader, currentCost)
	return h
}

func TestPasswordHash(t *testing.T) {
	h := newHasher()
	hash, err := h.hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash is %q", hash)
	}
	other, err := h.hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	if hash == other {
		t.Error("two hashes of one password are equal: no salt")
	}

	composed, decomposed := secret.New("caf\u00e9 caf\u00e9 caf\u00e9"), secret.New("cafe\u0301 cafe\u0301 cafe\u0301")
	accented, err := h.hash(t.Context(), composed)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name     string
		password secret.Text
		hash     string
		want     bool
	}{
		{"right", password, hash, true},
		{"right, other salt", password, other, true},
		{"wrong", secret.New("correct horse batterx"), hash, false},
		{"empty password", secret.Text{}, hash, false},
		{"no hash", password, "", false},
		{"no hash, empty password", secret.Text{}, "", false},
		{"accents typed in another way", decomposed, accented, true},
		// A test vector of the reference implementation.
		{"another cost", secret.New("password"), "$argon2id$v=19$m=64,t=2,p=2$c29tZXNhbHQ$NQrDciL0Nsy1wJcvHr079rlYvyBxhBNi", true},
	} {
		got, err := h.matches(t.Context(), tt.password, tt.hash)
		if err != nil || got != tt.want {
			t.Errorf("%s: matches = %v, %v, want %v", tt.name, got, err, tt.want)
		}
	}
}

func TestDamagedPasswordHash(t *testing.T) {
	for name, hash := range map[string]string{
		"another algorithm": "$2y$10$abcdefghijklmnopqrstuv",
		"argon2i":           "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"another version":   "$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"no cost":           "$argon2id$v=19$$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"too much memory":   "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"no passes":         "$argon2id$v=19$m=19456,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"no threads":        "$argon2id$v=19$m=19456,t=2,p=0$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"trailing text":     "$argon2id$v=19$m=19456,t=2,p=1x$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"short salt":        "$argon2id$v=19$m=19456,t=2,p=1$c29t$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"empty sum":         "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$",
		"bad base64":        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$!!!!",
		"cut off":           "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ",
	} {
		ok, err := newHasher().matches(t.Context(), password, hash)
		if ok || err == nil {
			t.Errorf("%s: matches = %v, %v, want an error", name, ok, err)
			continue
		}
		if len(hash) > 60 && strings.Contains(err.Error(), hash[40:]) {
			t.Errorf("%s: the error repeats the hash: %v", name, err)
		}
	}
}

func TestPasswordRules(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "at least 10",
		"too short":                "at least 10",
		strings.Repeat("é", 9):     "at least 10",
		strings.Repeat("x", 201):   "at most 200",
		"bad utf-8 \xff\xfe\xfd":   "valid UTF-8",
		"just right":               "",
		strings.Repeat("é", 200):   "",
		"with \t odd \x01 letters": "",
	} {
		err := checkPassword("password", secret.New(in))
		switch {
		case want == "" && err != nil:
			t.Errorf("checkPassword(%q) = %v", in, err)
		case want != "" && (!fault.Is(err, fault.Invalid) || !strings.Contains(fault.Message(err), want)):
			t.Errorf("checkPassword(%q) = %v, want %q in it", in, err, want)
		}
		if err != nil && in != "" && strings.Contains(err.Error(), in) {
			t.Errorf("the error repeats the password %q: %v", in, err)
		}
	}
}

// A flood of sign-ins computes two hashes at a time, lets some wait, and
// sends the rest away.
func TestHashingIsBounded(t *testing.T) {
	h := newHasher()
	for range maxHashing {
		h.queue <- struct{}{}
		h.slots <- struct{}{}
	}

	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	for range maxWaiting {
		go func() {
			_, err := h.matches(ctx, password, "")
			done <- err
		}()
	}
	for len(h.queue) < cap(h.queue) {
		select {
		case err := <-done:
			t.Fatalf("with every slot taken a hash was computed, error %v", err)
		default:
		}
	}
	_, err := h.matches(t.Context(), password, "")
	wantKind(t, err, fault.Limited)

	cancel()
	for range maxWaiting {
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("a waiting sign-in that was hung up on returned %v", err)
		}
	}
	if len(h.queue) != maxHashing || len(h.slots) != maxHashing {
		t.Errorf("%d in the queue, %d in slots after all left, want %d", len(h.queue), len(h.slots), maxHashing)
	}
}

package vault

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

var update = flag.Bool("update", false, "write testdata/vectors.json anew")

const vectorFile = "testdata/vectors.json"

// vector is one case of the sealed form, for this and any other program that
// reads it.
type vector struct {
	Name    string `json:"name"`
	Key     string `json:"encryption_key"`
	Place   Place  `json:"place"`
	Sealed  string `json:"sealed"` // base64
	Secret  string `json:"secret,omitempty"`
	Outcome string `json:"outcome"` // "opens", "damaged", "other key", "version"
}

var outcomes = map[string]error{"opens": nil, "damaged": ErrDamaged, "other key": ErrOtherKey, "version": ErrVersion}

const (
	keyA = "FNCzRROOzVp4m0XozChY5sVzY0nUfuTdlsMI97r93iM="
	keyB = "correct horse battery staple, and then some"
)

func mustKey(t testing.TB, text string) Key {
	t.Helper()
	k, err := ParseKey(secret.New(text))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func mustSeal(t testing.TB, v *Vault, text string, at Place) []byte {
	t.Helper()
	b, err := v.Seal(secret.New(text), at)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var anna = Place{User: "6f1c7c3e-0000-4000-8000-00000000000a", Provider: "anthropic", Record: "r1"}

func TestVectors(t *testing.T) {
	if *update {
		writeVectors(t)
	}
	vectors := readVectors(t)
	keys := map[string]Key{}
	for _, c := range vectors {
		t.Run(c.Name, func(t *testing.T) {
			if _, ok := keys[c.Key]; !ok {
				keys[c.Key] = mustKey(t, c.Key)
			}
			want, ok := outcomes[c.Outcome]
			if !ok {
				t.Fatalf("unknown outcome %q", c.Outcome)
			}
			sealed, err := base64.StdEncoding.Strict().DecodeString(c.Sealed)
			if err != nil {
				t.Fatal(err)
			}
			got, err := New(keys[c.Key]).Open(sealed, c.Place)
			if !errors.Is(err, want) || got.Reveal() != c.Secret {
				t.Errorf("Open = %q, %v; want %q, %v", got.Reveal(), err, c.Secret, want)
			}
		})
	}
	for _, outcome := range []string{"opens", "damaged", "other key", "version"} {
		if !slices.ContainsFunc(vectors, func(c vector) bool { return c.Outcome == outcome }) {
			t.Errorf("no vector has the outcome %q", outcome)
		}
	}
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	b, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(b, &vectors); err != nil {
		t.Fatal(err)
	}
	return vectors
}

// writeVectors makes the table: sealed forms that open, and every way in
// which one must not.
func writeVectors(t *testing.T) {
	a, b := New(mustKey(t, keyA)), New(mustKey(t, keyB))
	const text = "sk-ant-api03-not-a-real-key"
	sealed := mustSeal(t, a, text, anna)
	var out []vector
	add := func(name, outcome string, at Place, sealed []byte) {
		c := vector{Name: name, Key: keyA, Place: at, Sealed: base64.StdEncoding.EncodeToString(sealed), Outcome: outcome}
		if outcome == "opens" {
			c.Secret = text
		}
		out = append(out, c)
	}
	changed := func(f func(b []byte) []byte) []byte { return f(slices.Clone(sealed)) }

	add("as sealed", "opens", anna, sealed)
	add("one byte long secret", "opens", anna, mustSeal(t, a, "k", anna))
	out[len(out)-1].Secret = "k"
	wrapped, err := New(mustKey(t, keyA), mustKey(t, keyB)).Rewrap(mustSeal(t, b, text, anna), anna)
	if err != nil {
		t.Fatal(err)
	}
	add("wrapped again from another key", "opens", anna, wrapped)
	add("under a passphrase", "opens", anna, mustSeal(t, b, text, anna))
	out[len(out)-1].Key = keyB

	for _, c := range []struct {
		name string
		at   int
	}{
		{"first of the wrapping nonce", wrapAt}, {"first of the wrapped key", wrapAt + nonceSize},
		{"last of the wrapping tag", sealAt - 1}, {"first of the nonce", sealAt},
		{"first of the secret", sealAt + nonceSize}, {"last", len(sealed) - 1},
	} {
		add("bit flipped: "+c.name, "damaged", anna, changed(func(b []byte) []byte { b[c.at] ^= 1; return b }))
	}
	add("bit flipped: key id", "other key", anna, changed(func(b []byte) []byte { b[1] ^= 1; return b }))
	add("version 0", "damaged", anna, changed(func(b []byte) []byte { b[0] = 0; return b }))
	add("version 2", "version", anna, changed(func(b []byte) []byte { b[0] = 2; return b }))
	for _, n := range []int{0, 1, headSize, wrapAt + nonceSize, sealAt, sealAt + nonceSize, minimal - 1, len(sealed) - 1} {
		add("truncated to "+strconv.Itoa(n), "damaged", anna, sealed[:n])
	}
	add("one byte too many", "damaged", anna, append(slices.Clone(sealed), 0))
	add("twice in a row", "damaged", anna, append(slices.Clone(sealed), sealed...))
	add("base64 of itself", "version", anna, []byte(base64.StdEncoding.EncodeToString(sealed)))

	other := anna
	other.User = "6f1c7c3e-0000-4000-8000-00000000000b"
	add("another owner", "damaged", other, sealed)
	other = anna
	other.Provider = "openai"
	add("another provider", "damaged", other, sealed)
	other = anna
	other.Record = "r2"
	add("another row", "damaged", other, sealed)
	add("parts of the place shifted", "damaged", Place{anna.User + "anthropic", "", anna.Record}, sealed)
	second := mustSeal(t, a, text, anna)
	add("wrapping of one, secret of another", "damaged", anna, append(slices.Clone(sealed[:sealAt]), second[sealAt:]...))
	add("sealed with another key", "other key", anna, mustSeal(t, b, text, anna))
	forged := mustSeal(t, b, text, anna)
	id := a.Current()
	copy(forged[1:], id[:])
	add("sealed with another key under this one's id", "damaged", anna, forged)

	j, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll("testdata", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(vectorFile, append(j, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSealDoesNotRepeat(t *testing.T) {
	v := New(mustKey(t, keyA))
	a, b := mustSeal(t, v, "k", anna), mustSeal(t, v, "k", anna)
	for _, part := range [][2]int{{wrapAt, wrapAt + nonceSize}, {wrapAt + nonceSize, sealAt}, {sealAt, sealAt + nonceSize}, {sealAt + nonceSize, len(a)}} {
		if slices.Equal(a[part[0]:part[1]], b[part[0]:part[1]]) {
			t.Errorf("two sealed forms of one secret share bytes %d to %d", part[0], part[1])
		}
	}
}

func TestSealRefuses(t *testing.T) {
	v := New(mustKey(t, keyA))
	for _, s := range []string{"", strings.Repeat("x", maxSecret+1)} {
		if _, err := v.Seal(secret.New(s), anna); err == nil {
			t.Errorf("sealed a secret of %d bytes", len(s))
		}
	}
}

func TestRewrapLeavesTheSecretAlone(t *testing.T) {
	old, now := mustKey(t, keyA), mustKey(t, keyB)
	sealed := mustSeal(t, New(old), "sk-1", anna)
	v := New(now, old)
	wrapped, err := v.Rewrap(sealed, anna)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(wrapped[sealAt:], sealed[sealAt:]) {
		t.Error("Rewrap changed the sealed secret")
	}
	if got, err := New(now).Open(wrapped, anna); err != nil || got.Reveal() != "sk-1" {
		t.Errorf("the new key alone opens it as %q, %v", got.Reveal(), err)
	}
	if _, err := New(old).Open(wrapped, anna); !errors.Is(err, ErrOtherKey) {
		t.Errorf("the old key alone: %v, want ErrOtherKey", err)
	}
	again, err := v.Rewrap(wrapped, anna)
	if err != nil || !slices.Equal(again, wrapped) {
		t.Errorf("wrapping again changed it (%v)", err)
	}
}

func TestCanary(t *testing.T) {
	a, b := mustKey(t, keyA), mustKey(t, keyB)
	sealed, err := New(a).SealCanary()
	if err != nil {
		t.Fatal(err)
	}
	if err := New(a).CheckCanary(sealed); err != nil {
		t.Errorf("right key: %v", err)
	}
	if err := New(b, a).CheckCanary(sealed); err != nil {
		t.Errorf("right key among the previous ones: %v", err)
	}
	err = New(b).CheckCanary(sealed)
	if !errors.Is(err, ErrOtherKey) || !strings.Contains(err.Error(), a.ID().String()) || !strings.Contains(err.Error(), b.ID().String()) {
		t.Errorf("wrong key: %v; want ErrOtherKey that names both ids", err)
	}
	sealed[len(sealed)-1] ^= 1
	if err := New(a).CheckCanary(sealed); !errors.Is(err, ErrDamaged) {
		t.Errorf("damaged: %v, want ErrDamaged", err)
	}
}

func FuzzOpen(f *testing.F) {
	v := New(mustKey(f, keyA))
	// A fixed form: every worker of the fuzzer runs this function anew.
	vectors := readVectors(f)
	sealed, err := base64.StdEncoding.DecodeString(vectors[0].Sealed)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add(sealed[:minimal])
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := v.Open(b, anna)
		if err == nil && !slices.Equal(b, sealed) {
			t.Fatalf("opened a forgery of %d bytes as %q", len(b), got.Reveal())
		}
	})
}

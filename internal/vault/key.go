package vault

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/crypto/argon2"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// KeyID tells which master key wrapped a data key. It is derived from the
// master key and gives nothing of it away.
type KeyID [8]byte

// String returns the id as 16 hexadecimal digits.
func (id KeyID) String() string { return hex.EncodeToString(id[:]) }

// Key is a master key. It prints as its id.
type Key struct {
	id   KeyID
	wrap [32]byte
}

// ID returns what tells this key from others.
func (k Key) ID() KeyID { return k.id }

// String returns the id, never the key.
func (k Key) String() string { return "master key " + k.id.String() }

// GoString does what String does, for %#v.
func (k Key) GoString() string { return k.String() }

// The domain separation of everything that is derived from ENCRYPTION_KEY.
const (
	stretchSalt = "neuralrepo vault passphrase 1"
	wrapInfo    = "neuralrepo vault master key 1"
	idInfo      = "neuralrepo vault key id 1"
)

// ParseKey derives a master key from the text of ENCRYPTION_KEY: 32 bytes in
// base64 or hexadecimal, or any other text that is hard enough to guess. Such
// a text is stretched with Argon2id (64 MiB, 3 passes), with a fixed salt
// because nothing but the text is to be needed to open a backup.
func ParseKey(text secret.Text) (Key, error) {
	s := strings.TrimSpace(text.Reveal())
	if s == "" {
		return Key{}, fmt.Errorf("the encryption key is empty: %s", keyAdvice)
	}
	material, ok := decode32(s)
	if !ok {
		material = []byte(s)
	}
	if why := weakness(s, material); why != "" {
		return Key{}, fmt.Errorf("the encryption key is too easy to guess: it %s; %s", why, keyAdvice)
	}
	if !ok {
		material = argon2.IDKey(material, []byte(stretchSalt), 3, 64*1024, 1, 32)
	}
	var k Key
	for _, part := range []struct {
		info string
		to   []byte
	}{{wrapInfo, k.wrap[:]}, {idInfo, k.id[:]}} {
		b, err := hkdf.Key(sha256.New, material, nil, part.info, len(part.to))
		if err != nil {
			return Key{}, fmt.Errorf("derive the master key: %w", err)
		}
		copy(part.to, b)
	}
	return k, nil
}

const keyAdvice = "make one with: openssl rand -base64 32"

// decode32 decodes 32 bytes in hexadecimal or in any spelling of base64.
func decode32(s string) ([]byte, bool) {
	if b, err := hex.DecodeString(s); err == nil && len(b) == 32 {
		return b, true
	}
	s = strings.TrimRight(s, "=")
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if b, err := e.DecodeString(s); err == nil && len(b) == 32 {
			return b, true
		}
	}
	return nil, false
}

// What a text must at least have. Six words of a word list, or 16 random
// characters, pass.
const (
	minLength   = 16 // characters
	minDistinct = 8  // different characters
	minBits     = 70 // by a guess that assumes a random choice of characters
)

// weakness says what makes a key easy to guess, or nothing. It cannot know a
// bad key that looks like a good one; it finds the ones that are typed in
// haste or left over from an example.
func weakness(s string, material []byte) string {
	lower := strings.ToLower(s)
	for _, known := range []string{"changeme", "change-me", "change_me", "password", "secret", "example", "your-encryption-key", "encryption_key", "replace"} {
		if strings.Contains(lower, known) && len(s) < 40 {
			return "has a word in it that everybody tries" // not which: it may be all of the key
		}
	}
	distinct := map[byte]bool{}
	for _, b := range material {
		distinct[b] = true
	}
	if len(distinct) < minDistinct {
		return fmt.Sprintf("has only %d different characters", len(distinct))
	}
	if len(s) < minLength {
		return fmt.Sprintf("has %d characters where %d are the least", len(s), minLength)
	}
	if steady(material) {
		return "is a row of neighbouring characters"
	}
	if float64(len(s))*bitsPerCharacter(s) < minBits {
		return "uses too few kinds of characters for its length"
	}
	return ""
}

// steady reports whether most bytes are the same distance from the one
// before, as in 0123456789… or aaaa….
func steady(b []byte) bool {
	same := 0
	for i := 2; i < len(b); i++ {
		if b[i]-b[i-1] == b[i-1]-b[i-2] {
			same++
		}
	}
	return same > len(b)/2
}

// bitsPerCharacter guesses how much one character of s is worth.
func bitsPerCharacter(s string) float64 {
	var letter, upper, digit, other bool
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			digit = true
		case unicode.IsUpper(r):
			upper = true
		case unicode.IsLetter(r):
			letter = true
		default:
			other = true
		}
	}
	bits := 0.0
	if digit {
		bits += 3.3
	}
	if letter {
		bits++
		if !digit {
			bits += 2 // written text, not random letters
		}
	}
	if upper {
		bits++
	}
	if other {
		bits++
	}
	return bits
}

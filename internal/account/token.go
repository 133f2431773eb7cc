package account

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// KeyPrefix begins every API key, so that people and scanners know it when
// they see it.
const KeyPrefix = "nrp_"

const (
	tokenSize  = 32 // random bytes of a session token: 64 hexadecimal digits
	keySize    = 28 // random bytes of an API key: 56 hexadecimal digits
	hexDigits  = 64 // of a session token, and of an API key behind its prefix
	keyPayload = 56 // of those of an API key, the ones that are random
)

// newToken makes a session token.
func newToken(rand io.Reader) (secret.Text, error) {
	b := make([]byte, tokenSize)
	if _, err := io.ReadFull(rand, b); err != nil {
		return secret.Text{}, fmt.Errorf("make a session token: %w", err)
	}
	return secret.New(hex.EncodeToString(b)), nil
}

// parseToken returns the hash under which a session is looked up.
func parseToken(t secret.Text) (Hash, error) {
	if s := t.Reveal(); len(s) == hexDigits && lowerHex(s) {
		return hashOf(t), nil
	}
	return Hash{}, fault.New(fault.Unauthenticated, "This is not a session token. Sign in again, or send an API key.")
}

// newKey makes an API key: the prefix, 56 hexadecimal digits from 28 random
// bytes, and the 8 digits of their checksum.
func newKey(rand io.Reader) (secret.Text, error) {
	b := make([]byte, keySize)
	if _, err := io.ReadFull(rand, b); err != nil {
		return secret.Text{}, fmt.Errorf("make an API key: %w", err)
	}
	payload := hex.EncodeToString(b)
	return secret.New(KeyPrefix + payload + checksum(payload)), nil
}

// ParseKey tells whether a text can be an API key at all, without a look-up.
//
// An API key is "nrp_" and 64 lower-case hexadecimal digits. The last 8 of
// these are the checksum of the 56 before them: the CRC-32 (IEEE 802.3) of
// the 56 digits as ASCII characters, not of the bytes they stand for, written
// in big-endian order. A digit that is missing, doubled, swapped or mistyped
// shows.
func ParseKey(t secret.Text) error {
	digits, ok := strings.CutPrefix(t.Reveal(), KeyPrefix)
	switch {
	case !ok:
		return fault.New(fault.Unauthenticated, "This is not an API key: one begins with %s.", KeyPrefix)
	case len(digits) < hexDigits:
		return fault.New(fault.Unauthenticated, "The API key is cut off: behind %s it must have %d characters. Copy it again in full.", KeyPrefix, hexDigits)
	case len(digits) > hexDigits:
		return fault.New(fault.Unauthenticated, "The API key is too long: behind %s it must have %d characters. Copy it again, alone.", KeyPrefix, hexDigits)
	case !lowerHex(digits), checksum(digits[:keyPayload]) != digits[keyPayload:]:
		return fault.New(fault.Unauthenticated, "The API key is mistyped: its checksum does not fit. Copy it again in full.")
	}
	return nil
}

// checksum returns the last 8 digits of a key whose random digits are given.
func checksum(payload string) string {
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(payload)))
}

// hashOf returns what is stored of a token or key.
func hashOf(t secret.Text) Hash { return sha256.Sum256([]byte(t.Reveal())) }

func lowerHex(s string) bool {
	return strings.Trim(s, "0123456789abcdef") == ""
}

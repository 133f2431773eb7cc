package account

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// Limits of a password, in characters.
const (
	MinPassword = 10
	MaxPassword = 200
)

// checkPassword says what is wrong with a password that somebody wants.
func checkPassword(field string, p secret.Text) error {
	text := p.Reveal()
	if !utf8.ValidString(text) {
		return fault.OfField(field, "must be valid UTF-8")
	}
	switch n := utf8.RuneCountInString(text); {
	case n < MinPassword:
		return fault.OfField(field, "must have at least %d characters; a few words in a row are easy to keep in mind", MinPassword)
	case n > MaxPassword:
		return fault.OfField(field, "must have at most %d characters", MaxPassword)
	}
	return nil
}

// cost is what computing one hash takes.
type cost struct {
	memory  uint32 // KiB
	time    uint32 // passes over the memory
	threads uint8
}

// The first choice of the OWASP password storage cheat sheet.
var currentCost = cost{memory: 19_456, time: 2, threads: 1}

// What a stored hash may ask for at most, so that a damaged one does not take
// the machine down.
var maxCost = cost{memory: 1 << 20, time: 16, threads: 16}

const (
	saltSize = 16
	sumSize  = 32

	// A hash takes its memory while it is computed. Only so many are computed
	// at once, and only so many wait; a flood beyond that is sent away.
	maxHashing = 2
	maxWaiting = 64
)

// hasher computes and checks password hashes, a few at a time.
type hasher struct {
	rand  io.Reader
	cost  cost
	queue chan struct{} // those who compute or wait
	slots chan struct{} // those who compute
	decoy string        // the hash of no password
}

func (h *hasher) init(rand io.Reader, c cost) {
	h.rand, h.cost = rand, c
	h.queue = make(chan struct{}, maxHashing+maxWaiting)
	h.slots = make(chan struct{}, maxHashing)
	h.decoy = encodeHash(c, make([]byte, saltSize), make([]byte, sumSize))
}

// hash returns the hash of a password in PHC string format.
func (h *hasher) hash(ctx context.Context, p secret.Text) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.rand, salt); err != nil {
		return "", fmt.Errorf("salt of a password: %w", err)
	}
	sum, err := h.sum(ctx, p, salt, h.cost, sumSize)
	if err != nil {
		return "", err
	}
	return encodeHash(h.cost, salt, sum), nil
}

// matches reports whether the hash is that of the password. An empty hash
// matches nothing, and takes as long as any other to say so.
func (h *hasher) matches(ctx context.Context, p secret.Text, hash string) (bool, error) {
	if hash == "" {
		_, err := h.matches(ctx, p, h.decoy)
		return false, err
	}
	c, salt, want, err := decodeHash(hash)
	if err != nil {
		return false, err
	}
	got, err := h.sum(ctx, p, salt, c, len(want))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

func (h *hasher) sum(ctx context.Context, p secret.Text, salt []byte, c cost, size int) ([]byte, error) {
	select {
	case h.queue <- struct{}{}:
		defer func() { <-h.queue }()
	default:
		busy := fault.New(fault.Limited, "Too many people are signing in right now. Try again in a few seconds.")
		busy.RetryAfter = 5 * time.Second
		return nil, busy
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	// Keyboards differ in how they compose the same letter.
	text := norm.NFC.String(p.Reveal())
	return argon2.IDKey([]byte(text), salt, c.time, c.memory, c.threads, uint32(size)), nil
}

// encodeHash writes a hash in PHC string format:
// $argon2id$v=19$m=19456,t=2,p=1$salt$sum
func encodeHash(c cost, salt, sum []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		c.memory, c.time, c.threads, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// decodeHash reads what encodeHash writes, also with another cost. Its errors
// do not repeat the hash.
func decodeHash(s string) (c cost, salt, sum []byte, err error) {
	bad := func(what string) (cost, []byte, []byte, error) {
		return cost{}, nil, nil, fmt.Errorf("stored password hash: %s", what)
	}
	part := strings.Split(s, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" {
		return bad("not an argon2id hash")
	}
	var version int
	if _, err := fmt.Sscanf(part[2], "v=%d", &version); err != nil || version != argon2.Version {
		return bad("unknown version of argon2")
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.memory, &c.time, &c.threads); err != nil {
		return bad("unreadable cost")
	}
	if c.memory < 8*uint32(c.threads) || c.time < 1 || c.threads < 1 ||
		c.memory > maxCost.memory || c.time > maxCost.time || c.threads > maxCost.threads {
		return bad("cost out of range")
	}
	b64 := base64.RawStdEncoding.Strict()
	if salt, err = b64.DecodeString(part[4]); err != nil || len(salt) < 8 || len(salt) > 64 {
		return bad("unreadable salt")
	}
	if sum, err = b64.DecodeString(part[5]); err != nil || len(sum) < 16 || len(sum) > 64 {
		return bad("unreadable sum")
	}
	if encodeHash(c, salt, sum) != s {
		return bad("not written as it should be")
	}
	return c, salt, sum, nil
}

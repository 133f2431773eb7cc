package digest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// LinkPath is where links of letters lead; the token follows.
const LinkPath = "/l/"

// For how long links work.
const (
	AnswerLife = 30 * 24 * time.Hour
	EndLife    = 365 * 24 * time.Hour // of the links that end letters
)

// Act is the one thing that a link does.
type Act byte

// The acts. Their values are in letters that were sent.
const (
	KeepIdea Act = iota + 1
	SnoozeIdea
	ShelveIdea
	EndDigests
	EndNudges
)

// acts are the answers that links give.
var acts = map[Answer]Act{Keep: KeepIdea, Snooze: SnoozeIdea, Shelve: ShelveIdea}

// Links signs what links of letters do, so that they work without signing in
// and nothing of them has to be stored. Whoever has a link can do that one
// thing, until it expires. A token is, in base64url, 1 byte each for its form
// and the act, 8 bytes each for owner, number of the idea and end in seconds
// since 1970, and the first 16 bytes of HMAC-SHA-256 over these.
type Links struct {
	keys [][]byte // the first one signs, all open
	base string
}

const (
	tokenForm   = 1
	signedSize  = 1 + 1 + 8 + 8 + 8
	macSize     = 16
	tokenLength = (signedSize + macSize) * 8 / 6 // 42 bytes are 56 characters
)

// NewLinks makes links below an address, such as https://ideas.example.org;
// "" if it is not known: then there are none. Links that were signed with a
// previous key work, too.
func NewLinks(key secret.Text, base string, previous ...secret.Text) *Links {
	l := &Links{base: base}
	for _, k := range append([]secret.Text{key}, previous...) {
		l.keys = append(l.keys, []byte(k.Reveal()))
	}
	return l
}

// Any reports whether there are links.
func (l *Links) Any() bool { return l.base != "" }

// Page returns the address of a page of the app, "" if there is none.
func (l *Links) Page(path string) string {
	if !l.Any() {
		return ""
	}
	return l.base + path
}

// Answer returns the link that gives an answer about an idea.
func (l *Links) Answer(a Answer, who owner.ID, number int64, now time.Time) string {
	return l.link(acts[a], who, number, now.Add(AnswerLife))
}

// End returns the link that ends letters.
func (l *Links) End(a Act, who owner.ID, now time.Time) string {
	return l.link(a, who, 0, now.Add(EndLife))
}

func (l *Links) link(a Act, who owner.ID, number int64, until time.Time) string {
	if !l.Any() {
		return ""
	}
	b := append(make([]byte, 0, signedSize+macSize), tokenForm, byte(a))
	b = binary.BigEndian.AppendUint64(b, uint64(who))
	b = binary.BigEndian.AppendUint64(b, uint64(number))
	b = binary.BigEndian.AppendUint64(b, uint64(until.Unix()))
	return l.base + LinkPath + base64.RawURLEncoding.EncodeToString(append(b, mac(l.keys[0], b)...))
}

// signed reports whether one of the keys made a signature.
func (l *Links) signed(text, signature []byte) bool {
	ours := false
	for _, key := range l.keys {
		if hmac.Equal(signature, mac(key, text)) {
			ours = true
		}
	}
	return ours
}

func mac(key, signed []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write(signed)
	return m.Sum(nil)[:macSize]
}

// Wish is what somebody with a link wants.
type Wish struct {
	Act    Act
	Owner  owner.ID
	Number int64 // of the idea, 0 if it is about none
}

// Open reads a token. One that is not ours, or is too old, is a
// fault.NotFound.
func (l *Links) Open(token string, now time.Time) (Wish, error) {
	bad := fault.New(fault.NotFound, "This link is not complete. Open it from the letter once more, or copy all of it.")
	if len(token) != tokenLength {
		return Wish{}, bad
	}
	// Strict: one link has one form only.
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || b[0] != tokenForm || !l.signed(b[:signedSize], b[signedSize:]) {
		return Wish{}, bad
	}
	w := Wish{
		Act:    Act(b[1]),
		Owner:  owner.ID(binary.BigEndian.Uint64(b[2:])),
		Number: int64(binary.BigEndian.Uint64(b[10:])),
	}
	if until := time.Unix(int64(binary.BigEndian.Uint64(b[18:])), 0); !now.Before(until) {
		return Wish{}, fault.New(fault.NotFound, "This link is too old. Sign in to do the same there, or wait for the next letter.")
	}
	return w, nil
}

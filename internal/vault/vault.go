package vault

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// Place is where a sealed secret belongs. It does not open anywhere else.
type Place struct {
	User     string // the user's public id
	Provider string // "anthropic", "openai", "openrouter"
	Record   string // id of the row, made anew whenever the secret is replaced
}

// Why a record does not open. Callers tell them apart with errors.Is.
var (
	// ErrOtherKey: a master key wrapped it that this vault was not given.
	ErrOtherKey = errors.New("vault: sealed with another encryption key")
	// ErrDamaged: it is not what was sealed for this place: cut, changed,
	// moved from elsewhere, or never a sealed form.
	ErrDamaged = errors.New("vault: damaged, or sealed for another place")
	// ErrVersion: a later version of the program sealed it.
	ErrVersion = errors.New("vault: sealed by a newer version of the program")
)

// Vault seals with one master key and opens with that one and earlier ones.
// It is safe for concurrent use.
type Vault struct {
	current Key
	keys    map[KeyID]Key
}

// New makes a vault that seals with current, and also opens what previous
// keys sealed.
func New(current Key, previous ...Key) *Vault {
	v := &Vault{current, map[KeyID]Key{current.id: current}}
	for _, k := range previous {
		v.keys[k.id] = k
	}
	return v
}

// Current returns the id of the key that seals.
func (v *Vault) Current() KeyID { return v.current.id }

const (
	version    = 1
	headSize   = 1 + len(KeyID{})
	nonceSize  = chacha20poly1305.NonceSizeX
	tagSize    = chacha20poly1305.Overhead
	dataKey    = chacha20poly1305.KeySize
	wrapAt     = headSize
	sealAt     = wrapAt + nonceSize + dataKey + tagSize
	minimal    = sealAt + nonceSize + 1 + tagSize
	maxSecret  = 16 << 10 // bytes; provider keys are some hundred
	wrapDomain = "neuralrepo vault wrap"
	sealDomain = "neuralrepo vault seal"
)

var (
	secretDomains = domains{wrapDomain, sealDomain}
	dataDomains   = domains{"neuralrepo vault data wrap", "neuralrepo vault data seal"}
)

// Seal encrypts a secret for a place. Sealing the same twice gives different
// results.
func (v *Vault) Seal(s secret.Text, at Place) ([]byte, error) {
	if s.Empty() || len(s.Reveal()) > maxSecret {
		return nil, fmt.Errorf("vault: a secret has 1 to %d bytes", maxSecret)
	}
	plain := []byte(s.Reveal())
	defer clear(plain)
	return v.seal(secretDomains, plain, at), nil
}

// domains keep what is sealed for one use from opening as another.
type domains struct{ wrap, seal string }

// seal encrypts plain with a data key of its own.
func (v *Vault) seal(d domains, plain []byte, at Place) []byte {
	out := make([]byte, 0, minimal+len(plain))
	out = append(out, version)
	out = append(out, v.current.id[:]...)

	key := make([]byte, dataKey)
	defer clear(key)
	rand.Read(key)
	out = encrypt(out, v.current.wrap[:], key, associated(d.wrap, out[:headSize], at))
	return encrypt(out, key, plain, associated(d.seal, out[:1], at))
}

// Open decrypts what Seal made for the same place.
func (v *Vault) Open(sealed []byte, at Place) (secret.Text, error) {
	plain, err := v.open(secretDomains, sealed, at)
	if err != nil {
		return secret.Text{}, err
	}
	defer clear(plain)
	return secret.New(string(plain)), nil
}

// open undoes seal.
func (v *Vault) open(d domains, sealed []byte, at Place) ([]byte, error) {
	key, err := v.unwrap(d, sealed, at)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	return decrypt(key, sealed[sealAt:], associated(d.seal, sealed[:1], at))
}

// Rewrap returns the sealed form with its data key wrapped by the current
// master key. What is wrapped by it already is returned as it is. The secret
// itself is opened to make sure that the result will open, but not changed.
func (v *Vault) Rewrap(sealed []byte, at Place) ([]byte, error) {
	if _, err := v.Open(sealed, at); err != nil {
		return nil, err
	}
	if id, _ := WrappedBy(sealed); id == v.current.id {
		return sealed, nil
	}
	key, err := v.unwrap(secretDomains, sealed, at)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	out := make([]byte, 0, len(sealed))
	out = append(out, version)
	out = append(out, v.current.id[:]...)
	out = encrypt(out, v.current.wrap[:], key, associated(wrapDomain, out[:headSize], at))
	return append(out, sealed[sealAt:]...), nil
}

// Knows reports whether the vault has the master key of a sealed form, without
// opening it.
func (v *Vault) Knows(sealed []byte) bool {
	id, err := WrappedBy(sealed)
	_, ok := v.keys[id]
	return err == nil && ok
}

// WrappedBy tells which master key a sealed form needs.
func WrappedBy(sealed []byte) (KeyID, error) {
	if len(sealed) < 1 {
		return KeyID{}, ErrDamaged
	}
	if sealed[0] > version {
		return KeyID{}, ErrVersion
	}
	if sealed[0] != version || len(sealed) < minimal {
		return KeyID{}, ErrDamaged
	}
	return KeyID(sealed[1:headSize]), nil
}

// unwrap returns the data key of a sealed form.
func (v *Vault) unwrap(d domains, sealed []byte, at Place) ([]byte, error) {
	id, err := WrappedBy(sealed)
	if err != nil {
		return nil, err
	}
	master, ok := v.keys[id]
	if !ok {
		return nil, ErrOtherKey
	}
	return decrypt(master.wrap[:], sealed[wrapAt:sealAt], associated(d.wrap, sealed[:headSize], at))
}

// encrypt appends nonce, ciphertext and tag to out.
func encrypt(out, key, plain, associated []byte) []byte {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic(err) // only a key of the wrong length does this
	}
	nonce := make([]byte, nonceSize)
	rand.Read(nonce)
	return aead.Seal(append(out, nonce...), nonce, plain, associated)
}

// decrypt undoes encrypt.
func decrypt(key, b, associated []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic(err)
	}
	plain, err := aead.Open(nil, b[:nonceSize], b[nonceSize:], associated)
	if err != nil {
		return nil, ErrDamaged
	}
	return plain, nil
}

// associated builds the associated data of a layer. Every part has its
// length in front, so that no two places look alike.
func associated(domain string, head []byte, at Place) []byte {
	b := []byte(domain)
	for _, part := range []string{string(head), at.User, at.Provider, at.Record} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	return b
}

// Same reports in constant time whether two keys are one.
func (k Key) Same(other Key) bool {
	return subtle.ConstantTimeCompare(k.wrap[:], other.wrap[:]) == 1
}

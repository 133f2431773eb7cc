// Package audit has the record of what was done with provider keys: who set,
// replaced, removed, tested or opened one, for what, and when. It never has a
// key, nor a part of one.
//
// The entries of an owner form a chain: each holds the hash of the one before
// it, so an entry that is changed, taken out or put in between is found by
// Verify. What a chain cannot show is that its end was cut off, or that the
// whole of it was written anew by somebody who can write to the database: for
// that, note down the last hash now and then, somewhere else.
package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

// Entry is one thing that was done with a provider key.
type Entry struct {
	// Number counts an owner's entries: 1, 2, 3 … without a gap.
	Number   int64
	At       time.Time // in microseconds, UTC
	Action   Action
	Provider string
	Purpose  string // what it was opened for: "agent", "spec", "digest", "test", "proxy"
	Request  string // id of the request that asked for it, "" if there is none
	Detail   string // a few words, such as why an opening failed
	Previous Hash   // of the entry before it; zero for the first
	Hash     Hash
}

// Action is what was done.
type Action string

// The actions.
const (
	Set     Action = "set"     // a key was stored where there was none
	Replace Action = "replace" // a key was stored in place of another
	Remove  Action = "remove"
	Test    Action = "test"
	Open    Action = "open"   // a key was decrypted to be used
	Failure Action = "failed" // a key could not be decrypted
	Rotate  Action = "rotate" // its data key was wrapped anew
	Prefer  Action = "prefer" // another provider was preferred
	Cap     Action = "cap"    // what it may cost in a month was changed
)

// Actions lists every action.
var Actions = []Action{Set, Replace, Remove, Test, Open, Failure, Rotate, Prefer, Cap}

// Hash is the SHA-256 of an entry.
type Hash [sha256.Size]byte

// String returns the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Follow returns the entry as the one behind last in a chain; last is the
// zero Entry at its start.
func (e Entry) Follow(last Entry) Entry {
	e.Number = last.Number + 1
	e.At = e.At.UTC().Truncate(time.Microsecond)
	e.Previous = last.Hash
	e.Hash = e.sum()
	return e
}

// sum hashes everything but the hash itself. Each text has its length in
// front, so that no two entries look alike.
func (e Entry) sum() Hash {
	b := []byte("neuralrepo audit 1")
	b = append(b, e.Previous[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Number))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMicro()))
	for _, s := range []string{string(e.Action), e.Provider, e.Purpose, e.Request, e.Detail} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	return sha256.Sum256(b)
}

// Verify checks that an entry stands behind last in a chain and is what it
// was when it was written.
func Verify(last, e Entry) error {
	switch {
	case e.Number != last.Number+1:
		return fmt.Errorf("entry %d follows entry %d: what was between them is gone, or was put in", e.Number, last.Number)
	case e.Previous != last.Hash:
		return fmt.Errorf("entry %d does not continue from entry %d: one of them was changed", e.Number, last.Number)
	case e.Hash != e.sum():
		return fmt.Errorf("entry %d is not what it was when it was written", e.Number)
	}
	return nil
}

package e5

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Pieces that stand for no text.
const (
	begin   = 0
	end     = 2
	unknown = 3
	special = 4 // the first piece that is text
)

// mark is how SentencePiece writes a space. In the file and here it is one.
const mark = '▁'

// tokenizer cuts a text into pieces of the vocabulary the way SentencePiece
// does with a unigram model: of all ways to cut it, the one whose pieces are
// most probable together.
type tokenizer struct {
	text    []byte   // of all pieces
	offsets []uint32 // of the pieces in text, one more than there are pieces
	scores  []float32
	table   []int32 // by hash: the number of a piece plus one, 0 for none
	longest int     // piece, in bytes
	missing float32 // score of a character that is in no piece

	replace map[rune][]rune // characters that are written otherwise
}

func newTokenizer(lengths, text []byte, scores []float32, replace map[rune][]rune) (tokenizer, error) {
	t := tokenizer{text: text, scores: scores, replace: replace, offsets: make([]uint32, len(lengths)+1)}
	if len(lengths) <= special {
		return t, errors.New("the vocabulary is empty")
	}
	for i, n := range lengths {
		t.offsets[i+1] = t.offsets[i] + uint32(n)
		t.longest = max(t.longest, int(n))
	}
	if int(t.offsets[len(lengths)]) != len(text) {
		return t, fmt.Errorf("the pieces have %d bytes, not %d", len(text), t.offsets[len(lengths)])
	}
	t.missing = slices.Min(scores) - 10
	t.table = make([]int32, 1<<bits.Len(uint(2*len(lengths))))
	for i := special; i < len(lengths); i++ {
		piece := t.piece(int32(i))
		if len(piece) == 0 {
			continue
		}
		at := t.slot(hashBytes(piece))
		for t.table[at] != 0 {
			at = (at + 1) % len(t.table)
		}
		t.table[at] = int32(i + 1)
	}
	return t, nil
}

// piece returns the text of a piece.
func (t *tokenizer) piece(id int32) []byte { return t.text[t.offsets[id]:t.offsets[id+1]] }

// slot is where a search for a hash begins.
func (t *tokenizer) slot(hash uint64) int { return int((hash ^ hash>>32) % uint64(len(t.table))) }

// find returns the piece with this text and its hash, or -1.
func (t *tokenizer) find(text []byte, hash uint64) int32 {
	for at := t.slot(hash); t.table[at] != 0; at = (at + 1) % len(t.table) {
		if id := t.table[at] - 1; bytes.Equal(t.piece(id), text) {
			return id
		}
	}
	return -1
}

// The hash is FNV-1a, which can be continued byte by byte.
const hashStart = 14695981039346656037

func hashOn(hash uint64, b byte) uint64 { return (hash ^ uint64(b)) * 1099511628211 }

func hashBytes(text []byte) uint64 {
	hash := uint64(hashStart)
	for _, b := range text {
		hash = hashOn(hash, b)
	}
	return hash
}

// normalise writes a text the way the vocabulary does: composed, compatible
// forms replaced, controls dropped, any white space one space, which is also
// before the first word.
//
// The rules are those of the model, one character at a time; what consists of
// a letter and marks is composed before, so that é is the same in both of its
// spellings.
func (t *tokenizer) normalise(text string) []byte {
	text = norm.NFC.String(text)
	out := make([]byte, 0, len(text)+len(text)/4+utf8.UTFMax)
	gap := true // whether a space is due before the next character
	add := func(r rune) {
		if r == ' ' || r == mark {
			gap = true
			return
		}
		if gap {
			out = append(out, ' ')
			gap = false
		}
		out = utf8.AppendRune(out, r)
	}
	for _, r := range text { // bytes that are no character come as U+FFFD
		to, ok := t.replace[r]
		if !ok {
			add(r)
			continue
		}
		for _, r := range to {
			add(r)
		}
	}
	return out
}

// step is the best way to a place in a text.
type step struct {
	score float32
	from  int32 // place before the last piece
	piece int32
}

// pieces cuts a text. A text without words has no pieces.
func (t *tokenizer) pieces(text string) []int32 {
	chars := t.normalise(text)
	best := make([]step, len(chars)+1) // by byte; only the first of a character is used
	for i := range best {
		best[i].score = float32(math.Inf(-1))
	}
	best[0].score = 0
	for i := 0; i < len(chars); {
		_, width := utf8.DecodeRune(chars[i:])
		here := best[i].score
		hash := uint64(hashStart)
		for j := i; j < len(chars) && j-i < t.longest; j++ {
			hash = hashOn(hash, chars[j])
			if j+1 < len(chars) && !utf8.RuneStart(chars[j+1]) {
				continue // within a character
			}
			if id := t.find(chars[i:j+1], hash); id >= 0 {
				if score := here + t.scores[id]; score > best[j+1].score {
					best[j+1] = step{score, int32(i), id}
				}
			}
		}
		if score := here + t.missing; score > best[i+width].score {
			best[i+width] = step{score, int32(i), unknown}
		}
		i += width
	}
	var ids []int32
	for at := len(chars); at > 0; at = int(best[at].from) {
		ids = append(ids, best[at].piece)
	}
	slices.Reverse(ids)
	return ids
}

// starts reports whether a piece begins a word.
func (t *tokenizer) starts(id int32) bool {
	piece := t.piece(id)
	return len(piece) > 0 && piece[0] == ' '
}

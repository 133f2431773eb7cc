package e5

import (
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/embed"
)

// A text that is too long for one window is read through several, each of
// which begins with the title, so that a part is understood as a part of this
// idea. Their means are averaged, a window counting as much as it has pieces
// of the body. A body that is longer still is read in places that are spread
// over all of it, so that no text costs more than so many windows.
const (
	windowPieces = 64      // in a window, at most, all included
	titlePieces  = 32      // of the title, at most, before a part of the body
	manyWindows  = 32      // of a text, at most
	longest      = 1 << 18 // bytes that are looked at: more than an idea may have
)

// What the model was trained to see before either kind of text.
const (
	beforeIdea  = "passage: "
	beforeQuery = "query: "
)

// window is a part of a text as the network reads it.
type window struct {
	pieces []int32
	weight float32
}

// windows cuts a text into windows, at least one.
func (n *network) windows(text embed.Text) []window {
	const room = windowPieces - 2 // for what is between begin and end
	title := shorten(text.Title)
	if text.Query {
		return []window{framed(1, first(n.tokenizer.pieces(beforeQuery+title), room))}
	}
	head := n.tokenizer.pieces(beforeIdea + title)
	body := n.tokenizer.pieces(shorten(text.Body))
	if len(head)+len(body) <= room {
		return []window{framed(1, head, body)}
	}
	if len(head) > titlePieces { // the rest of such a title is read once
		body = slices.Concat(head[titlePieces:], body)
		head = head[:titlePieces]
	}
	var list []window
	for _, part := range parts(body, room-len(head), n.tokenizer.starts) {
		list = append(list, framed(float32(len(part)), head, part))
	}
	return list
}

// parts cuts the pieces of a body into parts of at most size, before a word
// where there is one in the last quarter. Of more than manyWindows parts it
// takes the first, the last, and others evenly between.
func parts(pieces []int32, size int, starts func(int32) bool) [][]int32 {
	var list [][]int32
	for len(pieces) > size {
		cut := size
		for cut > size*3/4 && !starts(pieces[cut]) {
			cut--
		}
		if !starts(pieces[cut]) { // a script without spaces
			cut = size
		}
		list = append(list, pieces[:cut])
		pieces = pieces[cut:]
	}
	if len(pieces) > 0 {
		list = append(list, pieces)
	}
	if len(list) <= manyWindows {
		return list
	}
	chosen := make([][]int32, manyWindows)
	for i := range chosen {
		chosen[i] = list[i*(len(list)-1)/(manyWindows-1)]
	}
	return chosen
}

// framed puts pieces between those for the beginning and the end.
func framed(weight float32, parts ...[]int32) window {
	return window{slices.Concat([]int32{begin}, slices.Concat(parts...), []int32{end}), weight}
}

// first returns at most n pieces.
func first(pieces []int32, n int) []int32 { return pieces[:min(n, len(pieces))] }

// shorten cuts a text that is longer than any idea may be. What is left of a
// character at the end is dropped by the tokenizer's own rules.
func shorten(text string) string { return text[:min(len(text), longest)] }

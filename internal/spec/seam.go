package spec

import "strings"

// How a continuation is joined to what it continues.
const (
	seamLength = 2_000 // bytes at the end of a text that may be repeated
	wordLength = 64    // bytes; what is longer is no word to be written again
	likeness   = 16    // bytes that are the same by no accident
	few        = 4     // the same, if they begin with a word
)

// seam joins a continuation to a text that broke off, perhaps within a word.
// A model that goes on tends to begin anew: with the word, the line or the
// sentence that broke off. What it repeats is dropped.
//
// A model sees the text up to its last space, since it would put a space, or
// none, in the wrong place within a word.
type seam struct {
	end  string // of the text, as it broke off
	half string // what of end the model was not shown: the last word, or a part of it
	held string // of the continuation, as long as it may still be a repetition
	done bool
}

// newSeam returns a seam for a text, and the text as it is to be shown.
func newSeam(broken string) (*seam, string) {
	cut := strings.LastIndexAny(broken, " \t\n") + 1
	if cut == 0 || len(broken)-cut > wordLength {
		cut = len(broken)
	}
	s := &seam{half: broken[cut:], end: broken[max(0, len(broken)-seamLength):]}
	return s, broken[:cut]
}

// patch is what to do at the end of a text: take bytes off, and put others on.
type patch struct {
	drop int
	text string
}

// add takes the next piece of the continuation and returns what to do with the
// broken text: nothing, as long as that is not clear.
func (s *seam) add(piece string) patch {
	if s.done {
		return patch{text: piece}
	}
	s.held += piece
	if strings.Contains(s.end, s.held) {
		return patch{}
	}
	return s.close()
}

// close ends the continuation and returns what add would.
func (s *seam) close() patch {
	held := s.held
	if s.done {
		return patch{}
	}
	s.done, s.held = true, ""
	for n := min(len(held), len(s.end)); n > 0; n-- {
		if strings.HasSuffix(s.end, held[:n]) && s.repeats(n) {
			return patch{text: held[n:]}
		}
	}
	if held == "" {
		return patch{} // there is nothing to put in the place of half a word
	}
	before := s.end[:len(s.end)-len(s.half)]
	switch {
	case strings.HasSuffix(before, "\n\n"):
		held = strings.TrimLeft(held, "\n")
	case strings.HasSuffix(before, " "):
		held = strings.TrimLeft(held, " ")
	}
	return patch{len(s.half), held}
}

// repeats reports whether the last n bytes of the text, with which the
// continuation begins, are a repetition: the word that the model was not
// shown, some words with it, the beginning of a line, or simply too much for
// an accident.
func (s *seam) repeats(n int) bool {
	before := byte('\n')
	if at := len(s.end) - n; at > 0 {
		before = s.end[at-1]
	}
	switch {
	case n == len(s.half), n >= likeness:
		return true
	case before == '\n':
		return n > 1
	}
	return before == ' ' && n >= len(s.half)+few
}

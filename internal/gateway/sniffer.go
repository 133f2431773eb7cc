package gateway

import "bytes"

// sniffer looks into a JSON object that comes in pieces. It finds the object
// "usage", at the top or one level below, the text of "type", and whether
// there is an "error". It keeps nothing else, whatever the object's size.
type sniffer struct {
	depth  int
	object [3]bool // whether the container at a depth is an object
	key    [3]word // the last key at a depth
	name   bool    // the next string at this depth is a key
	quoted bool    // inside a string
	escape bool    // behind a backslash there
	into   *word   // where the string goes, nil for nowhere

	usage []byte // as it is written
	cut   bool   // it is longer than any
	from  int    // the depth at which usage is being copied; 0 if it is not

	typ    word
	failed bool
	bare   int  // bytes outside of any object, as in [DONE]
	done   bool // the object is over
}

// word is a short text; of a longer one, its beginning.
type word struct {
	text [24]byte
	n    int
	long bool
}

func (w *word) add(c byte) {
	if w.n == len(w.text) {
		w.long = true
		return
	}
	w.text[w.n] = c
	w.n++
}

func (w *word) is(s string) bool { return !w.long && string(w.text[:w.n]) == s }

// maxUsage is more than any usage object has.
const maxUsage = 4 << 10

// reset makes it ready for the next object.
func (s *sniffer) reset() {
	usage := s.usage[:0]
	*s = sniffer{usage: usage}
}

// kind returns the text of "type".
func (s *sniffer) kind() string {
	if s.typ.long {
		return ""
	}
	return string(s.typ.text[:s.typ.n])
}

// feed takes the next bytes of the object.
func (s *sniffer) feed(b []byte) {
	for len(b) > 0 {
		if s.quoted {
			b = s.string(b)
			continue
		}
		c := b[0]
		if s.from > 0 {
			s.copy(b[:1])
		}
		b = b[1:]
		switch c {
		case ' ', '\n', '\r', '\t':
		case '"':
			s.open()
		case '{', '[':
			if c == '[' && s.depth == 0 {
				s.bare++
				continue
			}
			s.enter(c)
		case '}', ']':
			if s.depth == 0 {
				s.bare++
				continue
			}
			s.leave()
		case ',':
			s.name = s.depth < len(s.object) && s.object[s.depth]
		case ':':
			s.name = false
		default:
			if s.depth == 0 {
				s.bare++
			}
		}
	}
}

func (s *sniffer) copy(b []byte) {
	if len(s.usage)+len(b) > maxUsage {
		s.cut = true
		return
	}
	s.usage = append(s.usage, b...)
}

// open begins a string.
func (s *sniffer) open() {
	s.quoted, s.into = true, nil
	switch {
	case s.depth >= len(s.object) || s.depth == 0:
	case s.name:
		s.into = &s.key[s.depth]
		*s.into = word{}
	case s.depth == 1 && s.key[1].is("type"):
		s.into = &s.typ
		*s.into = word{}
	case s.depth == 1 && s.key[1].is("error"):
		s.failed = true
	}
}

// string takes bytes of a string and returns those behind it.
func (s *sniffer) string(b []byte) []byte {
	i := 0
	for i < len(b) {
		if s.escape {
			s.escape = false
			if s.into != nil {
				s.into.long = true // no name that is looked for has an escape
			}
			i++
			continue
		}
		if s.into != nil {
			switch b[i] {
			case '"':
				s.quoted = false
			case '\\':
				s.escape = true
			default:
				s.into.add(b[i])
			}
			i++
			if !s.quoted {
				break
			}
			continue
		}
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			n = len(b) - i
		}
		if slash := bytes.IndexByte(b[i:i+n], '\\'); slash >= 0 {
			i += slash + 1
			s.escape = true
			continue
		}
		i += n
		if i < len(b) {
			i++
			s.quoted = false
		}
		break
	}
	if s.from > 0 {
		s.copy(b[:i])
	}
	return b[i:]
}

// enter goes into an object or array.
func (s *sniffer) enter(c byte) {
	if s.from == 0 && c == '{' && s.isUsage() {
		s.usage = append(s.usage[:0], c)
		s.cut = false
		s.from = s.depth + 1
	}
	if s.depth == 1 && s.key[1].is("error") {
		s.failed = true
	}
	s.depth++
	if s.depth < len(s.object) {
		s.object[s.depth] = c == '{'
		s.key[s.depth] = word{}
	}
	s.name = c == '{'
}

// isUsage reports whether the value that begins is the usage object.
func (s *sniffer) isUsage() bool {
	switch s.depth {
	case 1:
		return s.object[1] && s.key[1].is("usage")
	case 2:
		return s.object[2] && s.key[2].is("usage") && (s.key[1].is("message") || s.key[1].is("response"))
	}
	return false
}

func (s *sniffer) leave() {
	if s.depth == s.from {
		s.from = 0
	}
	s.depth--
	s.name = false
	s.done = s.done || s.depth == 0
}

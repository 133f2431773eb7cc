package gateway

import (
	"bytes"
	"io"
)

// scrubber overwrites secrets in what is read through it, also where one is
// cut in two by the end of a chunk. The length of the text stays, so a
// Content-Length does too. It holds back the end of a chunk only if that is
// the beginning of a secret.
type scrubber struct {
	from    io.Reader
	secrets [][]byte
	held    []byte // the end of the last chunk, its array as long as any secret
	ready   []byte // read already, and not yet wanted
	err     error  // after held
}

// scrub returns a reader without secrets. It is from itself if there are
// none.
func scrub(from io.Reader, secrets [][]byte) io.Reader {
	if len(secrets) == 0 {
		return from
	}
	return &scrubber{from: from, secrets: secrets}
}

// Read implements io.Reader.
func (s *scrubber) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		if len(s.ready) > 0 {
			n := copy(p, s.ready)
			s.ready = s.ready[n:]
			return n, nil
		}
		if s.err != nil {
			return 0, s.err
		}
		into := p
		if len(into) < len(s.held)+64 {
			into = make([]byte, len(s.held)+4096) // somebody reads in crumbs
		}
		n := copy(into, s.held)
		s.held = s.held[:0]
		m, err := s.from.Read(into[n:])
		text := into[:n+m]
		s.clean(text)
		if err == nil {
			keep := s.begun(text)
			s.held = append(s.held, text[len(text)-keep:]...)
			text = text[:len(text)-keep]
		}
		s.err = err
		if &into[0] != &p[0] {
			s.ready = text
			continue
		}
		if len(text) > 0 {
			return len(text), nil
		}
	}
}

// clean overwrites every whole secret.
func (s *scrubber) clean(text []byte) {
	for _, secret := range s.secrets {
		for rest := text; ; {
			i := bytes.Index(rest, secret)
			if i < 0 {
				break
			}
			for j := range secret {
				rest[i+j] = '*'
			}
			rest = rest[i+len(secret):]
		}
	}
}

// begun returns how many bytes at the end could be the beginning of a secret.
func (s *scrubber) begun(text []byte) int {
	most := 0
	for _, secret := range s.secrets {
		for n := min(len(secret)-1, len(text)); n > most; n-- {
			// The first byte decides nearly always.
			if text[len(text)-n] == secret[0] && bytes.HasPrefix(secret, text[len(text)-n:]) {
				most = n
				break
			}
		}
	}
	return most
}

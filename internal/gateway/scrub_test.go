package gateway

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestScrub(t *testing.T) {
	secrets := [][]byte{[]byte("sk-aab"), []byte("token-two")}
	for in, want := range map[string]string{
		"":                            "",
		"nothing":                     "nothing",
		"sk-aab":                      "******",
		"xsk-aabsk-aaby":              "x************y",
		"sk-ask-aab":                  "sk-a******",
		"token-two sk-aab token-tw":   "********* ****** token-tw",
		"ends with the beginning sk-": "ends with the beginning sk-",
		strings.Repeat("a", 9000) + "sk-aab" + strings.Repeat("s", 9000): strings.Repeat("a", 9000) + "******" + strings.Repeat("s", 9000),
	} {
		for name, from := range map[string]func(io.Reader) io.Reader{
			"whole": func(r io.Reader) io.Reader { return r }, "bytes": iotest.OneByteReader, "halves": iotest.HalfReader, "with the end": iotest.DataErrReader,
		} {
			for _, read := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader} {
				got, err := io.ReadAll(read(scrub(from(strings.NewReader(in)), secrets)))
				if err != nil || string(got) != want {
					t.Errorf("%s: %.60q, %v, want %.60q", name, got, err, want)
				}
			}
		}
	}
}

// What is no beginning of a secret is not held back.
func TestScrubHoldsNothingBack(t *testing.T) {
	r, w := io.Pipe()
	s := scrub(r, [][]byte{[]byte(openAIKey)})
	go func() {
		for range 3 {
			_, _ = w.Write([]byte("data: {}\n\n"))
		}
		w.Close()
	}()
	buf := make([]byte, 4096)
	for range 3 {
		if n, err := s.Read(buf); string(buf[:n]) != "data: {}\n\n" || err != nil {
			t.Errorf("read %q, %v", buf[:n], err)
		}
	}
}

func FuzzScrub(f *testing.F) {
	f.Add([]byte("sk-aab sk-a"), 3)
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		secret := []byte("sk-aab")
		want := bytes.ReplaceAll(text, secret, []byte("******"))
		got, err := io.ReadAll(scrub(&chunks{text, max(size%13, 1)}, [][]byte{secret}))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	})
}

type chunks struct {
	rest []byte
	size int
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.rest[:min(c.size, len(c.rest))])
	c.rest = c.rest[n:]
	return n, nil
}

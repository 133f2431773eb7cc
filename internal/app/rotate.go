package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// Rotation says how to rotate the encryption key.
type Rotation struct {
	Dry bool // only look
	// LeaveLost leaves provider keys alone that no given encryption key
	// opens, and rotates the others. Without it they are a reason to do
	// nothing, since a previous key may have been forgotten.
	LeaveLost bool
	Report    func(vault.Progress) // nil if nobody wants to know
}

// Rotated is what a rotation has done, or would do.
type Rotated struct {
	Records int // provider keys that were looked at
	Wrapped int // those that were encrypted with another key than the current
	Lost    int // those that were left alone
}

// Rotate encrypts every provider key in the database anew, under the current
// encryption key. Servers that were given both keys go on meanwhile.
func Rotate(ctx context.Context, cfg config.Storage, e config.Encryption, r Rotation, log *slog.Logger) (done Rotated, err error) {
	folder, err := filepath.Abs(cfg.Data)
	if err != nil {
		return done, err
	}
	key, err := config.FindEncryptionKey(e, folder)
	if err != nil {
		return done, err
	}
	v, err := openVault(key, e)
	if err != nil {
		return done, err
	}
	s, err := openExisting(ctx, cfg, folder, log)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()

	canary, err := s.Canary(ctx)
	if err != nil {
		return done, err
	}
	if canary != nil && !r.LeaveLost {
		if err := v.CheckCanary(canary); err != nil {
			return done, err
		}
	}
	if done.Lost, err = countLost(ctx, v, s); err != nil {
		return done, err
	}
	if done.Lost > 0 && !r.LeaveLost {
		return done, fmt.Errorf("nothing was changed, because some provider keys (%d) are encrypted with a key that is neither ENCRYPTION_KEY nor in ENCRYPTION_KEY_PREVIOUS: "+
			"give that one too, or, if it is lost, leave these alone with --leave-lost; their owners are told to paste them again", done.Lost)
	}
	p, err := v.Rotate(ctx, openable{s, v}, r.Dry, r.Report)
	done.Records, done.Wrapped = p.Done, p.Wrapped
	if err != nil || r.Dry {
		return done, err
	}
	return done, rewrapCanary(ctx, v, s)
}

// openable are the records that the vault has a key for.
type openable struct {
	vault.Records
	v *vault.Vault
}

// SealedAfter passes over the others.
func (o openable) SealedAfter(ctx context.Context, after vault.Place, n int) ([]vault.Record, error) {
	for {
		page, err := o.Records.SealedAfter(ctx, after, n)
		if err != nil || len(page) == 0 {
			return nil, err
		}
		after = page[len(page)-1].Place
		var known []vault.Record
		for _, r := range page {
			if o.v.Knows(r.Sealed) {
				known = append(known, r)
			}
		}
		if len(known) > 0 {
			return known, nil
		}
	}
}

// rewrapCanary makes the canary one of the current key: it comes last, so
// that a server which finds it so knows that the rotation has ended.
func rewrapCanary(ctx context.Context, v *vault.Vault, s vault.CanaryStore) error {
	for {
		old, err := s.Canary(ctx)
		if err != nil {
			return err
		}
		if old != nil && v.CheckCanary(old) == nil {
			if id, _ := vault.WrappedBy(old); id == v.Current() {
				return nil
			}
		}
		// Another process may have been faster; then look again.
		if _, err := sealCanary(ctx, v, s, old); err != nil {
			return err
		}
	}
}

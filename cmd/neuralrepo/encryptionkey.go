package main

import (
	"context"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/app"
	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

type encryptionKey struct {
	New    encryptionKeyNew    `cmd:"" help:"Print a fresh encryption key, alone, on standard output."`
	Rotate encryptionKeyRotate `cmd:"" help:"Encrypt all provider keys anew with ENCRYPTION_KEY, also while servers run."`
}

type encryptionKeyNew struct{}

// Run prints a key.
func (*encryptionKeyNew) Run(t terminal) error {
	_, err := fmt.Fprintln(t.out, config.NewEncryptionKey().Reveal())
	return err
}

type encryptionKeyRotate struct {
	config.Storage
	config.Encryption

	DryRun    bool `help:"Change nothing: say what would be done, and whether every provider key opens."`
	LeaveLost bool `help:"Leave provider keys alone that no given encryption key opens, instead of doing nothing. For when a key is lost."`
}

// Help says how it is done.
func (*encryptionKeyRotate) Help() string {
	return `1. Make a key with: neuralrepo encryption-key new

2. Give every server the new one as ENCRYPTION_KEY and the old one as ENCRYPTION_KEY_PREVIOUS, and restart them one after the other.

3. Run this with the same two settings. It can be stopped and run again at any point.

4. Take ENCRYPTION_KEY_PREVIOUS away.

The way back is the same with the two exchanged.`
}

// Run rotates.
func (c *encryptionKeyRotate) Run(ctx context.Context, t terminal) error {
	var phase string
	done, err := app.Rotate(ctx, c.Storage, c.Encryption, app.Rotation{
		Dry:       c.DryRun,
		LeaveLost: c.LeaveLost,
		Report: func(p vault.Progress) {
			if p.Phase != phase {
				phase = p.Phase
				t.say("%s", phases[phase])
			}
			t.say("  %d", p.Done)
		},
	}, logger(t))
	if done.Lost > 0 && err == nil {
		t.say("Left alone, because no given encryption key opens them: %d.", done.Lost)
	}
	switch {
	case err != nil:
		return err
	case c.DryRun:
		t.say("Every provider key opens. To be encrypted anew: %d of %d. Nothing was changed.", done.Wrapped, done.Records)
		t.say("Before you rotate, see that every running server has both keys: one that has only the old key opens nothing afterwards, until it is restarted.")
	case done.Wrapped == 0:
		t.say("Nothing to do: all provider keys (%d) are encrypted with ENCRYPTION_KEY already.", done.Records)
	default:
		t.say("Encrypted anew: %d of %d provider keys. All of them open with ENCRYPTION_KEY alone.", done.Wrapped, done.Records)
	}
	if !c.DryRun {
		t.say("Once every server runs with ENCRYPTION_KEY, take ENCRYPTION_KEY_PREVIOUS away. Keep the old key as long as you keep backups from before.")
	}
	return nil
}

// phases says what a rotation does at the moment.
var phases = map[string]string{
	"check":  "Looking whether every provider key opens:",
	"wrap":   "Encrypting anew:",
	"verify": "Opening all of them with ENCRYPTION_KEY alone:",
}

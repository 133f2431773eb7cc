package main

import (
	"context"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/app"
	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/digest"
)

type digestCommands struct {
	Preview digestPreview `cmd:"" help:"Print the letter that somebody would get now, without a model's part. Nothing is kept or sent."`
	Send    digestSend    `cmd:"" help:"Write somebody a letter now. It is on their page of letters, and goes out by mail if the server sends any."`
}

type digestPreview struct {
	config.Config

	Email string `arg:"" help:"The e-mail address of the account."`
	HTML  bool   `name:"html" help:"Print the HTML of the letter, not its text."`
}

// Run prints a letter.
func (c *digestPreview) Run(ctx context.Context, t terminal) error {
	m, err := app.PreviewDigest(ctx, c.Config, c.Email, c.Logger(t.err))
	if err != nil {
		return err
	}
	t.say("Subject: %s", m.Subject)
	if c.HTML {
		fmt.Fprint(t.out, m.HTML)
		return nil
	}
	fmt.Fprint(t.out, m.Text)
	return nil
}

type digestSend struct {
	config.Config

	Email string `arg:"" help:"The e-mail address of the account."`
}

// Run writes a letter.
func (c *digestSend) Run(ctx context.Context, t terminal) error {
	d, err := app.SendDigest(ctx, c.Config, c.Email, c.Logger(t.err))
	if err != nil {
		return err
	}
	t.say("Wrote letter %d: %s", d.ID, d.Subject)
	switch d.AI.State {
	case digest.AIFailed:
		t.say("It has no model's part: the model could not be asked or gave no answer of use. Their AI usage page says more.")
	case digest.AINone:
		t.say("It has no model's part: there is no provider key that can be used.")
	}
	if d.Mail == digest.MailWaiting {
		t.say("It waits in the outbox. The running server sends it, or the next one that starts.")
		return nil
	}
	t.say("No mail server is set, so it is on their page of letters only.")
	return nil
}

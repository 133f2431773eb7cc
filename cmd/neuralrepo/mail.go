package main

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/app"
	"github.com/neuralrepo/neuralrepo/internal/config"
)

type mailCommands struct {
	Test mailTest `cmd:"" help:"Send a mail and say what is wrong if the mail server does not take it."`
}

type mailTest struct {
	config.Mail

	Address string `arg:"" help:"Where to send it."`
}

// Run sends a mail.
func (c *mailTest) Run(ctx context.Context, t terminal) error {
	if c.Sends() {
		t.say("Sending a mail to %s through %s (SMTP_TLS: %s).", c.Address, c.SMTPHost, c.Encryption())
	}
	if err := app.TestMail(ctx, c.Mail, c.Address, time.Now()); err != nil {
		return err
	}
	t.say("The mail server took it. Look whether it arrives, and not among the spam.")
	return nil
}

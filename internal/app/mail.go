package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/mail/smtp"
)

const (
	// mailWorkers is how many letters are delivered at a time.
	mailWorkers = 4
	// mailLook is how soon a letter is found that this or another copy of the
	// program queued.
	mailLook = time.Second
	// keepMails is for how long it is known which letters were sent.
	keepMails = 90 * 24 * time.Hour
)

// mailing delivers letters in the background.
type mailing struct {
	app     *App
	runner  *job.Runner
	running background
}

// newMailing puts it together; nil if no mail server is set.
func (a *App) newMailing(p pace) (*mailing, error) {
	if !a.cfg.Mail.Sends() {
		return nil, nil
	}
	sender, err := mailSender(a.cfg.Mail)
	if err != nil {
		return nil, err
	}
	outbox := a.store.Outbox()
	postman := mail.NewPostman(mail.Parts{
		Store:     outbox,
		Sender:    sender,
		Composers: map[mail.Kind]mail.Composer{mail.MagicLink: a.accounts},
		Retry:     p.retry,
		Log:       a.log,
	})
	runner := job.New(outbox, postman.Do, job.Options{Workers: mailWorkers, Hold: p.hold, Look: mailLook, Log: a.log})
	return &mailing{app: a, runner: runner}, nil
}

// mailSender makes what the settings name.
func mailSender(cfg config.Mail) (*smtp.Sender, error) {
	s, err := smtp.New(smtp.Options{
		Host:     cfg.SMTPHost,
		Port:     cfg.SMTPPort,
		TLS:      smtp.TLS(cfg.Encryption()),
		Username: cfg.SMTPUsername,
		Password: cfg.SMTPPassword,
		From:     cfg.MailFrom,
	})
	if err != nil {
		return nil, fmt.Errorf("SMTP_HOST: %w", err)
	}
	return s, nil
}

// start begins to deliver what waits.
func (m *mailing) start() {
	if m == nil {
		return
	}
	m.running = begin(func(ctx context.Context) {
		m.app.takeBack(ctx, "mail whose delivery was begun before is sent later", m.app.store.Outbox().ReleaseAllJobs)
		m.runner.Run(ctx)
	})
}

// stop ends the deliveries that are under way and gives back the others.
func (m *mailing) stop() {
	if m != nil {
		m.running.end()
	}
}

// TestMail sends a letter to an address, for an operator who wants to see that
// mail arrives. Why it is not taken is a *mail.Failure.
func TestMail(ctx context.Context, cfg config.Mail, address string, now time.Time) error {
	if !cfg.Sends() {
		return fault.New(fault.Invalid, "No mail server is set. Set SMTP_HOST and MAIL_FROM, and what docs/configuration.md says about mail.")
	}
	address, err := account.NormalizeEmail(address)
	if err != nil {
		return fmt.Errorf("the address %w", errors.New(strings.TrimPrefix(fault.Message(err), "email ")))
	}
	sender, err := mailSender(cfg)
	if err != nil {
		return err
	}
	return sender.Send(ctx, mail.Message{
		To:      address,
		Subject: "A test of NeuralRepo",
		Text:    "This is a test. If you can read it, mail of your NeuralRepo arrives.\n",
		ID:      now.Format(time.RFC3339Nano),
		Kind:    mail.Test,
		At:      now,
	})
}

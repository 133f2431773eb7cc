package app

import (
	"context"
	"errors"
	"log/slog"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/digest/writer"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/mail"
)

// PreviewDigest returns the letter that somebody would get now, without a
// model's part. Nothing is kept and nothing is sent. A server may be running at
// the same time.
func PreviewDigest(ctx context.Context, cfg config.Config, email string, log *slog.Logger) (m mail.Message, err error) {
	err = withReader(ctx, cfg, email, log, func(w *writer.Writer, u account.User) (err error) {
		m, err = w.Preview(ctx, u)
		return err
	})
	return m, err
}

// SendDigest writes somebody a letter now, with a model's part if they have a
// key, and puts it into the outbox, from which a running server sends it.
func SendDigest(ctx context.Context, cfg config.Config, email string, log *slog.Logger) (d digest.Digest, err error) {
	err = withReader(ctx, cfg, email, log, func(w *writer.Writer, u account.User) (err error) {
		d, err = w.Now(ctx, u)
		if fault.Is(err, fault.Limited) {
			return fault.Wrap(fault.Limited, err, "Enough letters were asked for in this hour. Wait a while.")
		}
		return err
	})
	return d, err
}

// withReader puts the program together for the command line, without a server,
// for the letters of one person.
func withReader(ctx context.Context, cfg config.Config, email string, log *slog.Logger, f func(*writer.Writer, account.User) error) (err error) {
	a, err := New(ctx, cfg, "", log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Stop(ctx)) }()
	u, err := a.accounts.UserByEmail(ctx, email)
	if err != nil {
		return err
	}
	return f(a.letters.writer, u)
}

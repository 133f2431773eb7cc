package main

import (
	"context"
	"fmt"
	"log/slog"
	"text/tabwriter"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/app"
	"github.com/neuralrepo/neuralrepo/internal/config"
)

type user struct {
	Add      userAdd      `cmd:"" help:"Make an account."`
	List     userList     `cmd:"" help:"List the accounts."`
	Password userPassword `cmd:"" help:"Give somebody a new password and end their sessions."`
}

type userAdd struct {
	config.Storage

	Email         string  `arg:"" help:"The e-mail address to sign in with."`
	Name          string  `required:"" help:"The name to show, 1 to 100 characters."`
	Plan          string  `default:"pro" enum:"free,pro" env:"NEURALREPO_PLAN" help:"The plan, free or pro."`
	APIKey        *string `name:"api-key" placeholder:"LABEL" help:"Also make an API key and print it, alone, on standard output."`
	PasswordStdin bool    `help:"Read a password from the first line of standard input. Without one the person cannot sign in until: neuralrepo user password EMAIL."`
}

// Run makes an account.
func (c *userAdd) Run(ctx context.Context, t terminal) error {
	n := account.NewUser{Email: c.Email, DisplayName: c.Name}
	if c.PasswordStdin {
		var err error
		if n.Password, err = readLine(t.in); err != nil {
			return err
		}
	}
	return app.WithAccounts(ctx, c.Storage, account.Plan(c.Plan), logger(t), func(a *account.Accounts) error {
		u, err := a.AddUser(ctx, n)
		if err != nil {
			return err
		}
		t.say("Made an account for %s.", u.Email)
		if n.Password.Empty() {
			t.say("It has no password yet. To sign in, give it one: neuralrepo user password %s", u.Email)
		}
		if c.APIKey == nil {
			return nil
		}
		key, k, err := a.CreateAPIKey(ctx, account.Caller{User: u, Scopes: account.Scopes}, account.KeyDraft{Label: *c.APIKey})
		if err != nil {
			t.say("The account is there, but it has no API key:")
			return err
		}
		t.say("Its API key %q follows. It is shown this once.", k.Label)
		fmt.Fprintln(t.out, key.Reveal())
		return nil
	})
}

type userList struct {
	config.Storage
}

// Run lists the accounts.
func (c *userList) Run(ctx context.Context, t terminal) error {
	return app.WithAccounts(ctx, c.Storage, "", logger(t), func(a *account.Accounts) error {
		w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "EMAIL\tNAME\tPLAN\tPASSWORD\tSINCE")
		err := a.Users(ctx, func(u account.User) error {
			password := "yes"
			if u.PasswordHash == "" {
				password = "no"
			}
			_, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", u.Email, u.DisplayName, u.Plan, password, u.CreatedAt.UTC().Format(time.DateOnly))
			return err
		})
		if err != nil {
			return err
		}
		return w.Flush()
	})
}

type userPassword struct {
	config.Storage

	Email string `arg:"" help:"The e-mail address of the account."`
}

// Run gives somebody a new password: typed twice at a terminal, else the
// first line of standard input.
func (c *userPassword) Run(ctx context.Context, t terminal) error {
	return app.WithAccounts(ctx, c.Storage, "", logger(t), func(a *account.Accounts) error {
		// So that nobody types a password for an account that is not there.
		u, err := a.UserByEmail(ctx, c.Email)
		if err != nil {
			return err
		}
		password, err := readPassword(t)
		if err != nil {
			return err
		}
		if err := a.ResetPassword(ctx, u.Email, password); err != nil {
			return err
		}
		t.say("%s has a new password. All of their sessions have ended.", u.Email)
		return nil
	})
}

// logger is for what goes wrong in the background of a command.
func logger(t terminal) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

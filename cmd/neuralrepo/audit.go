package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/neuralrepo/neuralrepo/internal/app"
	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/config"
)

type auditCommands struct {
	Verify auditVerify `cmd:"" help:"Look whether anything was changed or taken out of what is written about the use of provider keys."`
}

type auditVerify struct {
	config.Storage
}

// Help says what it cannot find.
func (*auditVerify) Help() string {
	return `Each person's entries form a chain of hashes. What a chain cannot show is that its end was cut off, or that all of it was written anew: to find that, keep what this prints somewhere else and compare it with the next time.`
}

// Run verifies all chains.
func (c *auditVerify) Run(ctx context.Context, t terminal) error {
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "USER\tENTRIES\tLAST HASH")
	people, broken := 0, 0
	err := app.VerifyAudit(ctx, c.Storage, logger(t), func(c audit.Checked) {
		people++
		if c.Fault != nil {
			broken++
			t.say("User %s: %s", c.User, c.Fault)
		}
		fmt.Fprintf(w, "%s\t%d\t%s\n", c.User, c.Entries, c.Last.Hash)
	})
	if err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if broken > 0 {
		return fmt.Errorf("the audit of %d of %d people is not what it was when it was written", broken, people)
	}
	t.say("Everything is what it was when it was written.")
	return nil
}

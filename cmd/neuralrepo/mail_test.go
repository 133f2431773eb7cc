package main

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/neuralrepo/neuralrepo/internal/mail/mailtest"
)

type mailServerKey struct{}

// mailServerCommand starts a mail server that ends with the script.
func mailServerCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 {
		ts.Fatalf("usage: mailserver [stop]")
	}
	if len(args) == 1 {
		ts.Value(mailServerKey{}).(*mailServer).Stop()
		return
	}
	s, err := mailtest.Run(context.Background(), ts.MkAbs("."), mailtest.Options{})
	ts.Check(err)
	ts.Defer(s.Stop)
	ts.Value(mailServerKey{}).(*mailServer).Server = s
	ts.Setenv("MAIL_PORT", strconv.Itoa(s.Port))
	ts.Setenv("MAIL_USER", mailtest.User)
	ts.Setenv("MAIL_PASSWORD", mailtest.Password)
	ts.Setenv("MAIL_AUTHORITY", s.Authority)
}

// mailServer is where a script keeps its mail server.
type mailServer struct{ *mailtest.Server }

func mailboxCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: [!] mailbox regexp")
	}
	letters, err := ts.Value(mailServerKey{}).(*mailServer).List(context.Background())
	ts.Check(err)
	var all strings.Builder
	for _, l := range letters {
		all.WriteString(l.To[0].Address + " " + l.Subject + "\n")
	}
	if found := regexp.MustCompile(args[0]).MatchString(all.String()); found == neg {
		ts.Fatalf("the mail server took:\n%s", all.String())
	}
}

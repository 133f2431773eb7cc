package config

import (
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

func TestMail(t *testing.T) {
	for _, tt := range []struct {
		name  string
		env   map[string]string
		fails string
	}{
		{name: "none"},
		{name: "all", env: map[string]string{"SMTP_HOST": "smtp.example.org", "SMTP_PORT": "465", "SMTP_TLS": "tls", "SMTP_USERNAME": "u", "SMTP_PASSWORD_FILE": write(t, "p"), "MAIL_FROM": "NeuralRepo <ideas@example.org>"}},
		{name: "few", env: map[string]string{"SMTP_HOST": "::1", "MAIL_FROM": "ideas@example.org"}},
		{name: "no host", env: map[string]string{"MAIL_FROM": "ideas@example.org"}, fails: "MAIL_FROM is set, but SMTP_HOST is not"},
		{name: "no sender", env: map[string]string{"SMTP_HOST": "smtp.example.org"}, fails: "needs MAIL_FROM"},
		{name: "odd sender", env: map[string]string{"SMTP_HOST": "smtp.example.org", "MAIL_FROM": "ideas"}, fails: "MAIL_FROM must be one address"},
		{name: "two senders", env: map[string]string{"SMTP_HOST": "smtp.example.org", "MAIL_FROM": "a@example.org, b@example.org"}, fails: "MAIL_FROM must be one address"},
		{name: "port in the host", env: map[string]string{"SMTP_HOST": "smtp.example.org:587", "MAIL_FROM": "a@example.org"}, fails: "SMTP_PORT"},
		{name: "odd port", env: map[string]string{"SMTP_HOST": "smtp.example.org", "SMTP_PORT": "70000", "MAIL_FROM": "a@example.org"}, fails: "SMTP_PORT is 70000"},
		{name: "no password", env: map[string]string{"SMTP_HOST": "smtp.example.org", "SMTP_USERNAME": "u", "MAIL_FROM": "a@example.org"}, fails: "SMTP_PASSWORD is not"},
		{name: "no user", env: map[string]string{"SMTP_HOST": "smtp.example.org", "SMTP_PASSWORD": "p", "MAIL_FROM": "a@example.org"}, fails: "SMTP_USERNAME is not"},
		{name: "odd tls", env: map[string]string{"SMTP_HOST": "smtp.example.org", "SMTP_TLS": "ssl", "MAIL_FROM": "a@example.org"}, fails: "ssl"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse(t, tt.env)
			switch {
			case tt.fails == "" && err != nil:
				t.Error(err)
			case tt.fails != "" && (err == nil || !strings.Contains(err.Error(), tt.fails)):
				t.Errorf("error %v, want %q in it", err, tt.fails)
			}
		})
	}
}

func TestMailEncryption(t *testing.T) {
	for _, tt := range []struct{ host, tls, want string }{
		{"smtp.example.org", "", SMTPStartTLS},
		{"10.0.0.1", "", SMTPStartTLS},
		{"localhost", "", SMTPNone},
		{"127.0.0.1", "", SMTPNone},
		{"::1", "", SMTPNone},
		{"localhost", "starttls", SMTPStartTLS},
		{"smtp.example.org", "none", SMTPNone},
		{"smtp.example.org", "tls", SMTPTLS},
	} {
		if got := (Mail{SMTPHost: tt.host, SMTPTLS: tt.tls}).Encryption(); got != tt.want {
			t.Errorf("%s with %q: %s, want %s", tt.host, tt.tls, got, tt.want)
		}
	}
}

func TestMailWarnings(t *testing.T) {
	m := Mail{SMTPHost: "mail.lan", SMTPTLS: "none", SMTPUsername: "u", SMTPPassword: secret.New("hunter2")}
	got := strings.Join(m.Warnings(""), "\n")
	for _, want := range []string{"mails and SMTP_PASSWORD travel to mail.lan in the clear", "NEURALREPO_PUBLIC_URL"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
	if strings.Contains(got, "hunter2") {
		t.Error("a warning has the password")
	}
	for name, m := range map[string]Mail{"no mail": {}, "this machine": {SMTPHost: "localhost"}, "starttls": {SMTPHost: "mail.lan"}} {
		if got := m.Warnings("https://ideas.example.org"); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

package config

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"
)

// How the connection to the mail server is encrypted.
const (
	SMTPStartTLS = "starttls"
	SMTPTLS      = "tls"
	SMTPNone     = "none"
)

// Sends reports whether a mail server is set.
func (m Mail) Sends() bool { return m.SMTPHost != "" }

// Encryption returns SMTP_TLS, or what holds without it: a mail server on this
// machine is spoken to in the clear, as most have no certificate for that
// name; with any other, nothing is.
func (m Mail) Encryption() string {
	switch {
	case m.SMTPTLS != "":
		return m.SMTPTLS
	case onThisMachine(m.SMTPHost):
		return SMTPNone
	}
	return SMTPStartTLS
}

// Validate is the part of Config.Validate that is about mail.
func (m Mail) Validate() error {
	if !m.Sends() {
		return m.validateUnused()
	}
	var all []error
	if strings.ContainsAny(m.SMTPHost, ":/@ \t") && !isIPv6(m.SMTPHost) {
		all = append(all, errors.New("SMTP_HOST must be the name of a mail server alone, such as smtp.example.org; its port goes into SMTP_PORT"))
	}
	if m.SMTPPort < 0 || m.SMTPPort > 65535 {
		all = append(all, fmt.Errorf("SMTP_PORT is %d: it must be a number from 1 to 65535, or 0 for the usual one", m.SMTPPort))
	}
	if m.SMTPUsername != "" && m.SMTPPassword.Empty() {
		all = append(all, errors.New("SMTP_USERNAME is set, but SMTP_PASSWORD is not: set it, or SMTP_PASSWORD_FILE, or unset the user if the mail server asks for none"))
	}
	if m.SMTPUsername == "" && !m.SMTPPassword.Empty() {
		all = append(all, errors.New("SMTP_PASSWORD is set, but SMTP_USERNAME is not: set both or neither"))
	}
	if m.MailFrom == "" {
		all = append(all, errors.New("SMTP_HOST needs MAIL_FROM beside it: the address that mails come from, such as NeuralRepo <ideas@example.org>"))
	} else if a, err := mail.ParseAddress(m.MailFrom); err != nil || strings.ContainsAny(a.Address, " \"<>") {
		all = append(all, errors.New("MAIL_FROM must be one address, such as NeuralRepo <ideas@example.org>, or ideas@example.org alone"))
	}
	return errors.Join(all...)
}

// validateUnused finds settings that would have no effect.
func (m Mail) validateUnused() error {
	for _, s := range []struct {
		name string
		set  bool
	}{
		{"SMTP_PORT", m.SMTPPort != 0},
		{"SMTP_USERNAME", m.SMTPUsername != ""},
		{"SMTP_PASSWORD", !m.SMTPPassword.Empty()},
		{"SMTP_TLS", m.SMTPTLS != ""},
		{"MAIL_FROM", m.MailFrom != ""},
	} {
		if s.set {
			return fmt.Errorf("%s is set, but SMTP_HOST is not: name the mail server, or unset %s to send no mail", s.name, s.name)
		}
	}
	return nil
}

func isIPv6(host string) bool {
	return strings.Count(host, ":") > 1 && !strings.ContainsAny(host, "/@ \t")
}

// Warnings are what the operator should read about mail.
func (m Mail) Warnings(publicURL string) []string {
	if !m.Sends() {
		return nil
	}
	var all []string
	if m.Encryption() == SMTPNone && !onThisMachine(m.SMTPHost) {
		what := "mails"
		if m.SMTPUsername != "" {
			what = "mails and SMTP_PASSWORD"
		}
		all = append(all, "SMTP_TLS is none, so "+what+" travel to "+m.SMTPHost+" in the clear. Use starttls or tls unless you trust the network.")
	}
	if publicURL == "" {
		all = append(all, "SMTP_HOST is set, but NEURALREPO_PUBLIC_URL is not, so mails cannot lead to this server, and nobody is offered to sign in by mail. Set it to the address at which people reach the server.")
	}
	return all
}

// Warnings are what the operator should read about the settings.
func (c Config) Warnings() []string {
	return append(c.AI.Warnings(), c.Mail.Warnings(c.PublicURL)...)
}

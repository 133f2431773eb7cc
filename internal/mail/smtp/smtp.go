// Package smtp hands letters to a mail server, and says in words what is wrong
// when it does not take them.
package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	netmail "net/mail"
	"net/url"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// TLS is how a connection is encrypted.
type TLS string

// The ways. STARTTLS never goes on in the clear when a server does not offer
// it: somebody in between could have taken the offer out.
const (
	STARTTLS TLS = "starttls" // the connection begins in the clear and must change to TLS
	Implicit TLS = "tls"      // TLS from the first byte
	None     TLS = "none"     // in the clear, the password included
)

// DefaultTimeout is how long one step of the conversation may take.
const DefaultTimeout = 15 * time.Second

// Options say which server to use and as whom.
type Options struct {
	Host     string
	Port     int // 587, 465 or 25, by TLS, if 0
	TLS      TLS // STARTTLS if ""
	Username string
	Password secret.Text // neither is needed for a server that asks for none
	From     string      // "NeuralRepo <ideas@example.org>", or the address alone

	Timeout time.Duration  // DefaultTimeout if 0
	Roots   *x509.CertPool // who may sign the server's certificate; nil for those that the system trusts
}

// Sender sends through one server, with a connection for each letter. It may
// be used by many goroutines.
type Sender struct {
	o    Options
	from *netmail.Address
}

// New makes a Sender. It connects to nothing yet.
func New(o Options) (*Sender, error) {
	from, err := netmail.ParseAddress(o.From)
	if err != nil {
		return nil, fmt.Errorf("read the address of the sender: %w", err)
	}
	if o.TLS == "" {
		o.TLS = STARTTLS
	}
	if o.Port == 0 {
		o.Port = map[TLS]int{STARTTLS: 587, Implicit: 465, None: 25}[o.TLS]
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	s := &Sender{o, from}
	if _, err := s.client(); err != nil {
		return nil, fmt.Errorf("set up the mail server: %w", err)
	}
	return s, nil
}

// client makes a client for one conversation.
func (s *Sender) client() (*gomail.Client, error) {
	options := []gomail.Option{
		gomail.WithPort(s.o.Port),
		gomail.WithTimeout(s.o.Timeout),
		gomail.WithTLSConfig(&tls.Config{ServerName: s.o.Host, RootCAs: s.o.Roots, MinVersion: tls.VersionTLS12}),
	}
	auth := []gomail.SMTPAuthType{gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthCramMD5}
	switch s.o.TLS {
	case Implicit:
		options = append(options, gomail.WithSSL())
	case None:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
		// What does not show the password comes first.
		auth = []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthCramMD5, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc}
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.o.Username != "" {
		options = append(options, gomail.WithOpportunisticSMTPAuth(auth...),
			gomail.WithUsername(s.o.Username), gomail.WithPassword(s.o.Password.Reveal()))
	}
	return gomail.NewClient(s.o.Host, options...)
}

// Send is of the port mail.Sender.
func (s *Sender) Send(ctx context.Context, m mail.Message) error {
	letter, err := s.letter(m)
	if err != nil {
		return &mail.Failure{Step: mail.Content, What: "The mail itself is malformed, so it was not sent.", Permanent: true, Cause: err}
	}
	c, err := s.client()
	if err != nil {
		return &mail.Failure{Step: mail.Connect, What: "The settings of the mail server are wrong.", Cause: err}
	}
	conn, err := c.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return s.explain(err)
	}
	defer conn.Close()
	// The server's answer decides whether the mail is sent again, so a process
	// that stops waits for it, but not for long.
	stop := context.AfterFunc(ctx, func() { _ = conn.UpdateDeadline(s.o.Timeout / 3) })
	defer stop()
	err = c.SendWithSMTPClient(conn, letter)
	if err != nil && !letter.IsDelivered() {
		return s.explain(err)
	}
	_ = conn.Quit() // it is delivered, whatever the farewell
	return nil
}

// letter puts a message into the form in which it travels.
func (s *Sender) letter(m mail.Message) (*gomail.Msg, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	l := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	l.FromMailAddress(s.from)
	if err := l.EnvelopeFrom(s.from.Address); err != nil {
		return nil, err
	}
	l.ToMailAddress(&netmail.Address{Name: m.ToName, Address: m.To})
	l.Subject(m.Subject)
	l.SetMessageIDWithValue(m.MessageID(mail.Domain(s.from.Address)))
	if m.At.IsZero() {
		l.SetDate()
	} else {
		l.SetDateWithValue(m.At)
	}
	// So that no vacation notice comes back.
	l.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.Unsubscribe != "" {
		if err := unsubscribe(l, m.Unsubscribe); err != nil {
			return nil, err
		}
	}
	l.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		l.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return l, nil
}

// unsubscribe names the URL that ends letters of this kind. One click is for
// https alone.
func unsubscribe(l *gomail.Msg, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	if u.Scheme == "https" {
		return l.SetListUnsubscribeOneClick(address)
	}
	l.SetListUnsubscribe("<" + address + ">")
	return nil
}

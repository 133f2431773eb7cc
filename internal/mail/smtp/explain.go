package smtp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"syscall"

	gomail "github.com/wneessen/go-mail"

	"github.com/neuralrepo/neuralrepo/internal/mail"
)

// explain says in words why a letter was not taken.
func (s *Sender) explain(err error) *mail.Failure {
	f := &mail.Failure{Cause: err}
	var send *gomail.SendError
	if errors.As(err, &send) {
		s.explainSend(f, send)
		return f
	}
	var reply *textproto.Error
	if errors.As(err, &reply) {
		f.Code, f.Said = reply.Code, mail.Masked(reply.Msg)
	}
	f.Step, f.What = s.explainDial(err)
	return f
}

func (s *Sender) server() string { return net.JoinHostPort(s.o.Host, strconv.Itoa(s.o.Port)) }

// explainDial is about all that comes before the letter.
func (s *Sender) explainDial(err error) (mail.Step, string) {
	if step, what := s.explainNetwork(err); step != 0 {
		return step, what
	}
	if what := s.explainTLS(err); what != "" {
		return mail.Encrypt, what
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "does not support SMTP AUTH"), errors.Is(err, gomail.ErrNoSupportedAuthDiscovered):
		return mail.SignIn, fmt.Sprintf("The mail server %s offers no way to sign in that fits. Unset SMTP_USERNAME if it wants none; many servers offer one only with TLS.", s.server())
	case strings.Contains(text, "AUTH"):
		return mail.SignIn, "The mail server did not take the user or the password: check SMTP_USERNAME and SMTP_PASSWORD. Some providers want a password made for programs."
	}
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return mail.Connect, fmt.Sprintf("The mail server %s does not want to talk to this machine.", s.server())
	}
	return mail.Connect, fmt.Sprintf("The conversation with the mail server %s broke off. Check SMTP_HOST, SMTP_PORT and SMTP_TLS.", s.server())
}

// explainNetwork is about the way to the server.
func (s *Sender) explainNetwork(err error) (mail.Step, string) {
	var name *net.DNSError
	var slow net.Error
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return mail.Look, fmt.Sprintf("No mail server is called %s: check SMTP_HOST.", s.o.Host)
	case errors.As(err, &name):
		return mail.Look, fmt.Sprintf("The name %s could not be looked up, as the name server (DNS) does not answer: check the network of this machine.", s.o.Host)
	case errors.Is(err, syscall.ECONNREFUSED):
		return mail.Connect, fmt.Sprintf("%s refused the connection: check SMTP_HOST and SMTP_PORT, and that the mail server runs.", s.server())
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return mail.Connect, fmt.Sprintf("There is no way from this machine to %s: check SMTP_HOST and the network.", s.server())
	case errors.As(err, &slow) && slow.Timeout():
		what := fmt.Sprintf("The mail server %s did not answer within %v (timeout): check SMTP_HOST and SMTP_PORT. Many networks block mail ports.", s.server(), s.o.Timeout)
		if s.o.TLS == STARTTLS {
			what += " If it wants TLS from the start, as on port 465, set SMTP_TLS=tls."
		}
		return mail.Connect, what
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return mail.Connect, fmt.Sprintf("The mail server %s hung up. Check SMTP_PORT and SMTP_TLS: 587 goes with starttls, 465 with tls.", s.server())
	}
	return 0, ""
}

// explainTLS is about the encryption, "" if it is not at fault.
func (s *Sender) explainTLS(err error) string {
	var (
		host    x509.HostnameError
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
		alert   tls.AlertError
		verify  *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &host):
		names := host.Certificate.DNSNames
		if len(names) == 0 {
			return fmt.Sprintf("The certificate of the mail server is not for the name %s: set SMTP_HOST to a name that it is for.", s.o.Host)
		}
		return fmt.Sprintf("The certificate of the mail server is for the name %s, not for %s: set SMTP_HOST to a name that it is for.", strings.Join(names, ", "), s.o.Host)
	case errors.As(err, &unknown):
		return fmt.Sprintf("The certificate of the mail server %s is signed by nobody whom this machine trusts. If it is your own, name the authority's certificate in SSL_CERT_FILE.", s.server())
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("The certificate of the mail server %s has expired, or the clock of this machine is wrong.", s.server())
	case errors.As(err, &invalid), errors.As(err, &verify):
		return fmt.Sprintf("The certificate of the mail server %s is not valid.", s.server())
	case errors.As(err, &record):
		return fmt.Sprintf("The mail server %s does not begin with TLS: set SMTP_TLS=starttls, or SMTP_PORT to 465.", s.server())
	case errors.As(err, &alert):
		return fmt.Sprintf("The mail server %s and this program found no TLS that both speak: it must speak TLS 1.2 or later.", s.server())
	case strings.Contains(err.Error(), "STARTTLS"):
		return fmt.Sprintf("The mail server %s does not offer STARTTLS, so the mail was not sent in the clear. Set SMTP_TLS=tls with port 465 if it wants TLS from the start, or SMTP_TLS=none if you trust the network.", s.server())
	}
	return ""
}

// signInCodes are replies that ask for other credentials or for TLS, at any
// step. That is for the operator to put right; the letter can wait.
var signInCodes = map[int]bool{530: true, 534: true, 535: true, 538: true}

// explainSend is about the letter itself.
func (s *Sender) explainSend(f *mail.Failure, e *gomail.SendError) {
	f.Code = e.ErrorCode()
	f.Said = said(e)
	switch e.Reason {
	case gomail.ErrSMTPMailFrom, gomail.ErrGetSender:
		f.Step, f.What = mail.From, "The mail server refused the sender: check MAIL_FROM; most servers only take addresses of their own."
	case gomail.ErrSMTPRcptTo, gomail.ErrGetRcpts:
		f.Step, f.What = mail.Recipient, "The mail server refused the recipient."
	case gomail.ErrConnCheck:
		f.Step, f.What = mail.Connect, fmt.Sprintf("The mail server %s hung up.", s.server())
	default:
		f.Step, f.What = mail.Content, "The mail server did not take the mail."
	}
	if signInCodes[f.Code] {
		f.Step, f.What = mail.SignIn, "The mail server wants somebody to sign in first: check SMTP_USERNAME, SMTP_PASSWORD and SMTP_TLS."
		return
	}
	f.Permanent = f.Code >= 500
}

// said is the server's reply behind its code. The library has it only in the
// text of its error, between the step and the list of recipients.
func said(e *gomail.SendError) string {
	text, _, _ := strings.Cut(e.Error(), ", affected ")
	code := strconv.Itoa(e.ErrorCode())
	_, text, found := strings.Cut(text, code)
	if !found || e.ErrorCode() == 0 {
		return ""
	}
	return mail.Masked(text)
}

package smtp

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	netmail "net/mail"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/mail/mailtest"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

var letter = mail.Message{
	To: "ada@example.org", ToName: "Ada Löwe", Subject: "Deine Woche: 3 neue Ideen – schön", Text: "Grüße\n.\nund mehr\n",
	HTML: "<p>Grüße</p>", ID: "week 1", Kind: mail.Digest, Unsubscribe: "https://ideas.example.org/u/1",
	At: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
}

// roots trusts the authority of a test's server alone.
func roots(t *testing.T, s *mailtest.Server) *x509.CertPool {
	t.Helper()
	b, err := os.ReadFile(s.Authority)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(b)
	return pool
}

func to(t *testing.T, s *mailtest.Server) Options {
	return Options{
		Host: "localhost", Port: s.Port, Username: mailtest.User, Password: secret.New(mailtest.Password),
		From: "NeuralRepo <ideas@example.com>", Roots: roots(t, s), Timeout: 10 * time.Second,
	}
}

func send(t *testing.T, o Options, m mail.Message) error {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s.Send(t.Context(), m)
}

func TestDelivered(t *testing.T) {
	for name, o := range map[string]mailtest.Options{"starttls": {}, "tls": {Implicit: true}, "none": {Clear: true}} {
		t.Run(name, func(t *testing.T) {
			server := mailtest.Start(t, o)
			options := to(t, server)
			options.TLS = TLS(name)
			if o.Clear {
				options.Username, options.Password = "", secret.Text{}
			}
			for range 2 { // the second as after a crash
				if err := send(t, options, letter); err != nil {
					t.Fatal(err)
				}
			}
			got := server.Wait(t, 2)
			if got[0].MessageID != got[1].MessageID || !strings.HasSuffix(got[0].MessageID, "@example.com") {
				t.Errorf("sent as %s and again as %s", got[1].MessageID, got[0].MessageID)
			}
			if got[0].Subject != letter.Subject || got[0].To[0].Name != letter.ToName || got[0].To[0].Address != letter.To {
				t.Errorf("arrived: %+v", got[0])
			}
			if text := server.Text(t, got[0].ID); strings.ReplaceAll(text, "\r\n", "\n") != letter.Text {
				t.Errorf("text %q", text)
			}
			m, err := netmail.ReadMessage(strings.NewReader(server.Source(t, got[0].ID)))
			if err != nil {
				t.Fatal(err)
			}
			for header, want := range map[string]string{
				"From":                  `"NeuralRepo" <ideas@example.com>`,
				"Date":                  "Sun, 01 Mar 2026 09:00:00 +0000",
				"Auto-Submitted":        "auto-generated",
				"List-Unsubscribe":      "<https://ideas.example.org/u/1>",
				"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
			} {
				if got := m.Header.Get(header); got != want {
					t.Errorf("%s: %s, want %s", header, got, want)
				}
			}
		})
	}
}

// What is wrong is said in words, and whether it makes sense to try again.
func TestTrouble(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	clear := mailtest.Start(t, mailtest.Options{Clear: true})
	implicit := mailtest.Start(t, mailtest.Options{Implicit: true})
	good := to(t, server)
	with := func(change func(*Options)) Options {
		o := good
		change(&o)
		return o
	}
	closed := listener(t)
	closed.Close()
	silent := listener(t)
	hangsUp := listener(t)
	go func() {
		for {
			c, err := hangsUp.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	stranger := letter
	stranger.To = "bob.secret@elsewhere.example"

	for _, tt := range []struct {
		name      string
		o         Options
		m         mail.Message
		step      mail.Step
		what      string
		permanent bool
	}{
		{"no such name", with(func(o *Options) { o.Host = "mail.invalid" }), letter, mail.Look, "mail.invalid", false},
		{"refused", with(func(o *Options) { o.Port = port(closed) }), letter, mail.Connect, "refused the connection", false},
		{"silent", with(func(o *Options) { o.Port = port(silent); o.Timeout = 50 * time.Millisecond }), letter, mail.Connect, "timeout", false},
		{"hangs up", with(func(o *Options) { o.Port = port(hangsUp) }), letter, mail.Connect, "hung up", false},
		{"certificate of another name", with(func(o *Options) { o.Host = "127.0.0.1" }), letter, mail.Encrypt, "not for 127.0.0.1", false},
		{"certificate of a stranger", with(func(o *Options) { o.Roots = x509.NewCertPool() }), letter, mail.Encrypt, "SSL_CERT_FILE", false},
		{"no starttls", with(func(o *Options) { o.Port = clear.Port }), letter, mail.Encrypt, "does not offer STARTTLS", false},
		{"tls where there is none", with(func(o *Options) { o.TLS = Implicit }), letter, mail.Encrypt, "does not begin with TLS", false},
		{"starttls where there is tls", with(func(o *Options) { o.Port = implicit.Port; o.Timeout = 300 * time.Millisecond }), letter, mail.Connect, "SMTP_TLS=tls", false},
		{"in the clear where tls is wanted", with(func(o *Options) { o.TLS = None; o.Username = "" }), letter, mail.SignIn, "SMTP_TLS", false},
		{"wrong password", with(func(o *Options) { o.Password = secret.New("guess") }), letter, mail.SignIn, "SMTP_PASSWORD", false},
		{"no password", with(func(o *Options) { o.Username = "" }), letter, mail.SignIn, "sign in first", false},
		{"password where none is wanted", with(func(o *Options) { o.Port = clear.Port; o.TLS = None }), letter, mail.SignIn, "Unset SMTP_USERNAME", false},
		{"recipient", good, stranger, mail.Recipient, "refused the recipient", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := send(t, tt.o, tt.m)
			var f *mail.Failure
			if !errors.As(err, &f) {
				t.Fatalf("no failure: %v", err)
			}
			if f.Step != tt.step || f.Permanent != tt.permanent || !strings.Contains(f.Reason(), tt.what) {
				t.Errorf("step %d, permanent %v, %q (%v); want step %d, %v, with %q", f.Step, f.Permanent, f.Reason(), f.Cause, tt.step, tt.permanent, tt.what)
			}
			for _, private := range []string{"bob.secret", "ada@", "ideas@", mailtest.Password} {
				if strings.Contains(f.Error(), private) {
					t.Errorf("%q tells %s", f.Error(), private)
				}
			}
		})
	}

	for _, tt := range []struct {
		sender, recipient int
		step              mail.Step
		permanent         bool
	}{
		{451, 0, mail.From, false},
		{550, 0, mail.From, true},
		{0, 451, mail.Recipient, false},
		{0, 550, mail.Recipient, true},
	} {
		server.Refuse(t, tt.sender, tt.recipient)
		var f *mail.Failure
		if err := send(t, good, letter); !errors.As(err, &f) {
			t.Fatalf("%d, %d: no failure: %v", tt.sender, tt.recipient, err)
		}
		if f.Step != tt.step || f.Permanent != tt.permanent || f.Code != tt.sender+tt.recipient || f.Said == "" {
			t.Errorf("%d, %d: step %d, permanent %v, code %d, said %q", tt.sender, tt.recipient, f.Step, f.Permanent, f.Code, f.Said)
		}
	}
	if got := server.Letters(t); len(got) != 0 {
		t.Errorf("%d letters arrived", len(got))
	}
}

// A letter that would add something to what is sent does not get as far as
// the server.
func TestNothingIsInjected(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	for name, change := range map[string]func(*mail.Message){
		"subject":     func(m *mail.Message) { m.Subject = "x\r\nBcc: eve@example.org" },
		"name":        func(m *mail.Message) { m.ToName = "x>\nBcc: <eve@example.org" },
		"recipient":   func(m *mail.Message) { m.To = "ada@example.org>\r\nRCPT TO:<eve@example.org" },
		"unsubscribe": func(m *mail.Message) { m.Unsubscribe = "https://x.example/>\r\nBcc: eve@example.org" },
	} {
		m := letter
		change(&m)
		var f *mail.Failure
		if err := send(t, to(t, server), m); !errors.As(err, &f) || !f.Permanent {
			t.Errorf("%s: %v", name, err)
		}
	}
	tricky := letter
	tricky.ToName = `Eve" <eve@example.org>, "x`
	tricky.Subject = "=?utf-8?q?x=0D=0ABcc:_eve@example.org?="
	tricky.Text = "text\r\n.\r\nMAIL FROM:<eve@example.org>\r\n"
	if err := send(t, to(t, server), tricky); err != nil {
		t.Fatal(err)
	}
	got := server.Wait(t, 1)
	if len(got) != 1 || len(got[0].To) != 1 || got[0].To[0].Address != letter.To {
		t.Errorf("arrived: %+v", got)
	}
	m, err := netmail.ReadMessage(strings.NewReader(server.Source(t, got[0].ID)))
	if err != nil {
		t.Fatal(err)
	}
	if m.Header.Get("Bcc") != "" || m.Header.Get("Cc") != "" {
		t.Errorf("headers: %v", m.Header)
	}
}

// A process that stops does not wait for long for a server that says nothing.
func TestStops(t *testing.T) {
	silent := listener(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		c, err := silent.Accept()
		if err == nil {
			_, _ = io.WriteString(c, "220 slow\r\n")
			cancel()
		}
	}()
	s, err := New(Options{Host: "localhost", Port: port(silent), TLS: None, From: "a@example.org", Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(ctx, letter); err == nil {
		t.Error("sent to nobody")
	}
}

func listener(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func port(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

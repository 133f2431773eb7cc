package mail

import (
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

func TestCheck(t *testing.T) {
	good := Message{
		To: "ada@example.org", ToName: "Ada Löwe", Subject: "Grüße – 3", Text: "text", HTML: "<p>",
		Unsubscribe: "https://ideas.example.org/u?x=1", ID: "week 1", Kind: Digest,
	}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Message){
		"no recipient":            func(m *Message) { m.To = "" },
		"a name in the recipient": func(m *Message) { m.To = "Ada <ada@example.org>" },
		"two recipients":          func(m *Message) { m.To = "ada@example.org, eve@example.org" },
		"a quoted recipient":      func(m *Message) { m.To = `"a b"@example.org` },
		"a command behind it":     func(m *Message) { m.To = "ada@example.org>\r\nDATA" },
		"a NUL in the recipient":  func(m *Message) { m.To = "ada\x00@example.org" },
		"a line break in name":    func(m *Message) { m.ToName = "Ada\nBcc: eve@example.org" },
		"a return in subject":     func(m *Message) { m.Subject = "x\rBcc: eve@example.org" },
		"U+2028 in subject":       func(m *Message) { m.Subject = "x\u2028y" },
		"U+0085 in subject":       func(m *Message) { m.Subject = "x\u0085y" },
		"bytes that are no text":  func(m *Message) { m.Subject = "\xff" },
		"a text that is none":     func(m *Message) { m.Text = "\xff" },
		"a long subject":          func(m *Message) { m.Subject = strings.Repeat("x", MaxSubject+1) },
		"a long text":             func(m *Message) { m.Text = strings.Repeat("x", MaxBody+1) },
		"a line break in id":      func(m *Message) { m.ID = "x\r\ny" },
		"no kind":                 func(m *Message) { m.Kind = "" },
		"a script to unsubscribe": func(m *Message) { m.Unsubscribe = "javascript:alert(1)" },
		"two addresses":           func(m *Message) { m.Unsubscribe = "https://a.example/>,<mailto:eve@example.org" },
	} {
		m := good
		change(&m)
		if err := m.Check(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMessageID(t *testing.T) {
	m := Message{To: "ada@example.org", ID: "week 1", Kind: Digest}
	other, later := m, m
	other.To = "eve@example.org"
	later.ID = "week 2"
	first := m.MessageID("example.com")
	if first != m.MessageID("example.com") {
		t.Error("a letter has two Message-IDs")
	}
	if first == other.MessageID("example.com") || first == later.MessageID("example.com") {
		t.Error("two letters have one Message-ID")
	}
	if strings.Contains(first, "ada@") || !strings.HasSuffix(first, "@example.com") {
		t.Errorf("it is %s", first)
	}
}

func TestMasked(t *testing.T) {
	for said, want := range map[string]string{
		"5.1.1 <bob@example.org>: Recipient address rejected": "5.1.1 <…@example.org>: Recipient address rejected",
		"no bob@example.org, no\r\n550 eve.x+y@example.org":   "no …@example.org, no 550 …@example.org",
		"rcpt=bob@example.org " + strings.Repeat("x", 1_000):  "rcpt=…@example.org " + strings.Repeat("x", maxSaid-len("rcpt=?@example.org ")) + "…",
		"4.7.0 try again later":                               "4.7.0 try again later",
	} {
		if got := Masked(said); got != want {
			t.Errorf("%q is shown as %q, want %q", said, got, want)
		}
	}
}

package digest

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

const home = "https://ideas.example.org"

func links() *Links { return NewLinks(secret.New("0123456789abcdef0123456789abcdef"), home) }

// token returns what is behind LinkPath.
func token(t testing.TB, link string) string {
	t.Helper()
	rest, ok := strings.CutPrefix(link, home+LinkPath)
	if !ok {
		t.Fatalf("%q is no link of a letter", link)
	}
	return rest
}

func TestLinks(t *testing.T) {
	l, now := links(), time.Unix(1_800_000_000, 0)
	for _, c := range []struct {
		link string
		want Wish
		life time.Duration
	}{
		{l.Answer(Keep, 7, 42, now), Wish{KeepIdea, 7, 42}, AnswerLife},
		{l.Answer(Snooze, 7, 42, now), Wish{SnoozeIdea, 7, 42}, AnswerLife},
		{l.Answer(Shelve, 1<<40, 1<<50, now), Wish{ShelveIdea, 1 << 40, 1 << 50}, AnswerLife},
		{l.End(EndDigests, 7, now), Wish{EndDigests, 7, 0}, EndLife},
		{l.End(EndNudges, 7, now), Wish{EndNudges, 7, 0}, EndLife},
	} {
		tok := token(t, c.link)
		for _, at := range []time.Time{now, now.Add(c.life - time.Second)} {
			if got, err := l.Open(tok, at); err != nil || got != c.want {
				t.Errorf("after %v: %+v, %v, want %+v", at.Sub(now), got, err, c.want)
			}
		}
		_, err := l.Open(tok, now.Add(c.life))
		if !fault.Is(err, fault.NotFound) || !strings.Contains(fault.Message(err), "too old") {
			t.Errorf("after its life: %v", err)
		}
	}
	if got := NewLinks(secret.New("x"), ""); got.Any() || got.Answer(Keep, 1, 1, now) != "" || got.End(EndDigests, 1, now) != "" || got.Page("/x") != "" {
		t.Error("a server that does not know its address makes links")
	}
	if got := l.Page("/ideas/3"); got != home+"/ideas/3" {
		t.Errorf("page %q", got)
	}
}

// A link outlives the key that signed it, for as long as that one is known.
func TestPreviousKeys(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	old, fresh := secret.New("old"), secret.New("new")
	tok := token(t, NewLinks(old, home).Answer(Keep, 7, 42, now))
	if got, err := NewLinks(fresh, home, secret.New("another"), old).Open(tok, now); err != nil || got != (Wish{KeepIdea, 7, 42}) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := NewLinks(fresh, home).Open(tok, now); !fault.Is(err, fault.NotFound) {
		t.Errorf("with a key that is gone: %v", err)
	}
	if NewLinks(fresh, home, old).Answer(Keep, 7, 42, now) == NewLinks(old, home).Answer(Keep, 7, 42, now) {
		t.Error("a previous key signs")
	}
}

// No bit of a link can be changed, and no other server's link works.
func TestForgedLinks(t *testing.T) {
	l, now := links(), time.Unix(1_800_000_000, 0)
	tok := token(t, l.Answer(Shelve, 7, 42, now))
	raw, err := base64.RawURLEncoding.DecodeString(tok)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(tok string) {
		t.Helper()
		if got, err := l.Open(tok, now); !fault.Is(err, fault.NotFound) || got != (Wish{}) {
			t.Errorf("%q is taken for %+v, %v", tok, got, err)
		}
	}
	for bit := range len(raw) * 8 {
		raw[bit/8] ^= 1 << (bit % 8)
		refused(base64.RawURLEncoding.EncodeToString(raw))
		raw[bit/8] ^= 1 << (bit % 8)
	}
	for n := range len(tok) {
		refused(tok[:n])
	}
	for _, s := range []string{tok + "A", tok + "=", "/" + tok, tok[:10] + "\n" + tok[10:], strings.Repeat("A", len(tok)), strings.ToLower(tok)} {
		refused(s)
	}
	refused(token(t, NewLinks(secret.New("another key"), home).Answer(Shelve, 7, 42, now)))
}

// Whatever somebody opens, only what was signed is taken.
func FuzzOpen(f *testing.F) {
	l, now := links(), time.Unix(1_800_000_000, 0)
	known := map[string]Wish{}
	for _, link := range []string{l.Answer(Keep, 1, 2, now), l.End(EndNudges, 3, now)} {
		tok := token(f, link)
		w, err := l.Open(tok, now)
		if err != nil {
			f.Fatal(err)
		}
		known[tok] = w
		f.Add(tok)
	}
	f.Add("")
	f.Add(strings.Repeat("_", tokenLength))
	f.Fuzz(func(t *testing.T, tok string) {
		w, err := l.Open(tok, now)
		if want, ok := known[tok]; ok != (err == nil) || w != want {
			t.Errorf("%q: %+v, %v", tok, w, err)
		}
	})
}

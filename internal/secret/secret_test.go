package secret_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

const plain = "correct horse battery staple"

type holder struct {
	Name  string
	Key   secret.Text
	Inner *holder `json:",omitempty"`
}

// Whatever prints, logs or marshals a secret, the text does not come out.
func TestTextIsNotShown(t *testing.T) {
	s := secret.New(plain)
	inside := holder{"outer", s, &holder{Name: "inner", Key: s}}
	values := map[string]any{
		"text":     s,
		"pointer":  &s,
		"struct":   inside,
		"in a map": map[string]secret.Text{"k": s},
		"as key":   map[secret.Text]int{s: 1},
		"slice":    []secret.Text{s},
		"array":    [1]secret.Text{s},
		"any":      []any{s, inside},
	}
	verbs := []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b", "%o", "%e", "%t", "%p", "%c", "%U", "% x", "%30s", "%-5v", "%T"}
	check := func(how, out string) {
		t.Helper()
		for _, leak := range []string{plain, "correct", fmt.Sprintf("%x", plain), fmt.Sprintf("%X", plain), fmt.Sprintf("% x", plain)} {
			if strings.Contains(out, leak) {
				t.Errorf("%s shows the secret: %s", how, out)
			}
		}
	}
	for name, v := range values {
		for _, verb := range verbs {
			check(verb+" of "+name, fmt.Sprintf(verb, v))
		}
		check("Sprint of "+name, fmt.Sprint(v))
		check("Errorf of "+name, fmt.Errorf("failed: %w %v", errors.New("x"), v).Error())

		b, err := json.Marshal(v)
		if err != nil {
			t.Errorf("JSON of %s: %v", name, err)
		}
		check("JSON of "+name, string(b))

		var log bytes.Buffer
		for _, l := range []*slog.Logger{slog.New(slog.NewTextHandler(&log, nil)), slog.New(slog.NewJSONHandler(&log, nil))} {
			l.Info("message", "v", v, slog.Group("g", slog.Any("v", v)))
		}
		check("the log of "+name, log.String())
	}
	b, err := xml.Marshal(inside)
	if err != nil {
		t.Fatal(err)
	}
	check("XML", string(b))
}

func TestTextShowsTheMask(t *testing.T) {
	s := secret.New(plain)
	if got := fmt.Sprintf("key=%s", s); got != "key="+secret.Mask {
		t.Errorf("printed: %q", got)
	}
	b, err := json.Marshal(holder{Name: "x", Key: s})
	if want := `{"Name":"x","Key":"` + secret.Mask + `"}`; err != nil || string(b) != want {
		t.Errorf("JSON: %s, %v, want %s", b, err, want)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "key", s)
	if !strings.Contains(log.String(), "key="+secret.Mask) {
		t.Errorf("logged: %s", log.String())
	}
}

func TestReveal(t *testing.T) {
	if got := secret.New(plain).Reveal(); got != plain {
		t.Errorf("Reveal() = %q", got)
	}
	if secret.New(plain).Empty() {
		t.Error("a secret is empty")
	}
	for name, s := range map[string]secret.Text{"zero value": {}, "empty text": secret.New("")} {
		if !s.Empty() || s.Reveal() != "" || s.String() != "" || fmt.Sprint(s) != "" {
			t.Errorf("%s: Empty() = %v, Reveal() = %q, printed %q", name, s.Empty(), s.Reveal(), s)
		}
		if b, err := json.Marshal(s); err != nil || string(b) != `""` {
			t.Errorf("%s: JSON %s, %v", name, b, err)
		}
	}
}

func TestUnmarshal(t *testing.T) {
	var h holder
	if err := json.Unmarshal([]byte(`{"Name":"x","Key":"`+plain+`"}`), &h); err != nil {
		t.Fatal(err)
	}
	if h.Key.Reveal() != plain {
		t.Errorf("read %q from JSON", h.Key.Reveal())
	}
	if err := json.Unmarshal([]byte(`{"Key":""}`), &h); err != nil || !h.Key.Empty() {
		t.Errorf("an empty text became %q, %v", h.Key.Reveal(), err)
	}
	// The text is a copy: what it was read from may be overwritten.
	buf := []byte(plain)
	var s secret.Text
	if err := s.UnmarshalText(buf); err != nil {
		t.Fatal(err)
	}
	clear(buf)
	if s.Reveal() != plain {
		t.Errorf("the secret changed with its buffer: %q", s.Reveal())
	}
}

package byok

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

const (
	minKey = 20    // characters; shorter ones were cut off
	maxKey = 1_000 // characters
)

// wrongKinds are tokens of a provider that look like a key and are none. The
// providers publish these beginnings; the more special ones come first.
var wrongKinds = []struct{ prefix, what string }{
	{"sk-ant-admin", "an Anthropic admin key, which manages an organisation and cannot ask models: make an API key in the Anthropic console"},
	{"sk-ant-oat", "an Anthropic OAuth token, which belongs to a sign-in and runs out: make an API key in the Anthropic console"},
	{"sk-ant-ort", "an Anthropic OAuth refresh token, which belongs to a sign-in: make an API key in the Anthropic console"},
	{"sk-ant-sid", "the session of a browser at Anthropic: make an API key in the Anthropic console"},
	{"sk-admin-", "an OpenAI admin key, which manages an organisation and cannot ask models: make a project key in the OpenAI console"},
	{"sess-", "the session of a browser at OpenAI: make a project key in the OpenAI console"},
	{"nrp_", "an API key of NeuralRepo itself: paste the key of the provider"},
	{"AIza", "a Google key: Google is reached through OpenRouter"},
	{"gsk_", "a Groq key: Groq is reached through OpenRouter"},
	{"xai-", "an xAI key: xAI is reached through OpenRouter"},
	{"ghp_", "a GitHub token"},
	{"github_pat_", "a GitHub token"},
	{"hf_", "a Hugging Face token"},
}

// shapes are what keys look like at the time of writing. A key that begins as
// it should and goes on otherwise is taken with a warning: shapes change.
var shapes = map[Provider]struct {
	prefix string
	known  *regexp.Regexp
}{
	Anthropic:  {"sk-ant-", regexp.MustCompile(`^sk-ant-api\d\d-[\w-]{80,120}$`)},
	OpenAI:     {"sk-", regexp.MustCompile(`^sk-(?:(?:proj|svcacct|None)-[\w-]{40,200}|[A-Za-z0-9]{48})$`)},
	OpenRouter: {"sk-or-", regexp.MustCompile(`^sk-or-v1-[0-9a-f]{64}$`)},
}

// owners say whose key it is by how it begins, the more special first.
var owners = []struct {
	prefix string
	of     Provider
}{
	{"sk-ant-", Anthropic},
	{"sk-or-", OpenRouter},
	{"sk-", OpenAI},
}

// CheckKey checks a key that a person has pasted. White space around it is
// dropped. The warning, if there is one, is a sentence for the person about a
// key that is stored all the same. Nothing that is returned as an error shows
// any of the key.
func CheckKey(p Provider, pasted secret.Text) (key secret.Text, warning string, err error) {
	s := strings.TrimSpace(pasted.Reveal())
	refuse := func(format string, args ...any) (secret.Text, string, error) {
		return secret.Text{}, "", fault.OfField("api_key", format, args...)
	}
	switch {
	case s == "":
		return refuse("must not be empty: paste your %s key", p.Title())
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl):
		return refuse("has a control character or a line break in it: copy the key again, and nothing else")
	case strings.ContainsFunc(s, unicode.IsSpace):
		return refuse("has white space in it: copy the key again, and nothing else")
	case masked(s):
		return refuse("is only the masked form of a key: copy the whole key where you made it")
	case len(s) > maxKey:
		return refuse("has %d characters, which is more than any key has", len(s))
	}
	for _, k := range wrongKinds {
		if strings.HasPrefix(s, k.prefix) {
			return refuse("is %s", k.what)
		}
	}
	for _, o := range owners {
		if !strings.HasPrefix(s, o.prefix) {
			continue
		}
		if o.of != p {
			return refuse("is a key of %s (it begins with %s): store it there, or paste your %s key", o.of.Title(), o.prefix, p.Title())
		}
		break
	}
	shape := shapes[p]
	switch {
	case !strings.HasPrefix(s, shape.prefix):
		return refuse("must begin with %s: copy your %s key again", shape.prefix, p.Title())
	case strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII }):
		return refuse("has a character that no key has: copy the key again")
	case len(s) < minKey:
		return refuse("is too short, it was cut off: copy the whole key")
	case !shape.known.MatchString(s):
		warning = "This does not look like the " + p.Title() + " keys we know. It was stored; test it to see whether it works."
	}
	return secret.New(s), warning, nil
}

// masked reports whether a text is a key with its middle left out.
func masked(s string) bool {
	return strings.Contains(s, "...") || strings.ContainsAny(s, "…•*●") || strings.Contains(strings.ToLower(s), "xxxx")
}

// last4 is as much of a key as is ever shown.
func last4(key secret.Text) string {
	s := key.Reveal()
	return s[len(s)-4:]
}

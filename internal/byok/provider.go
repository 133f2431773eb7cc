// Package byok has the provider keys that people bring: how one is checked,
// stored, shown, tested, opened and removed, and which provider answers.
//
// A key is plain only between the request that brings it and the vault, and
// between the vault and the last hop of the gateway. What this package stores
// and shows besides is its last four characters.
package byok

import (
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// Provider is somebody who answers with language models.
type Provider string

// The providers for which people bring keys.
const (
	Anthropic  Provider = "anthropic"
	OpenAI     Provider = "openai"
	OpenRouter Provider = "openrouter"
)

// Providers lists them in the order in which one is chosen when a person
// prefers none.
var Providers = []Provider{Anthropic, OpenAI, OpenRouter}

// Title returns the name as the provider writes it.
func (p Provider) Title() string {
	switch p {
	case Anthropic:
		return "Anthropic"
	case OpenAI:
		return "OpenAI"
	case OpenRouter:
		return "OpenRouter"
	}
	return string(p)
}

// ParseProvider checks a provider that came from outside.
func ParseProvider(s string) (Provider, error) {
	if p := Provider(s); slices.Contains(Providers, p) {
		return p, nil
	}
	return "", fault.New(fault.NotFound, "There is no provider of that name: use anthropic, openai or openrouter")
}

// Choose returns the provider that the next call uses: the preferred one if
// its key can be used, else the first in the order of Providers, else none.
func Choose(preferred Provider, usable func(Provider) bool) (Provider, bool) {
	for _, p := range append([]Provider{preferred}, Providers...) {
		if p != "" && usable(p) {
			return p, true
		}
	}
	return "", false
}

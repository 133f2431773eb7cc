package gateway

import (
	"net/http"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// endpoint is one thing that a provider can be asked. What is not in the
// tables below does not pass: whoever finds somebody's API key of ours may
// spend on models with it, but not read stored files and answers, change
// fine-tuned models, or manage the account behind the provider key.
type endpoint struct {
	method string
	path   string // below the provider's address; "*" stands for one segment
	shape  shape
	free   bool // costs nothing, whatever it is asked
	inner  bool // for this program itself, not through the door
}

// shape is how an endpoint's requests and answers are written.
type shape int

const (
	other     shape = iota
	messages        // Anthropic's
	chat            // OpenAI's chat completions, and what is metered like them
	responses       // OpenAI's responses
)

var endpoints = map[string][]endpoint{
	llm.Anthropic: {
		{method: http.MethodPost, path: "/v1/messages", shape: messages},
		{method: http.MethodPost, path: "/v1/messages/count_tokens", free: true},
		{method: http.MethodGet, path: "/v1/models", free: true},
		{method: http.MethodGet, path: "/v1/models/*", free: true},
	},
	llm.OpenAI: {
		{method: http.MethodPost, path: "/chat/completions", shape: chat},
		{method: http.MethodPost, path: "/responses", shape: responses},
		{method: http.MethodPost, path: "/completions", shape: chat},
		{method: http.MethodPost, path: "/embeddings", shape: chat},
		{method: http.MethodPost, path: "/moderations", free: true},
		{method: http.MethodPost, path: "/images/generations"},
		{method: http.MethodPost, path: "/audio/speech"},
		{method: http.MethodPost, path: "/audio/transcriptions"},
		{method: http.MethodPost, path: "/audio/translations"},
		{method: http.MethodGet, path: "/models", free: true},
		{method: http.MethodGet, path: "/models/*", free: true},
	},
	llm.OpenRouter: {
		{method: http.MethodPost, path: "/chat/completions", shape: chat},
		{method: http.MethodPost, path: "/responses", shape: responses},
		{method: http.MethodPost, path: "/messages", shape: messages},
		{method: http.MethodPost, path: "/completions", shape: chat},
		{method: http.MethodPost, path: "/embeddings", shape: chat},
		{method: http.MethodGet, path: "/models", free: true},
		{method: http.MethodGet, path: "/models/*/*/endpoints", free: true},
		{method: http.MethodGet, path: "/key", free: true, inner: true},
	},
	llm.WorkersAI: {
		{method: http.MethodPost, path: "/chat/completions", shape: chat, inner: true},
		{method: http.MethodGet, path: "/models", free: true, inner: true},
	},
}

// prefixes are what SDKs write in front of an endpoint's path, behind
// whatever stands in for the provider's host.
var prefixes = []struct{ path, provider string }{
	{"/anthropic", llm.Anthropic},
	{"/openai/v1", llm.OpenAI},
	{"/openrouter/api/v1", llm.OpenRouter},
	{"/workers-ai/v1", llm.WorkersAI},
}

// innerHost stands in for the providers in requests of this program.
const innerHost = "gateway.invalid"

// BaseURL returns the address of a provider for SDKs that send with Client.
func BaseURL(provider string) string {
	for _, p := range prefixes {
		if p.provider == provider {
			return "http://" + innerHost + p.path
		}
	}
	return "http://" + innerHost + "/unknown"
}

// split tells the provider of a path, and what comes after its prefix.
func split(path string) (provider, rest string, ok bool) {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(path, p.path); ok && strings.HasPrefix(rest, "/") {
			return p.provider, rest, true
		}
	}
	return "", "", false
}

// find returns the endpoint of a provider that a request is for. The path is
// as it was sent: an escaped one, or one with "..", matches nothing.
func find(provider, method, path string) (endpoint, bool) {
	for _, e := range endpoints[provider] {
		if e.method == method && matches(e.path, path) {
			return e, true
		}
	}
	return endpoint{}, false
}

func matches(pattern, path string) bool {
	for {
		i := strings.IndexByte(pattern, '*')
		if i < 0 {
			return pattern == path
		}
		if !strings.HasPrefix(path, pattern[:i]) {
			return false
		}
		pattern, path = pattern[i+1:], path[i:]
		n := 0
		for n < len(path) && plain(path[n]) {
			n++
		}
		if n == 0 || strings.Trim(path[:n], ".") == "" {
			return false
		}
		path = path[n:]
	}
}

// plain reports whether a byte may be part of a model's name in a path.
func plain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == ':' || c == '@'
}

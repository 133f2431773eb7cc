package gateway

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// sent are the headers of a request that the provider gets to see. Whatever
// else comes along, such as cookies, keys of ours and the address of the
// client, stays here.
var sent = []string{
	"Accept", "Content-Type", "User-Agent",
	"Anthropic-Beta", "Anthropic-Version",
	"Openai-Beta", "Openai-Organization", "Openai-Project",
	"Http-Referer", "X-Title", // by which OpenRouter names an app
}

// returned are the headers of an answer that go on to the client. Cookies,
// alternative services and policies of another site have no business here.
var returned = []string{
	"Content-Type",
	"Request-Id", "X-Request-Id", "Cf-Ray", "X-Generation-Id",
	"Retry-After", "Retry-After-Ms", "X-Should-Retry",
	"Openai-Processing-Ms", "Openai-Version",
}

// families are beginnings of names that are treated like returned.
var families = []string{"X-Ratelimit-", "Anthropic-Ratelimit-"}

// outgoing returns the headers of the request to the provider.
func outgoing(from http.Header, provider string) http.Header {
	h := make(http.Header, 8)
	for _, name := range sent {
		if v := from[name]; len(v) > 0 {
			h[name] = v
		}
	}
	if provider == llm.Anthropic && h["Anthropic-Version"] == nil {
		h["Anthropic-Version"] = []string{"2023-06-01"}
	}
	if h["User-Agent"] == nil {
		h["User-Agent"] = []string{"neuralrepo"}
	}
	// A compressed answer could not be metered, nor searched for the key.
	h["Accept-Encoding"] = []string{"identity"}
	return h
}

// incoming returns the headers of an answer that may pass on: those with a
// secret in them may not.
func incoming(from http.Header, secrets [][]byte) http.Header {
	h := make(http.Header, 8)
	for name, values := range from {
		if !slices.Contains(returned, name) && !slices.ContainsFunc(families, func(f string) bool { return strings.HasPrefix(name, f) }) {
			continue
		}
		if !slices.ContainsFunc(values, func(v string) bool { return holds(v, secrets) }) {
			h[name] = values
		}
	}
	return h
}

func holds(v string, secrets [][]byte) bool {
	for _, s := range secrets {
		if bytes.Contains([]byte(v), s) {
			return true
		}
	}
	return false
}

// query returns what of a query may go to a provider: nothing in which a key
// of ours has got lost.
func query(raw string) string {
	if strings.Contains(raw, "nrp_") {
		return ""
	}
	return raw
}

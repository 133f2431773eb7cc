package openai

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// kinds are the failures that OpenAI and compatible servers name, as the code
// or the type of an error.
var kinds = map[string]llm.Kind{
	"invalid_api_key":      llm.BadKey,
	"account_deactivated":  llm.BadKey,
	"authentication_error": llm.BadKey,

	"missing_scope":            llm.NoScope,
	"insufficient_permissions": llm.NoScope,

	"insufficient_quota":         llm.NoCredit,
	"credit_balance_exhausted":   llm.NoCredit,
	"billing_hard_limit_reached": llm.NoCredit,
	"billing_not_active":         llm.NoCredit,

	"rate_limit_exceeded": llm.RateLimited,
	"slow_down":           llm.RateLimited,

	"server_error":         llm.Overloaded,
	"server_is_overloaded": llm.Overloaded,
	"engine_overloaded":    llm.Overloaded,

	"context_length_exceeded":   llm.TooLong,
	"string_above_max_length":   llm.TooLong,
	"exceed_context_size_error": llm.TooLong, // llama.cpp

	"content_policy_violation":             llm.Refused,
	"content_filter":                       llm.Refused,
	"unsupported_country_region_territory": llm.Refused,

	"model_not_found": llm.NoModel,
	"invalid_model":   llm.NoModel,
}

// cloudflare are the failures that Workers AI names by number.
var cloudflare = map[string]llm.Kind{
	"3006":  llm.TooLong,
	"3007":  llm.Overloaded, // timeout
	"3008":  llm.Overloaded, // aborted
	"3023":  llm.NoScope,    // account blocked
	"3036":  llm.NoCredit,   // the day's free allocation is used up
	"3040":  llm.Overloaded, // out of capacity, which it answers with 429
	"3041":  llm.NoScope,
	"3042":  llm.NoModel,
	"5007":  llm.NoModel, // which it answers with 400
	"5016":  llm.NoScope, // the model's terms are not agreed to
	"5018":  llm.NoScope,
	"10000": llm.BadKey,
}

// phrases tell apart what a server calls a bad request or a limit and is
// something else to a person. They are looked for in small letters.
var phrases = []struct {
	phrase string
	from   llm.Kind
	kind   llm.Kind
}{
	{"context length", llm.BadRequest, llm.TooLong},
	{"context window", llm.BadRequest, llm.TooLong},
	{"context size", llm.BadRequest, llm.TooLong},
	{"valid model id", llm.BadRequest, llm.NoModel},
	{"invalid model", llm.BadRequest, llm.NoModel},
	{"content policy", llm.BadRequest, llm.Refused},
	{"request too large", llm.RateLimited, llm.TooLong},   // more than a minute's limit: waiting does not help
	{"key limit exceeded", llm.NoScope, llm.NoCredit},     // OpenRouter's limit on one key
	{"insufficient permissions", llm.BadKey, llm.NoScope}, // a restricted key, with 401
	{"missing scopes", llm.BadKey, llm.NoScope},
}

// detail is an error as the servers write it.
type detail struct {
	Message  string `json:"message"`
	Type     string `json:"type"`
	Code     word   `json:"code"`
	Metadata struct {
		Reasons []string `json:"reasons"` // OpenRouter's moderation
	} `json:"metadata"`
}

// word is a string or a number, as a string.
type word string

func (w *word) UnmarshalJSON(b []byte) error {
	if s := strings.Trim(string(b), `"`); s != "null" {
		*w = word(s)
	}
	return nil
}

// read finds the error in a body: {"error": {…}}, Cloudflare's
// {"errors": [{…}]}, or vLLM's {…}.
func read(body []byte) (d detail, found bool) {
	var said struct {
		Error  *detail  `json:"error"`
		Errors []detail `json:"errors"`
		detail
	}
	_ = json.Unmarshal(body, &said) // a proxy's page says nothing, and the status all
	switch {
	case said.Error != nil:
		return *said.Error, true
	case len(said.Errors) > 0:
		return said.Errors[0], true
	}
	return said.detail, said.Message != ""
}

// Explain returns the failure that a provider's answer tells, by its status
// (0 for an event in a stream), its header and its body.
func Explain(provider string, status int, header http.Header, body []byte) *llm.Error {
	said, found := read(body)
	e := &llm.Error{
		Provider:   provider,
		Status:     status,
		Code:       llm.CleanCode(string(said.Code)),
		RequestID:  llm.CleanID(header.Get("X-Request-Id")),
		RetryAfter: llm.RetryAfter(header, time.Now()),
	}
	if e.Code == "" || e.Code == strconv.Itoa(status) {
		e.Code = llm.CleanCode(said.Type) // OpenRouter's code is the status once more
	}
	if e.RequestID == "" {
		e.RequestID = llm.CleanID(header.Get("Cf-Ray"))
	}
	e.Kind = kindOf(provider, status, said, found)
	message := strings.ToLower(said.Message)
	for _, p := range phrases {
		if e.Kind == p.from && strings.Contains(message, p.phrase) {
			e.Kind = p.kind
			break
		}
	}
	if e.Kind == llm.NoCredit && e.RetryAfter > 0 && provider == llm.OpenRouter {
		e.Kind = llm.RateLimited // money held for requests under way, soon free again
	}
	return e
}

func kindOf(provider string, status int, said detail, found bool) llm.Kind {
	if k, ok := cloudflare[string(said.Code)]; ok && provider == llm.WorkersAI {
		return k
	}
	for _, name := range []string{string(said.Code), said.Type} {
		if k, ok := kinds[name]; ok {
			return k
		}
	}
	if len(said.Metadata.Reasons) > 0 {
		return llm.Refused
	}
	// A failure that is told with status 200, or in the stream, may have its
	// real status as the code.
	if n, err := strconv.Atoi(string(said.Code)); err == nil && status < 400 {
		status = n
	}
	switch {
	case status == http.StatusNotFound && !found:
		return llm.Malformed // not the API: an address that is not right
	case status < 400 && found:
		return llm.Overloaded // it gave up half way, and does not say why
	}
	return llm.ByStatus(status)
}

package anthropic

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// kinds are the API's types of error.
var kinds = map[string]llm.Kind{
	"authentication_error":  llm.BadKey,
	"billing_error":         llm.NoCredit,
	"permission_error":      llm.NoScope,
	"not_found_error":       llm.NoModel,
	"request_too_large":     llm.TooLong,
	"rate_limit_error":      llm.RateLimited,
	"overloaded_error":      llm.Overloaded,
	"api_error":             llm.Overloaded,
	"timeout_error":         llm.Overloaded,
	"invalid_request_error": llm.BadRequest,
}

// phrases tell apart what the API calls an invalid request and is something
// else to a person. They are looked for in small letters.
var phrases = []struct {
	phrase string
	kind   llm.Kind
}{
	{"credit balance", llm.NoCredit},
	{"usage limits", llm.NoCredit},
	{"too long", llm.TooLong},
	{"context limit", llm.TooLong},
	{"context window", llm.TooLong},
	{"content filtering policy", llm.Refused},
}

// Explain returns the failure that an answer of the API tells, by its status
// (0 for an event in a stream), its header and its body.
func Explain(status int, header http.Header, body []byte) *llm.Error {
	var said struct {
		Error struct {
			Type    string `json:"type"`
			Message string `json:"message"`
		} `json:"error"`
		RequestID string `json:"request_id"`
	}
	_ = json.Unmarshal(body, &said) // a proxy's page says nothing, and the status all
	e := &llm.Error{
		Provider:   llm.Anthropic,
		Status:     status,
		Code:       llm.CleanCode(said.Error.Type),
		RequestID:  llm.CleanID(header.Get("Request-Id")),
		RetryAfter: llm.RetryAfter(header, time.Now()),
	}
	if e.RequestID == "" {
		e.RequestID = llm.CleanID(said.RequestID)
	}
	kind, ok := kinds[said.Error.Type]
	switch {
	case ok:
		e.Kind = kind
	case status == http.StatusNotFound:
		e.Kind = llm.Malformed // not the API: an address that is not right
	case status < 400 && said.Error.Type != "":
		e.Kind = llm.Overloaded // it gave up half way, for a reason that is new
	default:
		e.Kind = llm.ByStatus(status)
	}
	if e.Kind == llm.BadRequest {
		message := strings.ToLower(said.Error.Message)
		for _, p := range phrases {
			if strings.Contains(message, p.phrase) {
				e.Kind = p.kind
				break
			}
		}
	}
	return e
}

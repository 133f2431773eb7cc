package gateway

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// anthropicTypes are what Anthropic calls a failure of a kind.
var anthropicTypes = map[fault.Kind]string{
	fault.Internal:        "api_error",
	fault.Invalid:         "invalid_request_error",
	fault.Unauthenticated: "authentication_error",
	fault.Forbidden:       "permission_error",
	fault.NotFound:        "not_found_error",
	fault.TooLarge:        "request_too_large",
	fault.Limited:         "rate_limit_error",
	fault.Unavailable:     "overloaded_error",
}

// openAITypes are what OpenAI calls one.
var openAITypes = map[fault.Kind]struct{ kind, code string }{
	fault.Internal:        {"server_error", "server_error"},
	fault.Unauthenticated: {"invalid_request_error", "invalid_api_key"},
	fault.Forbidden:       {"invalid_request_error", "forbidden"},
	fault.NotFound:        {"invalid_request_error", "not_found"},
	fault.TooLarge:        {"invalid_request_error", "request_too_large"},
	fault.Limited:         {"rate_limit_error", "rate_limit_exceeded"},
	fault.Unavailable:     {"server_error", "service_unavailable"},
}

// refuse answers with a failure in the words of the provider, which is what
// its SDKs show.
func refuse(w http.ResponseWriter, provider string, err error) {
	kind, message := fault.KindOf(err), fault.Message(err)
	h := w.Header()
	if f, ok := errors.AsType[*fault.Error](err); ok && f.RetryAfter > 0 {
		h.Set("Retry-After", strconv.FormatInt(seconds(f.RetryAfter), 10))
	}
	if kind == fault.Unavailable || kind == fault.Internal {
		h.Set("X-Should-Retry", "false") // what could be tried again was
	}
	var body any
	switch provider {
	case llm.Anthropic:
		type detail struct {
			Type    string `json:"type"`
			Message string `json:"message"`
		}
		name, ok := anthropicTypes[kind]
		if !ok {
			name = anthropicTypes[fault.Invalid]
		}
		body = struct {
			Type  string `json:"type"`
			Error detail `json:"error"`
		}{"error", detail{name, message}}
	case llm.OpenRouter:
		type detail struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		}
		body = struct {
			Error detail `json:"error"`
		}{detail{kind.Status(), message}}
	default:
		type detail struct {
			Message string  `json:"message"`
			Type    string  `json:"type"`
			Param   *string `json:"param"`
			Code    *string `json:"code"`
		}
		d := detail{Message: message, Type: "invalid_request_error"}
		if t, ok := openAITypes[kind]; ok {
			d.Type, d.Code = t.kind, &t.code
		}
		body = struct {
			Error detail `json:"error"`
		}{d}
	}
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(kind.Status())
	_ = json.NewEncoder(w).Encode(body)
}

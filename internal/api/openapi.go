package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// failures says what each status of a failure means.
var failures = map[int]string{
	http.StatusBadRequest:            "The request says something it must not say. The sentence names the field.",
	http.StatusUnauthorized:          "No credentials, or ones that open nothing.",
	http.StatusForbidden:             "The credentials do not reach that far, such as an API key without the scope.",
	http.StatusNotFound:              "Not there, or somebody else's.",
	http.StatusConflict:              "It contradicts what is stored.",
	http.StatusPreconditionFailed:    "The version in If-Match is no longer the stored one.",
	http.StatusRequestEntityTooLarge: "The body is larger than 1 MiB.",
	http.StatusUnsupportedMediaType:  "The body is not JSON.",
	http.StatusTooManyRequests:       "Too many requests for now. Retry-After says when to try again.",
	http.StatusInternalServerError:   "Something went wrong on the server. Its log says what, under the id in X-Request-Id.",
	http.StatusServiceUnavailable:    "Not now: the server is stopping, or cannot do this as it is set up. The sentence says which.",
}

// failure refers to the response that documents a status.
func failure(status int) *huma.Response {
	return &huma.Response{Ref: "#/components/responses/" + strconv.Itoa(status)}
}

// document finishes the OpenAPI document and returns its JSON.
func (r *router) document() []byte {
	doc := r.api.OpenAPI()
	doc.Components.Responses = map[string]*huma.Response{}
	for status, text := range failures {
		doc.Components.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: text,
			Content: map[string]*huma.MediaType{
				"application/json": {Schema: schemaOf[Error](r)},
			},
		}
	}
	for _, s := range doc.Components.Schemas.Map() {
		// Additional fields are allowed, which is what a schema means that
		// says nothing. Saying it makes generated types accept any typo.
		s.AdditionalProperties = nil
	}
	b, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic(fmt.Errorf("encode the OpenAPI document: %w", err))
	}
	return append(b, '\n')
}

// schemaOf returns a reference to the schema of a type.
func schemaOf[T any](r *router) *huma.Schema {
	return r.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
}

// oneOf is the schema of a value that has one of several shapes.
func oneOf(schemas ...*huma.Schema) *huma.Schema { return &huma.Schema{OneOf: schemas} }

// serveOpenAPI answers with the OpenAPI document.
func (s *server) serveOpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	// What cannot be written has no reader.
	_, _ = w.Write(s.openAPI)
}

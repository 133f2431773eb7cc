package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/neuralrepo/neuralrepo/internal/account"
)

// router registers operations: their route, their checks, and what the
// OpenAPI document says of them.
type router struct {
	server *server
	api    huma.API
	tag    string // under which operations are listed
}

func newRouter(s *server, mux humago.Mux) *router {
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:       "NeuralRepo",
				Version:     "1",
				Description: "Capture, organise, find and link ideas. Errors are always {\"error\": \"one sentence\"}. Unknown fields of a request are ignored.",
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"apiKey":  {Type: "apiKey", In: "header", Name: "X-API-Key", Description: "An API key: nrp_ and 64 hexadecimal digits."},
					"bearer":  {Type: "http", Scheme: "bearer", Description: "An API key or a session token."},
					"session": {Type: "apiKey", In: "cookie", Name: s.cookie.name, Description: "The session of a signed-in browser."},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": jsonFormat},
		DefaultFormat: "application/json",
	}
	config.AllowAdditionalPropertiesByDefault = true // a newer client must not break
	return &router{server: s, api: humago.NewWithPrefix(mux, Prefix, config)}
}

// group begins a part of the list of operations.
func (r *router) group(tag, description string) {
	r.tag = tag
	doc := r.api.OpenAPI()
	doc.Tags = append(doc.Tags, &huma.Tag{Name: tag, Description: description})
}

// option changes what an operation is or says of itself.
type option func(*huma.Operation)

// created says that the operation answers 201.
func created(op *huma.Operation) { op.DefaultStatus = http.StatusCreated }

// fails documents failures beyond those that every operation of its kind can
// have.
func fails(statuses ...int) option {
	return func(op *huma.Operation) {
		for _, status := range statuses {
			op.Responses[strconv.Itoa(status)] = failure(status)
		}
	}
}

// add registers an operation. The pattern is that of http.ServeMux, without
// the prefix: "GET /ideas/{id}".
func add[In, Out any](r *router, need right, pattern, id, summary string, handle func(context.Context, account.Caller, *In) (*Out, error), options ...option) {
	method, path, _ := strings.Cut(pattern, " ")
	_, hasBody := reflect.TypeFor[In]().FieldByName("Body")
	op := huma.Operation{
		OperationID: id,
		Method:      method,
		Path:        path,
		Summary:     summary,
		Tags:        []string{r.tag},
		Security:    security(need),
		Responses:   map[string]*huma.Response{},
		// readBody has read and measured the body by the time huma does.
		BodyReadTimeout: -1,
		MaxBodyBytes:    MaxBody + 1,
	}
	fails(http.StatusBadRequest, http.StatusInternalServerError)(&op)
	if need == open {
		op.Middlewares = append(op.Middlewares, r.guard)
	} else {
		op.Middlewares = append(op.Middlewares, r.authenticate(need))
	}
	if need > anybody {
		fails(http.StatusUnauthorized, http.StatusTooManyRequests)(&op)
	}
	if need.scope() != "" || need == session {
		fails(http.StatusForbidden)(&op)
	}
	op.Middlewares = append(op.Middlewares, r.checkParams)
	if strings.Contains(path, "{") {
		fails(http.StatusNotFound)(&op)
	}
	if hasBody {
		fails(http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)(&op)
		op.Middlewares = append(op.Middlewares, r.readBody)
	}
	for _, o := range options {
		o(&op)
	}
	huma.Register(r.api, op, func(ctx context.Context, in *In) (*Out, error) {
		return handle(ctx, callerOf(ctx), in)
	})
}

// security says which credentials an operation takes, and which scope they
// need.
func security(need right) []map[string][]string {
	if need <= anybody {
		return []map[string][]string{{}}
	}
	scopes := []string{}
	if s := need.scope(); s != "" {
		scopes = append(scopes, string(s))
	}
	all := []map[string][]string{{"session": scopes}, {"bearer": scopes}}
	if need != session {
		all = append(all, map[string][]string{"apiKey": scopes})
	}
	return all
}

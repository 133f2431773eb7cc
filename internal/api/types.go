package api

import (
	"bytes"
	"encoding/json"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// The types of this package whose names are exported are those of the wire:
// the OpenAPI document and the clients made from it call them the same.

// answer is a response with nothing but a body.
type answer[T any] struct{ Body T }

func ok[T any](body T) *answer[T] { return &answer[T]{body} }

// none is a request without parameters and body.
type none struct{}

// Success is the answer to what leaves nothing to tell.
type Success struct {
	Success bool `json:"success" doc:"Always true."`
}

func done() *answer[Success] { return ok(Success{true}) }

// Health says that the server answers.
type Health struct {
	Status    string `json:"status" doc:"Always ok." example:"ok"`
	Timestamp Time   `json:"timestamp"`
	Version   string `json:"version" doc:"The version of the program."`
}

// Time is a moment: ISO 8601 in UTC with milliseconds.
type Time time.Time

// MarshalJSON writes the moment.
func (t Time) MarshalJSON() ([]byte, error) {
	return time.Time(t).UTC().AppendFormat(nil, `"2006-01-02T15:04:05.000Z"`), nil
}

// Schema describes the moment.
func (Time) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Examples: []any{"2026-03-30T09:41:00.000Z"}}
}

// Optional is a field of a request that tells three things apart: it is not
// there, it is null, or it has a value.
type Optional[T any] struct {
	Set   bool // it is there, null or not
	Value *T   // nil if it is null or not there
}

// UnmarshalJSON reads null or a value.
func (o *Optional[T]) UnmarshalJSON(b []byte) error {
	o.Set, o.Value = true, nil
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	return json.Unmarshal(b, &o.Value)
}

// Schema describes the value.
func (o Optional[T]) Schema(r huma.Registry) *huma.Schema {
	s := r.Schema(reflect.TypeFor[T](), true, "")
	s.Nullable = true
	return s
}

// orZero returns what a Patch of the rules takes: nil if the field is not
// there, and the zero value, which removes, for null.
func (o Optional[T]) orZero() *T {
	if o.Set && o.Value == nil {
		return new(T)
	}
	return o.Value
}

// The enumerations. Their schemas are components of their own, so that a
// generated client has one type for each.
type (
	Status       idea.Status
	Source       idea.Source
	Sort         idea.Sort
	LinkType     idea.LinkType
	RelationType idea.RelationType
	EventKind    idea.EventKind
	Scope        account.Scope
	Plan         account.Plan
)

// Schema lists the values.
func (Status) Schema(r huma.Registry) *huma.Schema { return enum(r, "Status", idea.Statuses) }

// Schema lists the values.
func (Source) Schema(r huma.Registry) *huma.Schema { return enum(r, "Source", idea.Sources) }

// Schema lists the values.
func (Sort) Schema(r huma.Registry) *huma.Schema { return enum(r, "Sort", idea.Sorts) }

// Schema lists the values.
func (LinkType) Schema(r huma.Registry) *huma.Schema { return enum(r, "LinkType", idea.LinkTypes) }

// Schema lists the values.
func (RelationType) Schema(r huma.Registry) *huma.Schema {
	return enum(r, "RelationType", idea.RelationTypes)
}

// Schema lists the values.
func (EventKind) Schema(r huma.Registry) *huma.Schema {
	return enum(r, "EventKind", []idea.EventKind{
		idea.EventCaptured, idea.EventMoved, idea.EventArchived,
		idea.EventRestored, idea.EventMerged, idea.EventAbsorbed, idea.EventUnmerged,
	})
}

// Schema lists the values.
func (Scope) Schema(r huma.Registry) *huma.Schema { return enum(r, "Scope", account.Scopes) }

// Schema lists the values.
func (Plan) Schema(r huma.Registry) *huma.Schema {
	return enum(r, "Plan", []account.Plan{account.Free, account.Pro})
}

// enum refers to the schema of an enumeration, and makes it the first time.
func enum[T ~string](r huma.Registry, name string, values []T) *huma.Schema {
	if r.Map()[name] == nil {
		s := &huma.Schema{Type: huma.TypeString}
		for _, v := range values {
			s.Enum = append(s.Enum, string(v))
		}
		s.PrecomputeMessages()
		r.Map()[name] = s
	}
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

// orNull is the schema of a value that may be null.
func orNull(s *huma.Schema) *huma.Schema {
	return &huma.Schema{AnyOf: []*huma.Schema{s, {Type: "null"}}}
}

// orNone returns nil for the zero value, which the rules use for what is not
// there and the wire does not.
func orNone[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}

// each turns a list of the rules into one of the wire, which is never null.
func each[From, To any](in []From, f func(From) To) []To {
	out := make([]To, len(in))
	for i, v := range in {
		out[i] = f(v)
	}
	return out
}

// zeroOrOne is how the wire writes whether something is archived.
func zeroOrOne(b bool) int {
	if b {
		return 1
	}
	return 0
}

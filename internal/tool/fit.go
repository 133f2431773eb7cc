package tool

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// fit checks arguments and returns them as their schema wants them. Weak
// models write some things in a form that can mean only one thing, and those
// are taken: null for what is left out; "12", "#12" or 12.0 for 12; "true" for
// true; and one text or number for a list of one. A text with a comma is not
// taken for a list, as nobody knows whether it is one entry or several.
func fit(s *jsonschema.Schema, input json.RawMessage) (json.RawMessage, error) {
	if len(bytes.TrimSpace(input)) == 0 {
		input = json.RawMessage("{}")
	}
	d := json.NewDecoder(bytes.NewReader(input))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fault.New(fault.Invalid, "The arguments are not valid JSON: send one JSON object.")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fault.New(fault.Invalid, "There is something after the arguments: send one JSON object.")
	}
	if v == nil {
		v = map[string]any{}
	}
	v, err := fitted(s, v, "")
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

// fitted returns a value as its schema wants it. at is its place, such as
// ideas[0].id.
func fitted(s *jsonschema.Schema, v any, at string) (any, error) {
	switch s.Type {
	case "object":
		return fittedObject(s, v, at)
	case "array":
		return fittedList(s, v, at)
	case "integer", "number":
		return fittedNumber(s, v, at)
	case "boolean":
		switch v {
		case true, "true":
			return true, nil
		case false, "false":
			return false, nil
		}
		return nil, wrong(at, "must be true or false")
	}
	text, ok := v.(string)
	if !ok {
		return nil, wrong(at, "must be a text")
	}
	if len(s.Enum) > 0 {
		text = strings.TrimSpace(text)
		if !slices.Contains(s.Enum, any(text)) {
			names := make([]string, len(s.Enum))
			for i, e := range s.Enum {
				names[i] = fmt.Sprint(e)
			}
			return nil, wrong(at, "must be one of: %s", strings.Join(names, ", "))
		}
	}
	n := utf8.RuneCountInString(text)
	switch {
	case s.MinLength != nil && n < *s.MinLength, s.MinLength != nil && strings.TrimSpace(text) == "":
		return nil, wrong(at, "must not be empty")
	case s.MaxLength != nil && n > *s.MaxLength:
		return nil, wrong(at, "has %d characters, at most %d are allowed", n, *s.MaxLength)
	}
	return text, nil
}

func fittedObject(s *jsonschema.Schema, v any, at string) (any, error) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, wrong(at, "must be an object")
	}
	out := map[string]any{}
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names) // the same sentence for the same arguments
	for _, name := range names {
		p := s.Properties[name]
		if p == nil && len(s.Properties) == 0 {
			p = s.AdditionalProperties // of a map
		}
		if p == nil || p.Not != nil {
			allowed := "it takes none"
			if len(s.PropertyOrder) > 0 {
				allowed = "it takes " + strings.Join(s.PropertyOrder, ", ")
			}
			where := "The tool"
			if at != "" {
				where = at
			}
			return nil, fault.New(fault.Invalid, "%s has no field %q: %s.", where, short(name), allowed)
		}
		if m[name] == nil {
			continue
		}
		value, err := fitted(p, m[name], join(at, short(name)))
		if err != nil {
			return nil, err
		}
		out[name] = value
	}
	for _, name := range s.Required {
		if _, ok := out[name]; !ok {
			return nil, wrong(join(at, name), "is missing: %s", lowerFirst(s.Properties[name].Description))
		}
	}
	return out, nil
}

func fittedList(s *jsonschema.Schema, v any, at string) (any, error) {
	var list []any
	switch v := v.(type) {
	case []any:
		list = v
	case string:
		if s.Items.Type == "object" || strings.Contains(v, ",") || strings.HasPrefix(strings.TrimSpace(v), "[") {
			return nil, wrong(at, "must be a list")
		}
		list = []any{v}
	case json.Number:
		if s.Items.Type != "integer" && s.Items.Type != "number" {
			return nil, wrong(at, "must be a list")
		}
		list = []any{v}
	default:
		return nil, wrong(at, "must be a list")
	}
	switch n := len(list); {
	case s.MinItems != nil && n < *s.MinItems:
		return nil, wrong(at, "must have at least %d entries", *s.MinItems)
	case s.MaxItems != nil && n > *s.MaxItems:
		return nil, wrong(at, "has %d entries, at most %d are allowed", n, *s.MaxItems)
	}
	out := make([]any, len(list))
	for i, v := range list {
		value, err := fitted(s.Items, v, fmt.Sprintf("%s[%d]", at, i))
		if err != nil {
			return nil, err
		}
		out[i] = value
	}
	return out, nil
}

func fittedNumber(s *jsonschema.Schema, v any, at string) (any, error) {
	what := "a number"
	if s.Type == "integer" {
		what = "a whole number"
	}
	if s.Minimum != nil && s.Maximum != nil {
		what += fmt.Sprintf(" from %v to %v", *s.Minimum, *s.Maximum)
	} else if s.Minimum != nil {
		what += fmt.Sprintf(" of at least %v", *s.Minimum)
	}
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = strings.TrimPrefix(strings.TrimSpace(v), "#")
	default:
		return nil, wrong(at, "must be %s", what)
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) || s.Minimum != nil && n < *s.Minimum || s.Maximum != nil && n > *s.Maximum {
		return nil, wrong(at, "must be %s", what)
	}
	if s.Type == "integer" {
		const exact = 1 << 53 // beyond, a float64 is no longer one number
		if n != math.Trunc(n) || math.Abs(n) >= exact {
			return nil, wrong(at, "must be %s", what)
		}
		return int64(n), nil
	}
	return n, nil
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// wrong is the sentence about a field.
func wrong(at, format string, args ...any) error {
	if at == "" {
		at = "The arguments"
	}
	f := fault.OfField(at, format, args...)
	f.Message = strings.TrimRight(f.Message, ".") + "."
	return f
}

// short keeps a name that a model made up from filling the sentence.
func short(name string) string {
	if r := []rune(name); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return name
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return strings.ToLower(string(r)) + s[n:]
}

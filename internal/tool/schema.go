package tool

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
)

// schemaOf derives the schema of parameters: names and what is optional from
// their json tags, what they are for from their jsonschema tags, and limits
// from the tags enum, min, max, minItems, maxItems, minLength and maxLength.
// It is made of plain objects only, which every provider takes.
func schemaOf[P any]() *jsonschema.Schema {
	s, err := jsonschema.For[P](nil)
	if err != nil {
		panic(fmt.Sprintf("tool: %v", err))
	}
	limit(s, reflect.TypeFor[P]())
	return s
}

// limit adds the limits to a schema, and takes null from its types: absent is
// said by leaving out.
func limit(s *jsonschema.Schema, t reflect.Type) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	s.Types = slices.DeleteFunc(s.Types, func(name string) bool { return name == "null" })
	if len(s.Types) == 1 {
		s.Type, s.Types = s.Types[0], nil
	}
	switch t.Kind() {
	case reflect.Slice:
		limit(s.Items, t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			p := s.Properties[name]
			limit(p, f.Type)
			limitBy(p, f.Tag)
		}
	}
}

func limitBy(s *jsonschema.Schema, tag reflect.StructTag) {
	if list := tag.Get("enum"); list != "" {
		for v := range strings.SplitSeq(list, ",") {
			s.Enum = append(s.Enum, v)
		}
	}
	for name, at := range map[string]**int{
		"minItems": &s.MinItems, "maxItems": &s.MaxItems, "minLength": &s.MinLength, "maxLength": &s.MaxLength,
	} {
		if v := tag.Get(name); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil {
				panic(fmt.Sprintf("tool: tag %s: %v", name, err))
			}
			*at = &n
		}
	}
	for name, at := range map[string]**float64{"min": &s.Minimum, "max": &s.Maximum} {
		if v := tag.Get(name); v != "" {
			n, err := strconv.ParseFloat(v, 64)
			if err != nil {
				panic(fmt.Sprintf("tool: tag %s: %v", name, err))
			}
			*at = &n
		}
	}
}

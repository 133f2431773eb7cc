package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
)

// huma is told through variables of its packages how errors look and which
// words they use. No other package of the program uses huma, so setting them
// here once surprises nobody.
//
// Every message goes on after the name of a field: "title" + " " + "must be a
// string".
func init() {
	huma.DefaultArrayNullable = false // our lists are empty, never null
	huma.NewErrorWithContext = newError
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return newError(nil, status, msg, errs...)
	}

	validation.MsgExpectedString = "must be a string"
	validation.MsgExpectedBoolean = "must be true or false"
	validation.MsgExpectedInteger = "must be a whole number"
	validation.MsgExpectedNumber = "must be a number"
	validation.MsgExpectedArray = "must be a list"
	validation.MsgExpectedObject = "must be an object"
	validation.MsgExpectedOneOf = "must be one of: %s"
	validation.MsgExpectedMinimumNumber = "must be %v or more"
	validation.MsgExpectedMaximumNumber = "must be %v or less"
	validation.MsgExpectedMinLength = "must have at least %d characters"
	validation.MsgExpectedMaxLength = "must have at most %d characters"
	validation.MsgExpectedMinItems = "must have at least %d entries"
	validation.MsgExpectedMaxItems = "must have at most %d entries"
	validation.MsgExpectedRequiredProperty = "must have the field %s"
}

// notInteger is what huma says of a parameter.
const notInteger = "invalid integer"

// literals has better words for messages of huma that are no variables, and
// for those of the above that do not fit the smallest number.
var literals = map[string]string{
	"must have at least 1 characters":      "must not be empty",
	"must have at least 1 entries":         "must have at least one entry",
	notInteger:                             "must be a whole number within 64 bits",
	"invalid boolean":                      "must be true or false",
	"required query parameter is missing":  "is required",
	"required path parameter is missing":   "is required",
	"required header parameter is missing": "is required",
}

// jsonFormat is the one format of bodies.
var jsonFormat = huma.Format{Marshal: encode, Unmarshal: decode}

// encode writes the JSON of v in one piece, so that nothing is written if it
// cannot be encoded. That is a mistake in the program: it panics, and the
// door answers. What cannot be written has no reader any more, so that is no
// failure.
func encode(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // nobody takes our answers for a page
	if err := enc.Encode(v); err != nil {
		panic(fmt.Errorf("encode an answer: %w", err))
	}
	_, _ = w.Write(b.Bytes())
	return nil
}

// decode reads JSON. Its errors go on after the words "The body".
func decode(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("is not valid JSON: %s at byte %d", syntax, syntax.Offset)
	case errors.As(err, &wrong) && wrong.Field == "":
		// Before the schema is compared: any number fits but one like 1e999.
		return fmt.Errorf("has a number in %s that is too large", fieldAt(data, int(wrong.Offset)-1))
	case errors.As(err, &wrong):
		// After it: the schema lets 1e3 and numbers beyond 64 bits pass.
		return fmt.Errorf("has a number in %s that must be written as a whole number within 64 bits", wrong.Field)
	}
	return err
}

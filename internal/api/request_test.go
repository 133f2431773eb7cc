package api

import (
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

func TestFieldAt(t *testing.T) {
	// The field that holds the character @.
	tests := []struct{ body, want string }{
		{`{"title":"@"}`, "title"},
		{`{"title":"a","body":"@"}`, "body"},
		{`{"tags":["a","b@"]}`, "tags[1]"},
		{`{"links":[{"note":"a"},{"type":"x","note":"@"}]}`, "links[1].note"},
		{`{"a":{"b":[[1,2],[3,"@"]]},"c":1}`, "a.b[1][1]"},
		{`{"a":{"b":1},"c":"@"}`, "c"},
		{`{"a":[],"c":"@"}`, "c"},
		{`["a","@"]`, "[1]"},
		{`{"@":1}`, ""},
		{`{"a":{"@":1}}`, "a"},
		{`"@"`, ""},
		{`@`, ""},
		{`{"a":1}}@`, ""},
		{``, ""},
	}
	for _, test := range tests {
		if got := fieldAt([]byte(test.body), max(strings.Index(test.body, "@"), 0)); got != test.want {
			t.Errorf("fieldAt(%s) = %q, want %q", test.body, got, test.want)
		}
	}
}

func TestCheckBody(t *testing.T) {
	tests := []struct{ body, want string }{
		{`{"title":"plain"}`, ""},
		{`{"title":"\\u0000 is how JSON writes a NUL"}`, ""},
		{`{"title":"é – 東京 – \ud83d\ude00"}`, ""},
		{"{\"title\":\"a\xffb\"}", "title is not valid UTF-8: send it in UTF-8"},
		{"{\"tags\":[\"a\",\"\xc3\x28\"]}", "tags[1] is not valid UTF-8: send it in UTF-8"},
		{"\xff", "The body is not valid UTF-8: send it in UTF-8"},
		{`{"body":"a\u0000b"}`, "body has a NUL character (U+0000): remove it"},
		{`{"title":"\\u0000","body":"\\\u0000"}`, "body has a NUL character (U+0000): remove it"},
		{`{"links":[{"note":"\u0000"}]}`, "links[0].note has a NUL character (U+0000): remove it"},
	}
	for _, test := range tests {
		got := ""
		if err := checkBody([]byte(test.body)); err != nil {
			got = fault.Message(err)
		}
		if got != test.want {
			t.Errorf("checkBody(%q) = %q, want %q", test.body, got, test.want)
		}
	}
}

package api

import (
	"encoding/base64"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

func TestCursorComesBack(t *testing.T) {
	for _, want := range []idea.Cursor{
		{Key: "2026-03-30T09:41:00.000001Z", Number: 7},
		{Key: "a title: with colons, ünïcödé", Number: 1<<63 - 1},
		{Key: "", Number: 1},
	} {
		for _, sort := range []Sort{"", "-created", "-updated", "title"} {
			got, err := parseCursor(*formatCursor(&want, sort), sort)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, *got); diff != "" {
				t.Errorf("sort %q (-want +got):\n%s", sort, diff)
			}
		}
	}
	// No sort is the same as the first of them.
	if _, err := parseCursor(*formatCursor(&idea.Cursor{Number: 1}, ""), "-created"); err != nil {
		t.Error(err)
	}
	if c, err := parseCursor("", "title"); c != nil || err != nil {
		t.Errorf("no cursor: %v, %v", c, err)
	}
}

func TestCursorOfElsewhere(t *testing.T) {
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for _, bad := range []string{
		"!", "====", encode("title"), encode("title:1"), encode("title:x:a"),
		encode("title:99999999999999999999:a"), encode("-created:1:a"), encode("title:1:\xff"), encode("title:1:\x00"),
	} {
		if c, err := parseCursor(bad, "title"); !fault.Is(err, fault.Invalid) {
			t.Errorf("parseCursor(%q) = %v, %v, want a fault", bad, c, err)
		}
	}
}

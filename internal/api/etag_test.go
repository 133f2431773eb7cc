package api

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

func TestParseIfMatch(t *testing.T) {
	tests := []struct {
		header string
		want   []int64
	}{
		{``, nil},
		{`*`, nil},
		{` * `, nil},
		{`"3"`, []int64{3}},
		{` "3" `, []int64{3}},
		{`"3","4"`, []int64{3, 4}},
		{`"3" , "4"`, []int64{3, 4}},
		{`"other"`, []int64{noVersion}},
		{`""`, []int64{noVersion}},
		{`"99999999999999999999"`, []int64{noVersion}},
		{`W/"3"`, []int64{noVersion}},
		{`W/"3", "4"`, []int64{noVersion, 4}},
		{`"a,b", "4"`, []int64{noVersion, 4}},
	}
	for _, test := range tests {
		got, err := parseIfMatch(test.header)
		if err != nil {
			t.Errorf("parseIfMatch(%s): %v", test.header, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("parseIfMatch(%s) (-want +got):\n%s", test.header, diff)
		}
	}
	for _, bad := range []string{`3`, `"3`, `3"`, `"3" "4"`, `"3",`, `,"3"`, `w/"3"`, `W/3`, `*, "3"`, `"3", *`} {
		if got, err := parseIfMatch(bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("parseIfMatch(%s) = %v, %v, want a fault", bad, got, err)
		}
	}
}

func TestETagComesBack(t *testing.T) {
	for _, version := range []int64{1, 42, 1<<63 - 1} {
		got, err := parseIfMatch(etag(version))
		if diff := cmp.Diff([]int64{version}, got); err != nil || diff != "" {
			t.Errorf("version %d: %v (-want +got):\n%s", version, err, diff)
		}
	}
}

func TestIfMatch(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		made := w.do(t, key(ada.key), "POST /ideas", `{"title":"a"}`)
		if got := made.header.Get("ETag"); got != `"1"` {
			t.Errorf("POST: ETag %s", got)
		}
		tests := []struct {
			ifMatch string
			status  int
			etag    string
		}{
			{`"1"`, 200, `"2"`},
			{`"1"`, 412, ``},
			{`"2"`, 200, `"3"`},
			{`*`, 200, `"4"`},
			{``, 200, `"5"`},
			{`"1", "5"`, 200, `"6"`},
			{`"1", "5"`, 412, ``},
			{`W/"6"`, 412, ``},
			{`"something else"`, 412, ``},
			{`6`, 400, ``},
			{`"6`, 400, ``},
		}
		for i, test := range tests {
			body := `{"title":"change ` + string(rune('a'+i)) + `"}`
			r := w.do(t, key(ada.key).and("If-Match", test.ifMatch), "PATCH /ideas/1", body)
			if r.status != test.status || r.header.Get("ETag") != test.etag {
				t.Errorf("If-Match %s: %d with ETag %s, want %d with %s: %s",
					test.ifMatch, r.status, r.header.Get("ETag"), test.status, test.etag, r.body)
			}
			if r.status == 412 && r.message(t) != "Idea #1 was changed elsewhere in the meantime: read it again, then repeat your change" {
				t.Errorf("If-Match %s: %s", test.ifMatch, r.message(t))
			}
		}
		if r := w.do(t, key(ada.key), "GET /ideas/1", ""); r.header.Get("ETag") != `"6"` {
			t.Errorf("GET: ETag %s", r.header.Get("ETag"))
		}
		if r := w.do(t, key(ada.key).and("If-Match", `"1", "2"`), "PATCH /ideas/9", `{}`); r.status != 404 {
			t.Errorf("an idea that is not there: %d", r.status)
		}
	})
}

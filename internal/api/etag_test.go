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

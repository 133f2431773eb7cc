package main

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCountGo(t *testing.T) {
	tests := []struct {
		name    string
		mayskip string
		events  string
		want    string
	}{
		{
			name: "leaves count, their parents do not",
			events: `
{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestA/one"}
{"Action":"run","Package":"p","Test":"TestA/two"}
{"Action":"run","Package":"p","Test":"TestA/two/deep"}
{"Action":"pass","Package":"p","Test":"TestA/two/deep"}
{"Action":"pass","Package":"p","Test":"TestA/two"}
{"Action":"pass","Package":"p","Test":"TestA/one"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p"}`,
			want: "3 passed, 0 failed",
		},
		{
			name: "a failed leaf is one failure",
			events: `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestA/one"}
{"Action":"output","Package":"p","Test":"TestA/one","Output":"got 1, want 2\n"}
{"Action":"fail","Package":"p","Test":"TestA/one"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}`,
			want: "0 passed, 1 failed\np TestA/one",
		},
		{
			name: "a parent that fails by itself",
			events: `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestA/one"}
{"Action":"pass","Package":"p","Test":"TestA/one"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}`,
			want: "1 passed, 1 failed\np TestA",
		},
		{
			name: "same names in two packages, interleaved",
			events: `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"q","Test":"TestA"}
{"Action":"fail","Package":"q","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"q"}
{"Action":"pass","Package":"p"}`,
			want: "1 passed, 1 failed\nq TestA",
		},
		{
			name: "a package that does not build",
			events: `
{"ImportPath":"p [p.test]","Action":"build-output","Output":"p.go:1: undefined: x\n"}
{"ImportPath":"p [p.test]","Action":"build-fail"}
{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}`,
			want: "0 passed, 1 failed\np",
		},
		{
			name: "a package that dies between its tests",
			events: `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"WARNING: DATA RACE\n"}
{"Action":"fail","Package":"p"}`,
			want: "1 passed, 1 failed\np",
		},
		{
			name: "packages without tests",
			events: `
{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Output":"?   \tp\t[no test files]\n"}
{"Action":"skip","Package":"p"}`,
			want: "0 passed, 0 failed",
		},
		{
			name: "a skip is a failure",
			events: `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"not today\n"}
{"Action":"skip","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p"}`,
			want: "0 passed, 1 failed\np TestA",
		},
		{
			name:    "a skip of what is left out, and another",
			mayskip: "SKIP_POSTGRES",
			events: `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"SKIP_POSTGRES is 1\n"}
{"Action":"skip","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestB"}
{"Action":"skip","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p"}`,
			want: "0 passed, 1 failed\np TestB",
		},
		{
			name: "lines that are no events",
			events: `
starting a cluster
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p"}`,
			want: "1 passed, 0 failed",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := countGo(strings.NewReader(strings.TrimSpace(tt.events)+"\n"), io.Discard, tt.mayskip)
			if diff := cmp.Diff(tt.want, summary(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCountGoKeepsTheReason(t *testing.T) {
	events := `
{"ImportPath":"q [q.test]","Action":"build-output","Output":"q.go:1: undefined: x\n"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"got 1, want 2\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p","Elapsed":0.5}
{"Action":"output","Package":"q","Output":"FAIL\tq [build failed]\n"}
{"Action":"fail","Package":"q","FailedBuild":"q [q.test]"}
`
	var out strings.Builder
	got := countGo(strings.NewReader(events), &out, "")
	want := []failure{
		{"p TestA", "got 1, want 2\n"},
		{"q", "FAIL\tq [build failed]\nq.go:1: undefined: x\n"},
	}
	if diff := cmp.Diff(want, got.failures, cmp.AllowUnexported(failure{})); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
	const lines = "FAIL  p  0 passed, 1 failed, 0.5s\nFAIL  q  0 passed, 1 failed, 0.0s\n"
	if diff := cmp.Diff(lines, out.String()); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

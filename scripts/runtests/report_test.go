package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// summary is what a report counted, failures by name.
func summary(r report) string {
	names := []string{fmt.Sprintf("%d passed, %d failed", r.passed, r.failed())}
	for _, f := range r.failures {
		names = append(names, f.name)
	}
	return strings.Join(names, "\n")
}

func TestAdd(t *testing.T) {
	broken := errors.New("exit status 1")
	one := report{passed: 2, failures: []failure{{"TestA", "it broke"}}}
	tests := []struct {
		name   string
		counts report
		err    error
		want   string
	}{
		{"all passed", report{passed: 3}, nil, "3 passed, 0 failed"},
		{"one failed", one, broken, "2 passed, 1 failed\nTestA"},
		{"stopped without a failed test", report{passed: 3}, broken, "3 passed, 1 failed\nrunner"},
		{"no test", report{}, nil, "0 passed, 1 failed\nrunner"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r report
			r.add("runner", tt.counts, tt.err)
			if diff := cmp.Diff(tt.want, summary(r)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPrint(t *testing.T) {
	tests := []struct {
		name    string
		report  report
		leftOut []string
		want    string
	}{
		{"passed", report{passed: 7}, nil, "\n7 passed, 0 failed\n"},
		{"parts left out", report{passed: 7}, []string{postgres, browser}, "\n7 passed, 0 failed\nleft out: postgres, browser\n"},
		{
			"failed", report{passed: 7, failures: []failure{{"gofmt", "run gofmt -w a.go\n"}}}, nil,
			"\n=== FAILED gofmt\nrun gofmt -w a.go\n\n=== FAILED, in short\ngofmt\n\n7 passed, 1 failed\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got strings.Builder
			tt.report.print(&got, tt.leftOut)
			if diff := cmp.Diff(tt.want, got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTailKeepsTheEnd(t *testing.T) {
	long := strings.Repeat("a line of a long output\n", 2000) + "the reason"
	got := tail(long)
	if len(got) > outputLimit+100 || !strings.HasSuffix(got, "\nthe reason") || !strings.HasPrefix(got, "[the beginning is left out]\na line") {
		t.Errorf("got %d bytes, %.60q … %q", len(got), got, got[len(got)-40:])
	}
}

func TestLeftOut(t *testing.T) {
	got := leftOut([]string{browser, race, browser})
	if diff := cmp.Diff([]string{race, browser}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAdviceNamesPackagesAndTheWayOut(t *testing.T) {
	missing := []tool{
		{name: "PostgreSQL", parts: []string{postgres}, debian: []string{"postgresql"}},
		{name: "Chromium", parts: []string{browser}, debian: []string{"chromium"}},
		{name: "Node", parts: []string{web}},
	}
	const want = `This machine lacks PostgreSQL.
This machine lacks Chromium.
This machine lacks Node.
On Debian and Ubuntu: sudo apt-get install -y --no-install-recommends postgresql chromium
Install Node by hand.
Or leave it out: SKIP=postgres,web,browser make test`
	if diff := cmp.Diff(want, advice(missing)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

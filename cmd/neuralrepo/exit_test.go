package main

import (
	"bytes"
	"os"
	"testing"
)

func TestExitCodes(t *testing.T) {
	t.Setenv("NEURALREPO_DATA", t.TempDir())
	in, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	for _, tt := range []struct {
		args []string
		want int
	}{
		{[]string{"version"}, done},
		{[]string{"user", "list"}, done},
		{[]string{"user", "password", "eve@example.org"}, failed},
		{[]string{"user", "add", "eve"}, misusage},
		{[]string{"fly"}, misusage},
		{[]string{"serve", "--addr", "nowhere"}, misusage},
	} {
		var out, errs bytes.Buffer
		if got := run(tt.args, terminal{in, &out, &errs}); got != tt.want {
			t.Errorf("%q: exit code %d, want %d; it said %s%s", tt.args, got, tt.want, &out, &errs)
		}
	}
}

package main

import (
	"fmt"
	"io"
	"strings"
)

// outputLimit is how many bytes of one failure are printed. The end is kept,
// because that is where tools say what went wrong.
const outputLimit = 16 << 10

// report adds up what all parts proved.
type report struct {
	passed   int
	failures []failure
}

// failure is one test or check that did not pass.
type failure struct {
	name   string
	output string
}

func (r *report) fail(name, output string) {
	r.failures = append(r.failures, failure{name, output})
}

func (r *report) failed() int { return len(r.failures) }

// add joins the counts of one test runner. A runner that stopped with an
// error and named no failed test has failed as a whole.
func (r *report) add(runner string, counts report, err error) {
	r.passed += counts.passed
	r.failures = append(r.failures, counts.failures...)
	switch {
	case err != nil && counts.failed() == 0:
		r.fail(runner, err.Error())
	case err == nil && counts.passed == 0 && counts.failed() == 0:
		r.fail(runner, "it ran no test")
	}
}

// print writes the failures, then the one line that counts, then what was
// left out, if anything was.
func (r *report) print(w io.Writer, leftOut []string) {
	for _, f := range r.failures {
		fmt.Fprintf(w, "\n=== FAILED %s\n%s\n", f.name, strings.TrimRight(tail(f.output), "\n"))
	}
	if r.failed() > 0 {
		fmt.Fprintf(w, "\n=== FAILED, in short\n")
		for _, f := range r.failures {
			fmt.Fprintln(w, f.name)
		}
	}
	fmt.Fprintf(w, "\n%d passed, %d failed\n", r.passed, r.failed())
	if len(leftOut) > 0 {
		fmt.Fprintf(w, "left out: %s\n", strings.Join(leftOut, ", "))
	}
}

// tail returns the last lines of text, at most outputLimit bytes.
func tail(text string) string {
	if len(text) <= outputLimit {
		return text
	}
	end := text[len(text)-outputLimit:]
	if _, rest, ok := strings.Cut(end, "\n"); ok {
		end = rest
	}
	return "[the beginning is left out]\n" + end
}

package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// row is a line of the table.
type row struct {
	what, clients, value, p99, perSecond, cpu, aim, compared string
}

// table is what a run prints.
type table struct{ rows []row }

// call adds how a call did. Only one client is held against an aim: with
// more of them than cores, they wait for each other.
func (t *table) call(name string, clients int, r result, aim time.Duration, compared string) {
	line := row{
		what: name, clients: strconv.Itoa(clients), value: milliseconds(r.p50), p99: milliseconds(r.p99),
		perSecond: thousands(int(r.perSecond)), compared: compared,
	}
	if r.cpu > 0 {
		line.cpu = milliseconds(r.cpu)
	}
	if clients == 1 && aim > 0 {
		line.aim = verdict(milliseconds(aim), r.p50 < aim)
	}
	t.rows = append(t.rows, line)
}

// start adds how long a server took until it answered.
func (t *table) start(name string, times []time.Duration) {
	slices.Sort(times)
	median := quantile(times, 0.5)
	t.rows = append(t.rows, row{
		what: name, value: milliseconds(median), aim: verdict(milliseconds(aimStart), median < aimStart),
		compared: "slowest of " + strconv.Itoa(len(times)) + ": " + milliseconds(times[len(times)-1]),
	})
}

// memory adds what a server holds in memory. An aim of 0 is none.
func (t *table) memory(name string, bytes, aim int64, compared string) {
	line := row{what: name, value: megabytes(bytes), compared: compared}
	switch {
	case bytes == 0:
		line.value = "not known on this system"
	case aim > 0:
		line.aim = verdict(megabytes(aim), bytes < aim)
	}
	t.rows = append(t.rows, line)
}

// print writes the table in Markdown, nothing if it is empty.
func (t *table) print(w io.Writer) {
	if len(t.rows) == 0 {
		return
	}
	lines := [][]string{
		{"what", "clients", "p50 or value", "p99", "per second", "CPU each", "aim", "compared"},
		{"---", "---:", "---:", "---:", "---:", "---:", "---", "---"},
	}
	for _, r := range t.rows {
		lines = append(lines, []string{r.what, r.clients, r.value, r.p99, r.perSecond, r.cpu, r.aim, r.compared})
	}
	printLines(w, lines)
}

// printLines writes cells in columns of the same width.
func printLines(w io.Writer, lines [][]string) {
	width := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	for _, line := range lines {
		for i, cell := range line {
			fmt.Fprintf(w, "| %s%s ", cell, strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell)))
		}
		fmt.Fprintln(w, "|")
	}
}

func verdict(aim string, met bool) string {
	if met {
		return "< " + aim + ": met"
	}
	return "< " + aim + ": MISSED"
}

func milliseconds(d time.Duration) string {
	return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', 2, 64) + " ms"
}

func megabytes(n int64) string {
	return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
}

// times says how many times as long a is as b.
func times(a, b time.Duration) string {
	return strconv.FormatFloat(float64(a)/float64(b), 'f', 2, 64) + "×"
}

// thousands writes a number with its digits in groups.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

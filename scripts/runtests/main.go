// Command runtests runs everything that proves the program and counts it.
//
// It is what "make test" calls. Its parts are the Go tests on SQLite and on
// PostgreSQL, the web app's types, unit tests and build, and the browser
// tests. What a part needs and the machine lacks is installed where that is
// possible, and is a failure where it is not: nothing is left out unless SKIP
// names it, and then the last line says so.
//
//	SKIP=postgres,browser go run ./scripts/runtests
//
// With -quick it is the everyday loop: no linter, no race detector, no
// browser, no build.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// The parts that SKIP can name.
const (
	lint     = "lint"     // staticcheck, which go downloads at its first run
	race     = "race"     // the race detector, which needs a C compiler
	postgres = "postgres" // everything that runs on PostgreSQL
	web      = "web"      // everything that needs Node, the browser tests too
	build    = "build"    // whether the committed build of the web app is fresh
	browser  = "browser"  // the tests in a real browser
)

var parts = []string{lint, race, postgres, web, build, browser}

func main() {
	quick := flag.Bool("quick", false, "the everyday loop: leave out lint, race, build and browser")
	flag.Parse()
	skip := strings.FieldsFunc(os.Getenv("SKIP"), func(r rune) bool { return r == ',' || r == ' ' })
	for _, name := range skip {
		if !slices.Contains(parts, name) {
			fmt.Fprintf(os.Stderr, "SKIP names %q, which is none of: %s\n", name, strings.Join(parts, ", "))
			os.Exit(2)
		}
	}
	if *quick {
		skip = append(skip, lint, race, build, browser)
	}
	if slices.Contains(skip, web) {
		skip = append(skip, build, browser)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	s := &suite{ctx: ctx, out: os.Stdout, skip: skip}
	s.run()
	s.report.print(os.Stdout, leftOut(skip))
	if s.report.failed() > 0 {
		os.Exit(1)
	}
}

// leftOut returns the skipped parts once each, in the order of parts.
func leftOut(skip []string) []string {
	var names []string
	for _, name := range parts {
		if slices.Contains(skip, name) {
			names = append(names, name)
		}
	}
	return names
}

// suite is one run.
type suite struct {
	ctx    context.Context
	out    *os.File
	skip   []string
	report report
}

// with reports whether a part is not left out.
func (s *suite) with(part string) bool { return !slices.Contains(s.skip, part) }

// run goes from what is quick to tell to what takes long.
func (s *suite) run() {
	if !s.check("tools", s.tools) {
		return
	}
	s.check("gofmt", s.gofmt)
	s.check("go vet", s.vet)
	if s.with(lint) {
		s.check("staticcheck", s.lint)
	}
	ready := s.with(web) && s.check("npm ci", s.install)
	if ready {
		s.webApp()
	}
	s.check("mail server of the tests", s.mailServer)
	s.goTest()
	if ready && s.with(browser) {
		s.playwright()
	}
}

// webApp checks the web app without a browser.
func (s *suite) webApp() {
	if s.with(build) {
		s.build()
	}
	s.check("types of the web app", s.types)
	s.check("a planted type error is found", s.plantedError)
	s.vitest()
}

// check runs one thing that passes or fails as a whole, and says how it went.
func (s *suite) check(name string, f func() error) bool {
	fmt.Fprintf(s.out, "=== %s\n", name)
	if err := f(); err != nil {
		s.report.fail(name, err.Error())
		return false
	}
	s.report.passed++
	return true
}

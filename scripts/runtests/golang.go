package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"go/format"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/mail/mailtest"
	"github.com/neuralrepo/neuralrepo/internal/pgtest"
)

// gofmt fails if a Go file is not formatted.
func (s *suite) gofmt() error {
	var wrong []string
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || strings.HasPrefix(entry.Name(), ".") && path != ".") {
			return fs.SkipDir
		}
		if entry.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if formatted, err := format.Source(source); err != nil || !bytes.Equal(formatted, source) {
			wrong = append(wrong, path)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return fmt.Errorf("run gofmt -w %s", strings.Join(wrong, " "))
	}
	return nil
}

// vet runs go vet on both builds, with the web app and without.
func (s *suite) vet() error {
	if err := s.quiet(".", "go", "vet", "./..."); err != nil {
		return err
	}
	return s.quiet(".", "go", "vet", "-tags=no_ui", "./web", "./internal/web")
}

// lint runs staticcheck in a version of its own, so that it is no dependency
// of the program.
func (s *suite) lint() error {
	return s.quiet(".", "go", "run", "honnef.co/go/tools/cmd/staticcheck@v0.8.2", "./...")
}

// mailServer builds the server that tests send mail to, which would take
// longer than a test may.
func (s *suite) mailServer() error {
	_, err := mailtest.Install(s.ctx)
	return err
}

// goTest runs all Go tests on both databases.
func (s *suite) goTest() {
	arguments := []string{"go", "test", "-json"}
	if s.with(race) {
		arguments = append(arguments, "-race")
	}
	arguments = append(arguments, "./...")
	var env []string
	var mayskip string
	if !s.with(postgres) {
		mayskip = pgtest.SkipVariable
		env = append(env, mayskip+"=1")
	}
	// One throw-away cluster for all packages.
	arguments = append([]string{"go", "run", "./internal/pgtest/pgcluster", "--"}, arguments...)
	name := strings.Join(arguments, " ")
	fmt.Fprintf(s.out, "=== %s\n", name)

	var complaints bytes.Buffer
	cmd := s.command(".", env, arguments[0], arguments[1:]...)
	cmd.Stderr = &complaints
	events, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		s.report.fail(name, err.Error())
		return
	}
	counts := countGo(events, s.out, mayskip)
	err = explain(cmd.Wait(), complaints.Bytes(), arguments[0], arguments[1:])
	s.report.add(name, counts, err)
}

// goEvent is one line of "go test -json".
type goEvent struct {
	Action      string
	Package     string
	ImportPath  string // of build events
	Test        string
	Output      string
	Elapsed     float64
	FailedBuild string
}

// goPackage is what is known of a package while its tests run.
type goPackage struct {
	output  map[string]*strings.Builder // by test; "" is the package itself
	parents map[string]bool             // tests that have subtests
	failed  []string
	passed  int
}

// countGo reads the events of go test and writes one line for every package.
// It counts leaves: a test with subtests counts only by them, or by itself if
// it failed and none of them did. A test that skips itself proves nothing and
// is a failure, unless it gives as its reason what mayskip says.
func countGo(events io.Reader, out io.Writer, mayskip string) report {
	var counts report
	packages := map[string]*goPackage{}
	builds := map[string]*strings.Builder{}

	lines := bufio.NewReader(events)
	for {
		line, readErr := lines.ReadBytes('\n')
		var e goEvent
		if err := json.Unmarshal(line, &e); err != nil {
			e = goEvent{} // a tool of the test wrote between the events
			if len(bytes.TrimSpace(line)) > 0 {
				fmt.Fprintf(out, "%s\n", bytes.TrimSpace(line))
			}
		}
		if e.Action == "build-output" {
			if builds[e.ImportPath] == nil {
				builds[e.ImportPath] = &strings.Builder{}
			}
			builds[e.ImportPath].WriteString(e.Output)
		}
		if e.Package != "" {
			p := packages[e.Package]
			if p == nil {
				p = &goPackage{output: map[string]*strings.Builder{}, parents: map[string]bool{}}
				packages[e.Package] = p
			}
			p.take(e, &counts, mayskip)
			if e.Test == "" && slices.Contains([]string{"pass", "fail", "skip"}, e.Action) {
				if e.FailedBuild != "" && builds[e.FailedBuild] != nil {
					p.write("", builds[e.FailedBuild].String())
				}
				p.finish(e, &counts, out)
			}
		}
		if readErr != nil {
			break
		}
	}
	return counts
}

// take counts one event of a test.
func (p *goPackage) take(e goEvent, counts *report, mayskip string) {
	switch e.Action {
	case "output":
		p.write(e.Test, e.Output)
	case "run":
		for parent := parentOf(e.Test); parent != ""; parent = parentOf(parent) {
			p.parents[parent] = true
		}
	case "skip":
		if e.Test == "" {
			return // a package without tests
		}
		if reason := p.output[e.Test]; mayskip == "" || reason == nil || !strings.Contains(reason.String(), mayskip) {
			p.fail(e, counts, "it skipped itself")
		}
	case "pass":
		if e.Test != "" && !p.parents[e.Test] {
			p.passed++
			counts.passed++
		}
	case "fail":
		below := func(test string) bool { return strings.HasPrefix(test, e.Test+"/") }
		if e.Test != "" && !slices.ContainsFunc(p.failed, below) {
			p.fail(e, counts, "")
		}
	}
}

// finish writes the line of a package. One that failed without a failed test
// (it did not build, it panicked) is a failure of its own.
func (p *goPackage) finish(e goEvent, counts *report, out io.Writer) {
	if e.Action == "fail" && len(p.failed) == 0 {
		p.fail(goEvent{Package: e.Package}, counts, "")
	}
	switch {
	case len(p.failed) > 0:
		fmt.Fprintf(out, "FAIL  %s  %d passed, %d failed, %.1fs\n", e.Package, p.passed, len(p.failed), e.Elapsed)
	case p.passed > 0:
		fmt.Fprintf(out, "ok    %s  %d passed, %.1fs\n", e.Package, p.passed, e.Elapsed)
	}
	p.output = nil
}

func (p *goPackage) fail(e goEvent, counts *report, why string) {
	p.failed = append(p.failed, e.Test)
	var output string
	if o := p.output[e.Test]; o != nil {
		output = o.String()
	}
	counts.fail(strings.TrimSpace(e.Package+" "+e.Test), output+why)
}

func (p *goPackage) write(test, text string) {
	if p.output == nil {
		return
	}
	if p.output[test] == nil {
		p.output[test] = &strings.Builder{}
	}
	p.output[test].WriteString(text)
}

// parentOf returns the test that a subtest belongs to, "" for a top one.
func parentOf(test string) string {
	i := strings.LastIndexByte(test, '/')
	if i < 0 {
		return ""
	}
	return test[:i]
}

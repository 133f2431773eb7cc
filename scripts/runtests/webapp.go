package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// builtWeb is the Makefile's note that web/dist was built.
const builtWeb = "bin/.web"

// install brings the packages that the lockfile names.
func (s *suite) install() error {
	if err := s.quiet(".", "make", "--no-print-directory", "npm"); err != nil {
		return fmt.Errorf("%w\nwithout its packages nothing of the web app was checked", err)
	}
	return nil
}

// types checks the web app and the browser tests.
func (s *suite) types() error {
	if err := s.quiet("web", "npm", "run", "--silent", "check"); err != nil {
		return err
	}
	return s.quiet("web", "npx", "tsc", "--noEmit", "-p", "e2e")
}

// plantedError makes sure that the type check reads the contract at all: a
// file with a status that no idea has must be refused, for that reason.
func (s *suite) plantedError() error {
	err := s.quiet("web", "npx", "svelte-check", "--tsconfig", "planted/tsconfig.json")
	if err == nil {
		return errors.New("web/planted holds a wrong status and svelte-check found nothing")
	}
	if !strings.Contains(err.Error(), "no-such-status") {
		return fmt.Errorf("svelte-check failed for another reason than the planted error: %w", err)
	}
	return nil
}

// build makes again what is committed as built: the contract's types and the
// web app. Neither may change by that.
func (s *suite) build() {
	made := []string{"web/src/lib/api.d.ts", "web/dist"}
	before := map[string]map[string]string{}
	for _, path := range made {
		before[path], _ = digests(path)
	}
	if !s.check("make build", s.buildAgain) {
		return
	}
	for _, path := range made {
		s.check(path+" is what its sources give", func() error {
			after, err := digests(path)
			if err != nil {
				return err
			}
			if changed := difference(before[path], after); len(changed) > 0 {
				return fmt.Errorf("%s\nthe build is up to date now: commit it", strings.Join(changed, "\n"))
			}
			return nil
		})
	}
}

// buildAgain builds whether or not make thinks that anything changed: the
// times of files say little in a fresh clone.
func (s *suite) buildAgain() error {
	if err := s.quiet("web", "npm", "run", "--silent", "api"); err != nil {
		return err
	}
	if err := os.Remove(builtWeb); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return s.quiet(".", "make", "--no-print-directory", "build")
}

// digests returns the hash of every file at or below root.
func digests(root string) (map[string]string, error) {
	sums := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sums[path] = fmt.Sprintf("%x", sha256.Sum256(content))
		return nil
	})
	return sums, err
}

// difference names the files that are not the same before and after.
func difference(before, after map[string]string) []string {
	var changed []string
	for path := range before {
		if after[path] == "" {
			changed = append(changed, "gone: "+path)
		}
	}
	for path, sum := range after {
		switch before[path] {
		case sum:
		case "":
			changed = append(changed, "new: "+path)
		default:
			changed = append(changed, "changed: "+path)
		}
	}
	slices.Sort(changed)
	return changed
}

// vitest runs the unit tests of the web app.
func (s *suite) vitest() {
	fmt.Fprintln(s.out, "=== vitest")
	s.counted("vitest", countVitest, func(result string) error {
		return s.shown("web", nil, "npx", "vitest", "run", "--allowOnly=false", "--reporter=default", "--reporter=json", "--outputFile.json="+result)
	})
}

// playwright runs the browser tests against the real program.
func (s *suite) playwright() {
	fmt.Fprintln(s.out, "=== playwright")
	if !s.check("go build", func() error { return s.quiet(".", "make", "--no-print-directory", "build") }) {
		return
	}
	s.counted("playwright", countPlaywright, func(result string) error {
		env := []string{"CHROMIUM=" + chromium(), "PLAYWRIGHT_JSON_OUTPUT_FILE=" + result}
		return s.shown("web", env, "npx", "playwright", "test", "--forbid-only", "--reporter=list,json")
	})
}

// counted runs a test runner that writes its results into a file.
func (s *suite) counted(name string, count func([]byte) (report, error), run func(result string) error) {
	dir, err := os.MkdirTemp("", "neuralrepo-tests-")
	if err != nil {
		s.report.fail(name, err.Error())
		return
	}
	defer os.RemoveAll(dir)
	result := filepath.Join(dir, "result.json")
	runErr := run(result)
	content, err := os.ReadFile(result)
	if err != nil {
		s.report.fail(name, fmt.Sprintf("it wrote no results: %v\n%v", err, runErr))
		return
	}
	counts, err := count(content)
	s.report.add(name, counts, errors.Join(runErr, err))
}

// countVitest reads the results of vitest, which have the form of Jest's.
// A test that is skipped or left to do is a failure.
func countVitest(content []byte) (report, error) {
	var results struct {
		TestResults []struct {
			Name, Status, Message string
			AssertionResults      []struct {
				FullName, Status string
				FailureMessages  []string
			}
		}
	}
	var counts report
	if err := json.Unmarshal(content, &results); err != nil {
		return counts, fmt.Errorf("read the results of vitest: %w", err)
	}
	for _, file := range results.TestResults {
		name := file.Name
		if i := strings.Index(name, "/web/"); i >= 0 {
			name = name[i+1:]
		}
		if file.Status != "passed" && len(file.AssertionResults) == 0 {
			counts.fail(name, file.Message)
		}
		for _, test := range file.AssertionResults {
			if test.Status == "passed" {
				counts.passed++
				continue
			}
			counts.fail(name+" "+test.FullName, test.Status+"\n"+strings.Join(test.FailureMessages, "\n"))
		}
	}
	return counts, nil
}

// playwrightSuite is a file or a describe block in the results of Playwright.
type playwrightSuite struct {
	Specs []struct {
		Title, File string
		Tests       []struct {
			ProjectName, Status string
			Results             []struct {
				Errors []playwrightError
			}
		}
	}
	Suites []playwrightSuite
}

type playwrightError struct{ Message string }

// countPlaywright reads the results of Playwright. Only "expected" passes: a
// test that is skipped, or needed a second try, is a failure.
func countPlaywright(content []byte) (report, error) {
	var results struct {
		Suites []playwrightSuite
		Errors []playwrightError
	}
	var counts report
	if err := json.Unmarshal(content, &results); err != nil {
		return counts, fmt.Errorf("read the results of Playwright: %w", err)
	}
	for _, e := range results.Errors {
		counts.fail("playwright", e.Message)
	}
	var walk func([]playwrightSuite)
	walk = func(suites []playwrightSuite) {
		for _, suite := range suites {
			for _, spec := range suite.Specs {
				for _, test := range spec.Tests {
					if test.Status == "expected" {
						counts.passed++
						continue
					}
					output := []string{test.Status}
					for _, result := range test.Results {
						for _, e := range result.Errors {
							output = append(output, e.Message)
						}
					}
					counts.fail(fmt.Sprintf("web/e2e/%s [%s] %s", spec.File, test.ProjectName, spec.Title), strings.Join(output, "\n"))
				}
			}
			walk(suite.Suites)
		}
	}
	walk(results.Suites)
	return counts, nil
}

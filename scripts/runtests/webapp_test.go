package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCountVitest(t *testing.T) {
	got, err := countVitest([]byte(`{
		"numTotalTests": 4,
		"testResults": [
			{"name": "/home/ada/neuralrepo/web/src/lib/router.test.ts", "status": "failed", "message": "", "assertionResults": [
				{"fullName": "router follows links", "status": "passed", "failureMessages": []},
				{"fullName": "router goes back", "status": "failed", "failureMessages": ["expected 1 to be 2"]},
				{"fullName": "router one day", "status": "todo", "failureMessages": []},
				{"fullName": "router not now", "status": "skipped", "failureMessages": []}
			]},
			{"name": "/home/ada/neuralrepo/web/src/broken.test.ts", "status": "failed", "message": "no such module", "assertionResults": []}
		]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := report{passed: 1, failures: []failure{
		{"web/src/lib/router.test.ts router goes back", "failed\nexpected 1 to be 2"},
		{"web/src/lib/router.test.ts router one day", "todo\n"},
		{"web/src/lib/router.test.ts router not now", "skipped\n"},
		{"web/src/broken.test.ts", "no such module"},
	}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(report{}, failure{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCountPlaywright(t *testing.T) {
	got, err := countPlaywright([]byte(`{
		"suites": [{"title": "board.spec.ts", "specs": [
			{"title": "opens", "file": "board.spec.ts", "tests": [
				{"projectName": "desktop", "status": "expected", "results": [{"errors": []}]},
				{"projectName": "phone", "status": "skipped", "results": []}
			]}],
			"suites": [{"title": "moving", "specs": [
				{"title": "by keyboard", "file": "board.spec.ts", "tests": [
					{"projectName": "desktop", "status": "unexpected", "results": [{"errors": [{"message": "no such card"}]}]},
					{"projectName": "phone", "status": "flaky", "results": [{"errors": [{"message": "too slow"}]}, {"errors": []}]}
				]}]}]
		}],
		"errors": [{"message": "the server did not start"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := report{passed: 1, failures: []failure{
		{"playwright", "the server did not start"},
		{"web/e2e/board.spec.ts [phone] opens", "skipped"},
		{"web/e2e/board.spec.ts [desktop] by keyboard", "unexpected\nno such card"},
		{"web/e2e/board.spec.ts [phone] by keyboard", "flaky\ntoo slow"},
	}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(report{}, failure{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCountsRefuseWhatIsNoResult(t *testing.T) {
	for _, content := range []string{"", "<html>", `{"suites": 3, "testResults": 3}`} {
		if _, err := countVitest([]byte(content)); err == nil {
			t.Errorf("countVitest took %q", content)
		}
		if _, err := countPlaywright([]byte(content)); err == nil {
			t.Errorf("countPlaywright took %q", content)
		}
	}
}

func TestDifference(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	read := func() map[string]string {
		t.Helper()
		sums, err := digests(dir)
		if err != nil {
			t.Fatal(err)
		}
		return sums
	}
	write("index.html", "old")
	write("assets/main-1.js", "one")
	write("assets/font.woff2", "font")
	before := read()
	if changed := difference(before, read()); changed != nil {
		t.Errorf("nothing changed, got %q", changed)
	}

	write("index.html", "new")
	write("assets/main-2.js", "two")
	if err := os.Remove(filepath.Join(dir, "assets/main-1.js")); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"changed: " + filepath.Join(dir, "index.html"),
		"gone: " + filepath.Join(dir, "assets/main-1.js"),
		"new: " + filepath.Join(dir, "assets/main-2.js"),
	}
	if diff := cmp.Diff(want, difference(before, read())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

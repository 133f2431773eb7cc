package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/pgtest"
)

// tool is something that a part needs on the machine.
type tool struct {
	name   string
	parts  []string // the parts that need it; it is missing only if one of them runs
	found  func() bool
	debian []string // the packages that bring it; none if apt has no fit version
}

var toolbox = []tool{
	{"Node 20.19 or later with npm", []string{web}, func() bool { return onPath("node") && onPath("npm") }, nil},
	{"a C compiler", []string{race}, func() bool { return onPath("gcc") || onPath("clang") }, []string{"gcc", "libc6-dev"}},
	{"PostgreSQL", []string{postgres}, hasPostgres, []string{"postgresql"}},
	{"Chromium", []string{browser}, func() bool { return chromium() != "" }, []string{"chromium"}},
	{"fonts", []string{browser}, hasFonts, []string{"fonts-dejavu-core"}},
}

// tools installs what is missing, or says what to install.
func (s *suite) tools() error {
	missing := s.missing()
	packages, others := shoppingList(missing)
	if len(missing) == 0 {
		return nil
	}
	if len(others) > 0 || os.Geteuid() != 0 || !onPath("apt-get") {
		return errors.New(advice(missing))
	}
	fmt.Fprintf(s.out, "installing %s\n", strings.Join(packages, " "))
	// The list of packages may be stale or out of reach; the install decides.
	_ = s.quiet(".", "apt-get", "update")
	arguments := append([]string{"DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "--no-install-recommends"}, packages...)
	if err := s.quiet(".", "env", arguments...); err != nil {
		return fmt.Errorf("%w\n%s", err, advice(missing))
	}
	if still := s.missing(); len(still) > 0 {
		return errors.New(advice(still))
	}
	return nil
}

// missing returns the tools that this run needs and the machine lacks.
func (s *suite) missing() []tool {
	var missing []tool
	for _, t := range toolbox {
		for _, part := range t.parts {
			if s.with(part) && !t.found() {
				missing = append(missing, t)
				break
			}
		}
	}
	return missing
}

// shoppingList splits what is missing into Debian packages and the names of
// the tools that no package brings.
func shoppingList(missing []tool) (packages, others []string) {
	for _, t := range missing {
		packages = append(packages, t.debian...)
		if t.debian == nil {
			others = append(others, t.name)
		}
	}
	return packages, others
}

// advice says what is missing, how to get it and how to do without.
func advice(missing []tool) string {
	var text strings.Builder
	var skip []string
	for _, t := range missing {
		fmt.Fprintf(&text, "This machine lacks %s.\n", t.name)
		skip = append(skip, t.parts...)
	}
	packages, others := shoppingList(missing)
	if len(packages) > 0 {
		fmt.Fprintf(&text, "On Debian and Ubuntu: sudo apt-get install -y --no-install-recommends %s\n", strings.Join(packages, " "))
	}
	for _, name := range others {
		fmt.Fprintf(&text, "Install %s by hand.\n", name)
	}
	fmt.Fprintf(&text, "Or leave it out: SKIP=%s make test", strings.Join(leftOut(skip), ","))
	return text.String()
}

func onPath(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}

// hasPostgres looks where the tests do: a server that is given to them, the
// path, and where Debian keeps its versions.
func hasPostgres() bool {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pg_ctl")
	return os.Getenv(pgtest.ServerVariable) != "" || len(found) > 0 || onPath("pg_ctl")
}

// chromium returns the browser that the tests drive: CHROMIUM, or the first
// of the usual names on the path, or "".
func chromium() string {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// hasFonts reports whether any font is installed. Without one, a headless
// browser draws boxes, and measures text by them.
func hasFonts() bool {
	home, _ := os.UserHomeDir()
	for _, dir := range []string{"/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", filepath.Join(home, ".fonts")} {
		found := false
		_ = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if ext := filepath.Ext(path); ext == ".ttf" || ext == ".otf" || ext == ".ttc" {
				found = true
				return fs.SkipAll
			}
			return nil
		})
		if found {
			return true
		}
	}
	return false
}

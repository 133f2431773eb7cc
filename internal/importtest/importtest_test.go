package importtest

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/neuralrepo/neuralrepo"

// listed is what a package imports.
type listed struct {
	path    string // below the module's root
	imports []string
	inTests []string // by its test files
}

func TestImportsPointOneWay(t *testing.T) {
	packages := list(t, filepath.Join("..", ".."))
	if len(packages) < 10 {
		t.Fatalf("only %d packages were found", len(packages))
	}
	for _, path := range slices.Sorted(maps.Keys(packages)) {
		for _, complaint := range complaints(house, guarded, *packages[path]) {
			t.Error(complaint)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(house)) {
		if packages[path] == nil {
			t.Errorf("%s has a row in internal/importtest and no code", path)
		}
	}
}

// list reads the imports of every Go file below root, whatever its build
// tags. It reads the files itself and does not ask the go command, so that
// the cache of go test knows what this test depends on.
func list(t *testing.T, root string) map[string]*listed {
	t.Helper()
	packages := map[string]*listed{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); name == "node_modules" || name == "testdata" || strings.HasPrefix(name, ".") && path != root {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		dir = filepath.ToSlash(dir)
		if packages[dir] == nil {
			packages[dir] = &listed{path: dir}
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if strings.HasSuffix(path, "_test.go") {
				packages[dir].inTests = append(packages[dir].inTests, imported)
			} else {
				packages[dir].imports = append(packages[dir].imports, imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

// complaints returns what a package imports and must not.
func complaints(house map[string]row, guarded map[string][]string, p listed) []string {
	here := p.path
	mine, ok := house[here]
	if !ok {
		return []string{here + " has no row in internal/importtest: give it a floor"}
	}
	var found []string
	for _, path := range p.imports {
		if why := mine.refuses(house, guarded, here, path); why != "" {
			found = append(found, fmt.Sprintf("%s imports %s: %s", here, path, why))
		}
	}
	for _, path := range p.inTests {
		if isModule(path) && !within(path, inTests) && !within(path, mine.modules) {
			found = append(found, fmt.Sprintf("a test of %s imports %s: its row does not name that module", here, path))
		}
	}
	return found
}

// refuses returns why the package here may not import path, "" if it may.
func (r row) refuses(house map[string]row, guarded map[string][]string, here, path string) string {
	if own, ok := strings.CutPrefix(path, module+"/"); ok {
		other, known := house[own]
		switch {
		case !known:
			return "it has no row"
		case other.floor < r.floor, slices.Contains(r.beside, own):
			return ""
		case other.floor == r.floor:
			return "it is on the same floor, and no neighbour by its row"
		}
		return "it is on a higher floor"
	}
	if isModule(path) {
		if within(path, r.modules) {
			return ""
		}
		return "its row does not name that module"
	}
	if friends, ok := guarded[path]; ok && !slices.Contains(friends, here) {
		return "that package is guarded"
	}
	return ""
}

// isModule reports whether an import is neither ours nor the standard
// library's, whose paths begin with a word that has no dot.
func isModule(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".") && !strings.HasPrefix(path, module+"/")
}

// within reports whether a package belongs to one of the modules.
func within(path string, modules []string) bool {
	return slices.ContainsFunc(modules, func(m string) bool {
		return path == m || strings.HasPrefix(path, m+"/")
	})
}

// TestComplaints shows that the rules have teeth.
func TestComplaints(t *testing.T) {
	house := map[string]row{
		"internal/fault": {floor: vocabulary},
		"internal/idea":  {floor: rules, beside: []string{"internal/words"}, modules: []string{text}},
		"internal/words": {floor: rules},
		"internal/store": {floor: keepers},
		"internal/tests": {floor: workshop},
	}
	guarded := map[string][]string{"database/sql": {"internal/store"}}
	tests := []struct {
		name    string
		from    string
		imports string
		inTest  bool
		want    string // part of the complaint, "" if none
	}{
		{"below", "internal/idea", module + "/internal/fault", false, ""},
		{"neighbour", "internal/idea", module + "/internal/words", false, ""},
		{"a neighbour only one way", "internal/words", module + "/internal/idea", false, "same floor"},
		{"above", "internal/idea", module + "/internal/store", false, "higher floor"},
		{"above, in a test", "internal/idea", module + "/internal/store", true, ""},
		{"the workshop", "internal/store", module + "/internal/tests", false, "higher floor"},
		{"no row", "internal/new", "fmt", false, "has no row"},
		{"of no row", "internal/idea", module + "/internal/new", false, "it has no row"},
		{"standard library", "internal/idea", "net/http", false, ""},
		{"guarded", "internal/idea", "database/sql", false, "guarded"},
		{"guarded, its friend", "internal/store", "database/sql", false, ""},
		{"guarded, in a test", "internal/idea", "database/sql", true, ""},
		{"module", "internal/idea", text + "/unicode/norm", false, ""},
		{"module of others", "internal/words", text + "/unicode/norm", false, "does not name that module"},
		{"module with a longer name", "internal/idea", text + "ual", false, "does not name that module"},
		{"module for tests", "internal/idea", compare + "/cmp", true, ""},
		{"module for tests, not in a test", "internal/idea", compare + "/cmp", false, "does not name that module"},
		{"module of others, in a test", "internal/idea", "example.org/assert", true, "does not name that module"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := listed{path: tt.from}
			if tt.inTest {
				p.inTests = []string{tt.imports}
			} else {
				p.imports = []string{tt.imports}
			}
			got := strings.Join(complaints(house, guarded, p), "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

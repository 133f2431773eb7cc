package api

import (
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing")

const goldenOpenAPI = "testdata/openapi.json"

// The contract does not change unseen: whoever changes it runs this test with
// -update and shows the difference in review.
func TestOpenAPIGolden(t *testing.T) {
	w := httptest.NewRecorder()
	New(Deps{Log: slog.New(slog.DiscardHandler)}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, Prefix+"/openapi.json", nil))
	got := w.Body.String()
	if *update {
		if err := os.WriteFile(goldenOpenAPI, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenOpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the OpenAPI document differs from %s (-want +got):\n%s", goldenOpenAPI, diff)
	}
}

// Programs that make clients from the document follow every reference in it.
func TestOpenAPIReferences(t *testing.T) {
	text, err := os.ReadFile(goldenOpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	references := regexp.MustCompile(`"\$ref": "#/([^"]+)"`).FindAllSubmatch(text, -1)
	if len(references) == 0 {
		t.Fatal("there is no reference to follow")
	}
	for _, r := range references {
		at := doc
		for name := range strings.SplitSeq(string(r[1]), "/") {
			at = at.(map[string]any)[name]
			if at == nil {
				t.Errorf("#/%s leads nowhere", r[1])
				break
			}
		}
	}
}

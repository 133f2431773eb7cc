package api

import (
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
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

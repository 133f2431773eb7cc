package llmtest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// stalled is a provider that begins an answer and then says nothing. Gone is
// closed when it sees that nobody listens any more.
func stalled(t *testing.T, w Wire) (server *httptest.Server, gone chan struct{}) {
	said := transcript(t, filepath.Join(w.Dir, "cut.http"))
	gone = make(chan struct{})
	server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		said.begin(rw)
		rw.Write(said.body)
		rw.(http.Flusher).Flush()
		<-r.Context().Done()
		close(gone)
	}))
	t.Cleanup(server.Close)
	return server, gone
}

// testCancel checks that the end of a request's context ends it upstream.
func testCancel(t *testing.T, w Wire, newModel NewModel) {
	server, gone := stalled(t, w)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var err error
	for p, e := range newModel(server.Client(), server.URL).Stream(ctx, question) {
		if _, ok := p.(llm.Text); ok {
			cancel()
		}
		err = e
	}
	checkFailure(t, w, err, "cancelled")
	<-gone
}

// testLeave checks that whoever stops reading ends the request upstream.
func testLeave(t *testing.T, w Wire, newModel NewModel) {
	server, gone := stalled(t, w)
	for p, err := range newModel(server.Client(), server.URL).Stream(t.Context(), question) {
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := p.(llm.Text); ok {
			break
		}
	}
	<-gone
}

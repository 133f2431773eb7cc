package llmtest

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"
)

// answer is a transcript.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// transcript reads a file.
func transcript(t *testing.T, file string) answer {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(b)), nil)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return answer{resp.StatusCode, resp.Header, body}
}

func (a answer) begin(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
}

// provider is a server that gives one answer to every request.
type provider struct {
	*httptest.Server
	mu  sync.Mutex
	got []request
}

// request is what a provider was sent.
type request struct {
	header http.Header
	body   []byte
}

func (p *provider) requests() []request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

func replay(t *testing.T, file string, pace int) *provider {
	t.Helper()
	return serve(t, transcript(t, file), pace)
}

// serve starts a provider that sends its answer in pieces of pace bytes. The
// header X-Replay: cut in a transcript makes it drop the connection instead of
// ending the answer.
func serve(t *testing.T, a answer, pace int) *provider {
	p := &provider{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		p.got = append(p.got, request{r.Header, body})
		p.mu.Unlock()
		a.begin(w)
		for piece := range slices.Chunk(a.body, pace) {
			w.Write(piece)
			w.(http.Flusher).Flush()
		}
		if a.header.Get("X-Replay") == "cut" {
			panic(http.ErrAbortHandler)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

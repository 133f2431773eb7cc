package llmtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// update makes Run write what an adapter sends instead of comparing it.
var update = flag.Bool("update-requests", false, "write the requests in testdata instead of comparing them")

// Wire is one provider's wire: a folder of transcripts, and what they hold
// that is not the same everywhere.
//
// A transcript is an HTTP answer, in a file NAME.http: status line, header,
// empty line, body. All providers' folders tell the same stories, which the
// table in Run lists. The folder errors has answers of failures in files
// KIND-what.http. Wherever a provider writes prose, the transcripts have the
// word "canary" in it, and no error may repeat it.
type Wire struct {
	Dir       string
	Provider  string
	Model     string    // that the transcripts say
	Thought   string    // that the story "reasoning" tells
	Signature string    // under it
	Billed    *llm.Cost // with every usage
	Lacks     []string  // stories that cannot happen with this provider
}

// NewModel makes the model under test.
type NewModel func(client *http.Client, baseURL string) llm.Model

// question is what all stories answer.
var question = llm.Request{Model: "asked", Messages: []llm.Message{{Role: llm.User, Text: "What is the answer?"}}}

var (
	search = llm.NewToolCall("call_0001", "search_ideas", `{"query": "bees"}`)
	second = llm.NewToolCall("call_0002", "get_idea", `{"id": 7}`)
)

// stories are what transcripts tell.
var stories = []struct {
	name string
	want llm.Answer
	fail string // the kind of failure that ends it; "" if it ends well
}{
	{name: "text", want: llm.Answer{Text: "The answer is 42.", Usage: llm.Usage{Input: 25, Output: 8}, Stop: llm.Stop{Reason: llm.StopEnd}}},
	{name: "unknown", want: llm.Answer{Text: "The answer is 42.", Usage: llm.Usage{Input: 25, Output: 8}, Stop: llm.Stop{Reason: llm.StopEnd}}},
	{name: "silence", want: llm.Answer{Usage: llm.Usage{Input: 25, Output: 1}, Stop: llm.Stop{Reason: llm.StopEnd}}},
	{name: "tool", want: llm.Answer{Text: "Let me look.", Calls: []llm.ToolCall{search}, Usage: llm.Usage{Input: 40, Output: 20}, Stop: llm.Stop{Reason: llm.StopTools}}},
	{name: "tools", want: llm.Answer{Calls: []llm.ToolCall{search, second}, Usage: llm.Usage{Input: 40, Output: 30}, Stop: llm.Stop{Reason: llm.StopTools}}},
	{name: "bare-call", want: llm.Answer{Calls: []llm.ToolCall{{ID: "call_0003", Name: "list_tags", Input: json.RawMessage("{}")}}, Usage: llm.Usage{Input: 40, Output: 9}, Stop: llm.Stop{Reason: llm.StopTools}}},
	{name: "broken-call", want: llm.Answer{Calls: []llm.ToolCall{{ID: "call_0001", Name: "search_ideas", Input: json.RawMessage("{}"), Broken: `{"query": "be`}}, Usage: llm.Usage{Input: 40, Output: 20}, Stop: llm.Stop{Reason: llm.StopLength}}},
	{name: "reasoning", want: llm.Answer{Text: "42.", Usage: llm.Usage{Input: 25, Output: 60, Reasoning: 48}, Stop: llm.Stop{Reason: llm.StopEnd}}},
	{name: "cached", want: llm.Answer{Text: "42.", Usage: llm.Usage{Input: 10, CacheRead: 2000, CacheWrite: 300, Output: 5}, Stop: llm.Stop{Reason: llm.StopEnd}}},
	{name: "length", want: llm.Answer{Text: "The answer", Usage: llm.Usage{Input: 25, Output: 2}, Stop: llm.Stop{Reason: llm.StopLength}}},
	{name: "refused", want: llm.Answer{Text: "I", Usage: llm.Usage{Input: 25, Output: 1}}, fail: "refused"},
	{name: "cut", want: llm.Answer{Text: "The answer"}, fail: "network"},
	{name: "ended", want: llm.Answer{Text: "The answer"}, fail: "network"},
	{name: "malformed", want: llm.Answer{Text: "The answer"}, fail: "malformed"},
	{name: "midway", want: llm.Answer{Text: "The answer"}, fail: "overloaded"},
	{name: "page", fail: "malformed"},
	{name: "moved", fail: "malformed"},
}

// Run checks that a model keeps what llm.Model promises, against transcripts
// of its provider's wire.
func Run(t *testing.T, w Wire, newModel NewModel) {
	for _, s := range stories {
		want := s.want
		want.Usage.Billed = w.Billed
		if s.fail == "" {
			want.Stop.Model = w.Model
		}
		if s.name == "reasoning" && w.Thought != "" {
			want.Reasoning = []llm.Reasoning{{Text: w.Thought, Signature: w.Signature}}
		}
		if s.fail == "network" || s.fail == "malformed" || s.fail == "overloaded" {
			// Whether the provider has said a usage by then is its own affair.
			want.Usage = llm.Usage{}
		}
		for _, pace := range []int{1 << 20, 1} {
			t.Run(s.name+"/"+strconv.Itoa(pace), func(t *testing.T) {
				for _, lacked := range w.Lacks {
					if lacked == s.name {
						return
					}
				}
				server := replay(t, filepath.Join(w.Dir, s.name+".http"), pace)
				got, err := llm.Collect(newModel(server.Client(), server.URL).Stream(t.Context(), question))
				checkFailure(t, w, err, s.fail)
				if err != nil && s.fail != "refused" {
					got.Usage = llm.Usage{}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("answer (-want +got):\n%s", diff)
				}
				if n := len(server.requests()); n != 1 {
					t.Errorf("the provider was asked %d times, want once", n)
				}
			})
		}
	}
	t.Run("no keys", func(t *testing.T) { testNoKeys(t, w) })
	t.Run("order", func(t *testing.T) { testOrder(t, w, newModel) })
	t.Run("deltas", func(t *testing.T) { testDeltas(t, w, newModel) })
	t.Run("errors", func(t *testing.T) { testErrors(t, w, newModel) })
	t.Run("requests", func(t *testing.T) { testRequests(t, w, newModel) })
	t.Run("long line", func(t *testing.T) { testLongLine(t, w, newModel) })
	t.Run("cancel", func(t *testing.T) { testCancel(t, w, newModel) })
	t.Run("leave", func(t *testing.T) { testLeave(t, w, newModel) })
	t.Run("again", func(t *testing.T) { testAgain(t, w, newModel) })
	t.Run("no server", func(t *testing.T) { testNoServer(t, w, newModel) })
	t.Run("transport", func(t *testing.T) { testTransport(t, w, newModel) })
	t.Run("header", func(t *testing.T) { testHeader(t, w, newModel) })
	t.Run("invalid", func(t *testing.T) { testInvalid(t, w, newModel) })
}

// checkFailure compares an error with the kind that it should have.
func checkFailure(t *testing.T, w Wire, err error, kind string) {
	t.Helper()
	if kind == "" {
		if err != nil {
			t.Fatalf("error: %v", err)
		}
		return
	}
	var e *llm.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want an *llm.Error", err)
	}
	if e.Kind.String() != kind || e.Provider != w.Provider || e.Model != question.Model {
		t.Errorf("error %v of %s about %q, want %s of %s about %q", e.Kind, e.Provider, e.Model, kind, w.Provider, question.Model)
	}
	for _, text := range []string{e.Error(), e.Sentence(), e.Fault().Error()} {
		if strings.Contains(strings.ToLower(text), "canary") {
			t.Errorf("the error repeats what the provider wrote: %s", text)
		}
	}
}

// likeKey is what a provider's key, or one of ours, looks like.
var likeKey = regexp.MustCompile(`(sk-|nrp_)[A-Za-z0-9_-]{24,}`)

// testNoKeys checks that no transcript was recorded with a key.
func testNoKeys(t *testing.T, w Wire) {
	err := filepath.WalkDir(w.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if likeKey.Match(b) {
			t.Errorf("%s has something like a key", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// testOrder checks what comes when: pieces as they arrive, then one Usage,
// then one Stop, then nothing.
func testOrder(t *testing.T, w Wire, newModel NewModel) {
	server := replay(t, filepath.Join(w.Dir, "text.http"), 1)
	var got []llm.Part
	for p, err := range newModel(server.Client(), server.URL).Stream(t.Context(), question) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, p)
	}
	want := []llm.Part{llm.Text("The answer"), llm.Text(" is 42."),
		llm.Usage{Input: 25, Output: 8, Billed: w.Billed}, llm.Stop{Reason: llm.StopEnd, Model: w.Model}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
}

// testDeltas checks that calls being formed can be followed: the pieces of
// each make the call.
func testDeltas(t *testing.T, w Wire, newModel NewModel) {
	server := replay(t, filepath.Join(w.Dir, "tools.http"), 1)
	type formed struct{ ID, Name, JSON string }
	got := map[int]formed{}
	pieces := 0
	for p, err := range newModel(server.Client(), server.URL).Stream(t.Context(), question) {
		if err != nil {
			t.Fatal(err)
		}
		if d, ok := p.(llm.ToolDelta); ok {
			f := got[d.Index]
			got[d.Index] = formed{f.ID + d.ID, f.Name + d.Name, f.JSON + d.JSON}
			pieces++
		}
	}
	want := map[int]formed{
		0: {search.ID, search.Name, string(search.Input)},
		1: {second.ID, second.Name, string(second.Input)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if pieces < 4 {
		t.Errorf("two calls came in %d pieces, want at least 4", pieces)
	}
}

// testErrors walks through the failures that the provider documents.
func testErrors(t *testing.T, w Wire, newModel NewModel) {
	files, _ := filepath.Glob(filepath.Join(w.Dir, "errors", "*.http"))
	if len(files) < 8 {
		t.Fatalf("%d transcripts of failures, want at least 8", len(files))
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".http")
		t.Run(name, func(t *testing.T) {
			server := replay(t, file, 1<<20)
			got, err := llm.Collect(newModel(server.Client(), server.URL).Stream(t.Context(), question))
			kind, _, _ := strings.Cut(name, "-")
			checkFailure(t, w, err, kind)
			if diff := cmp.Diff(llm.Answer{}, got); diff != "" {
				t.Errorf("an answer came with the failure: %s", diff)
			}
			if n := len(server.requests()); n != 1 {
				t.Errorf("the provider was asked %d times, want once: the gateway retries, not the adapter", n)
			}
			var e *llm.Error
			errors.As(err, &e)
			said := transcript(t, file)
			if want := said.status; want != e.Status && want != http.StatusOK {
				t.Errorf("status %d, want %d", e.Status, want)
			}
			seconds, _ := strconv.Atoi(said.header.Get("Retry-After"))
			if want := time.Duration(seconds) * time.Second; e.RetryAfter != want {
				t.Errorf("retry after %v, want %v", e.RetryAfter, want)
			}
		})
	}
}

// testRequests compares what is sent with the files requests/NAME.json.
func testRequests(t *testing.T, w Wire, newModel NewModel) {
	for name, request := range requests() {
		t.Run(name, func(t *testing.T) {
			server := replay(t, filepath.Join(w.Dir, "text.http"), 1<<20)
			model := newModel(server.Client(), server.URL)
			for range 2 {
				if _, err := llm.Collect(model.Stream(t.Context(), request)); err != nil {
					t.Fatal(err)
				}
			}
			sent := server.requests()
			if !bytes.Equal(sent[0].body, sent[1].body) {
				t.Errorf("the same request was sent in two ways, which no cache can match:\n%s\n%s", sent[0].body, sent[1].body)
			}
			var got bytes.Buffer
			if err := json.Indent(&got, sent[0].body, "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			file := filepath.Join(w.Dir, "requests", name+".json")
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

// testLongLine checks that a piece may be longer than any line buffer.
func testLongLine(t *testing.T, w Wire, newModel NewModel) {
	long := strings.Repeat("0123456789abcdef", 1<<16) // 1 MiB
	said := transcript(t, filepath.Join(w.Dir, "text.http"))
	said.body = bytes.Replace(said.body, []byte("The answer"), []byte(long), 1)
	server := serve(t, said, 1<<20)
	got, err := llm.Collect(newModel(server.Client(), server.URL).Stream(t.Context(), question))
	if err != nil {
		t.Fatal(err)
	}
	if got.Text != long+" is 42." {
		t.Errorf("%d bytes of text, want %d", len(got.Text), len(long)+len(" is 42."))
	}
}

// testAgain checks that each reading of the parts is a request of its own.
func testAgain(t *testing.T, w Wire, newModel NewModel) {
	server := replay(t, filepath.Join(w.Dir, "text.http"), 1<<20)
	parts := newModel(server.Client(), server.URL).Stream(t.Context(), question)
	if n := len(server.requests()); n != 0 {
		t.Errorf("%d requests before anybody reads, want 0", n)
	}
	for want := 1; want <= 2; want++ {
		if _, err := llm.Collect(parts); err != nil {
			t.Fatal(err)
		}
		if n := len(server.requests()); n != want {
			t.Errorf("%d requests, want %d", n, want)
		}
	}
}

// testNoServer checks what comes of an address where nobody listens.
func testNoServer(t *testing.T, w Wire, newModel NewModel) {
	server := replay(t, filepath.Join(w.Dir, "text.http"), 1<<20)
	server.Close()
	_, err := llm.Collect(newModel(http.DefaultClient, server.URL).Stream(t.Context(), question))
	checkFailure(t, w, err, "network")
}

// roundTrip is a transport made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// testTransport checks that what the gateway says reaches the caller as it is.
func testTransport(t *testing.T, w Wire, newModel NewModel) {
	for _, want := range []error{
		fault.New(fault.Limited, "The monthly spending limit is reached."),
		&llm.Error{Kind: llm.Overloaded, Provider: w.Provider, Code: "breaker_open"},
	} {
		client := &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, want })}
		_, err := llm.Collect(newModel(client, "http://provider.test").Stream(t.Context(), question))
		if !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
	}
}

// testHeader checks that the key is a placeholder, and that nothing tells
// about this machine.
func testHeader(t *testing.T, w Wire, newModel NewModel) {
	server := replay(t, filepath.Join(w.Dir, "text.http"), 1<<20)
	if _, err := llm.Collect(newModel(server.Client(), server.URL).Stream(t.Context(), question)); err != nil {
		t.Fatal(err)
	}
	held := 0
	for name, values := range server.requests()[0].header {
		if strings.HasPrefix(name, "X-Stainless") {
			t.Errorf("header %s is sent", name)
		}
		if strings.Contains(strings.Join(values, " "), llm.Placeholder) {
			held++
		}
	}
	if held != 1 {
		t.Errorf("%d headers hold a place for the key, want 1", held)
	}
}

// testInvalid checks that a request that nobody can take is not sent.
func testInvalid(t *testing.T, w Wire, newModel NewModel) {
	server := replay(t, filepath.Join(w.Dir, "text.http"), 1<<20)
	_, err := llm.Collect(newModel(server.Client(), server.URL).Stream(t.Context(), llm.Request{Model: question.Model}))
	checkFailure(t, w, err, "bad_request")
	if n := len(server.requests()); n != 0 {
		t.Errorf("%d requests were sent, want 0", n)
	}
}

package api

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// event is a server-sent event as a client sees it.
type event struct{ name, id, data string }

// listener reads the events of a stream.
type listener struct {
	t     *testing.T
	body  io.ReadCloser
	lines *bufio.Scanner
}

// listen opens a stream.
func (w *world) listen(t *testing.T, as credential) *listener {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.server.URL+Prefix+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	as(req.Header)
	res, err := w.server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	if got := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || got != "text/event-stream" {
		t.Fatalf("the stream is %d, %s", res.StatusCode, got)
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Accel-Buffering": "no"} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	return &listener{t, res.Body, bufio.NewScanner(res.Body)}
}

// next waits for an event; at the end of the stream it is empty.
func (l *listener) next() (e event) {
	l.t.Helper()
	for l.lines.Scan() {
		name, value, _ := strings.Cut(l.lines.Text(), ": ")
		switch name {
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			e.data = value
		case "":
			if e.name != "" {
				return e
			}
		}
	}
	return event{}
}

func TestEventsTellOfChanges(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada, bob := w.person(t, "ada"), w.person(t, "bob")
		w.must(t, key(ada.key), "POST /ideas", `{"title":"before"}`)

		page := w.listen(t, cookie(ada.session))
		if got, want := page.next(), (event{"hello", "1", `{"seq":1}`}); got != want {
			t.Fatalf("first %v, want %v", got, want)
		}
		w.must(t, key(bob.key), "POST /ideas", `{"title":"nobody else's business"}`)
		w.must(t, key(ada.key), "POST /ideas", `{"title":"after","tags":["new"]}`)
		got := page.next()
		var change live.Change
		if err := json.Unmarshal([]byte(got.data), &change); err != nil {
			t.Fatalf("%v in %v", err, got)
		}
		if got.name != "change" || got.id != "2" {
			t.Errorf("then %v", got)
		}
		if diff := cmp.Diff(live.Change{Seq: 2, Ideas: []int64{2}, Tags: true}, change); diff != "" {
			t.Errorf("the change (-want +got):\n%s", diff)
		}

		// What was missed shows in the counter.
		page.body.Close()
		w.must(t, key(ada.key), "DELETE /ideas/1", "")
		again := w.listen(t, bearer(ada.session))
		if got, want := again.next(), (event{"hello", "3", `{"seq":3}`}); got != want {
			t.Errorf("after a while %v, want %v", got, want)
		}

		w.hub.Close() // as the server does when it stops
		if got := again.next(); got != (event{}) {
			t.Errorf("after the end: %v", got)
		}
	})
}

// The rest runs on a clock that does not take its time, without a network.

// quiet is an API with one person, whose session is valid as long as it is
// told, and who has no ideas.
type quiet struct {
	account.Store
	handler http.Handler
	hub     *live.Hub
	over    atomic.Bool
}

func newQuiet() *quiet {
	q := &quiet{hub: live.NewHub()}
	q.handler = New(Deps{
		Accounts:  account.New(q, account.Options{}),
		Hub:       q.hub,
		ChangeSeq: func(context.Context, owner.ID) (int64, error) { return 7, nil },
		Log:       slog.New(slog.DiscardHandler),
	})
	return q
}

func (q *quiet) Session(_ context.Context, _ account.Hash, now time.Time) (account.Session, account.User, error) {
	if q.over.Load() {
		return account.Session{}, account.User{}, fault.New(fault.NotFound, "no such session")
	}
	return account.Session{ExpiresAt: now.Add(account.SessionLife)}, account.User{Owner: 1, ID: "ada"}, nil
}

// line is the connection to a client.
type line struct {
	*httptest.ResponseRecorder
	mu       sync.Mutex
	text     strings.Builder
	stuck    bool // the client takes nothing more
	deadline time.Time
}

func (l *line) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stuck {
		time.Sleep(time.Until(l.deadline))
		return 0, os.ErrDeadlineExceeded
	}
	return l.text.Write(p)
}

func (l *line) SetWriteDeadline(at time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deadline = at
	return nil
}

func (l *line) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// open opens a stream and returns its line, a way to hang up, and a channel
// that is closed when the handler has returned.
func (q *quiet) open(t *testing.T) (l *line, hangUp func(), ended chan struct{}) {
	ctx, cancel := context.WithCancel(t.Context())
	l = &line{ResponseRecorder: httptest.NewRecorder()}
	req := httptest.NewRequestWithContext(ctx, http.MethodGet, Prefix+"/events", nil)
	cookie(strings.Repeat("a", 64))(req.Header)
	ended = make(chan struct{})
	go func() {
		defer close(ended)
		q.handler.ServeHTTP(l, req)
	}()
	return l, cancel, ended
}

// has reports whether a stream has ended.
func has(ended chan struct{}) bool {
	select {
	case <-ended:
		return true
	default:
		return false
	}
}

func TestStreamIsKeptAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQuiet()
		l, hangUp, ended := q.open(t)
		time.Sleep(pingEvery + time.Second)
		synctest.Wait()
		if got, want := l.String(), "event: hello\nid: 7\ndata: {\"seq\":7}\n\n: ping\n\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		hangUp()
		synctest.Wait()
		if !has(ended) {
			t.Error("the stream goes on without a client")
		}
	})
}

func TestStreamEndsWithTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQuiet()
		_, _, ended := q.open(t)
		time.Sleep(10 * recheckEvery)
		synctest.Wait()
		if has(ended) {
			t.Fatal("the stream ended although the session is valid")
		}
		q.over.Store(true)
		time.Sleep(recheckEvery + time.Second)
		synctest.Wait()
		if !has(ended) {
			t.Error("the stream outlives the session")
		}
	})
}

func TestStreamEndsWhenTheServerStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQuiet()
		_, _, ended := q.open(t)
		synctest.Wait()
		q.hub.Close()
		synctest.Wait()
		if !has(ended) {
			t.Error("the stream outlives the server")
		}
	})
}

func TestSlowClientIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQuiet()
		l, _, ended := q.open(t)
		synctest.Wait()
		l.mu.Lock()
		l.stuck = true
		l.mu.Unlock()
		q.hub.Publish(1, live.Change{Seq: 8})
		time.Sleep(eventTime + time.Second)
		synctest.Wait()
		if !has(ended) {
			t.Error("a client that takes nothing is waited for without end")
		}
	})
}

func TestTooManyStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQuiet()
		var hangUps []func()
		for range maxStreams {
			_, hangUp, _ := q.open(t)
			hangUps = append(hangUps, hangUp)
		}
		synctest.Wait()
		l, _, ended := q.open(t)
		synctest.Wait()
		if !has(ended) || l.Code != http.StatusTooManyRequests || l.Header().Get("Retry-After") == "" {
			t.Errorf("one stream too many: %d %v %s", l.Code, l.Header(), l)
		}
		hangUps[0]()
		synctest.Wait()
		l, hangUp, _ := q.open(t)
		synctest.Wait()
		if !strings.HasPrefix(l.String(), "event: hello") {
			t.Errorf("there is no room after one hung up: %d %s", l.Code, l)
		}
		hangUp()
		for _, hangUp := range hangUps {
			hangUp()
		}
		synctest.Wait()
	})
}

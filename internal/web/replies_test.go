package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/web"
)

// answers notes what is looked at and done.
type answers struct {
	reply       digest.Reply
	err         error
	looked, did []string
}

func (a *answers) Look(_ context.Context, token string) (digest.Reply, error) {
	a.looked = append(a.looked, token)
	return a.reply, a.err
}

func (a *answers) Do(_ context.Context, token string) (digest.Reply, error) {
	a.did = append(a.did, token)
	return a.reply, a.err
}

func open(a *answers, method, path string, body io.Reader) (*httptest.ResponseRecorder, string) {
	var log bytes.Buffer
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	web.NewReplies(a, slog.New(slog.NewTextHandler(&log, nil))).ServeHTTP(w, r)
	return w, log.String()
}

// What looks at links in mails must change nothing: only a POST does.
func TestReplies(t *testing.T) {
	a := &answers{reply: digest.Reply{Act: digest.ShelveIdea, Title: `A <script>alert("x")</script> kettle`}}
	for _, method := range []string{"GET", "HEAD"} {
		w, _ := open(a, method, "/l/token", nil)
		if w.Code != 200 || len(a.did) != 0 || len(a.looked) == 0 {
			t.Errorf("%s: %d, did %v", method, w.Code, a.did)
		}
		h := w.Header()
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "form-action 'self'") {
			t.Errorf("the policy is %q", csp)
		}
		if h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("headers %v", h)
		}
	}
	w, _ := open(a, "GET", "/l/token", nil)
	page := w.Body.String()
	if !strings.Contains(page, `<form method="post">`) || !strings.Contains(page, "Shelve it</button>") || strings.Contains(page, "<script>") || !strings.Contains(page, "&lt;script&gt;") {
		t.Errorf("the page is %s", page)
	}

	// RFC 8058: a mail program sends this, and nobody looks at the answer.
	w, _ = open(a, "POST", "/l/token", strings.NewReader("List-Unsubscribe=One-Click"))
	if w.Code != 200 || len(a.did) != 1 || a.did[0] != "token" || !strings.Contains(w.Body.String(), "It is shelved.") || strings.Contains(w.Body.String(), "<form") {
		t.Errorf("POST: %d, did %v: %s", w.Code, a.did, w.Body)
	}
	for _, method := range []string{"PUT", "DELETE", "OPTIONS", "PATCH"} {
		if w, _ := open(a, method, "/l/token", nil); w.Code != http.StatusMethodNotAllowed || len(a.did) != 1 {
			t.Errorf("%s: %d, did %v", method, w.Code, a.did)
		}
	}
}

// Every act has its words.
func TestReplyTexts(t *testing.T) {
	for _, act := range []digest.Act{digest.KeepIdea, digest.SnoozeIdea, digest.ShelveIdea, digest.EndDigests, digest.EndNudges} {
		a := &answers{reply: digest.Reply{Act: act}}
		before, _ := open(a, "GET", "/l/x", nil)
		after, _ := open(a, "POST", "/l/x", nil)
		if strings.Contains(before.Body.String(), "<h1></h1>") || strings.Contains(before.Body.String(), "></button>") || strings.Contains(after.Body.String(), `role="status"></p>`) {
			t.Errorf("act %d has no words", act)
		}
	}
}

func TestReplyProblems(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		says   string
		logged bool
	}{
		{fault.New(fault.NotFound, "This link is too old."), 404, "This link is too old.", false},
		{fault.New(fault.Conflict, "Idea #3 has moved on."), 409, "Idea #3 has moved on.", false},
		{errors.New("disk full at /var/lib"), 500, "Try the link again in a moment.", true},
	} {
		for _, method := range []string{"GET", "POST"} {
			w, log := open(&answers{err: c.err}, method, "/l/the-token", nil)
			body := w.Body.String()
			if w.Code != c.status || !strings.Contains(body, c.says) || strings.Contains(body, "<form") || strings.Contains(body, "/var/lib") {
				t.Errorf("%v: %d %s", c.err, w.Code, body)
			}
			if (log != "") != c.logged || strings.Contains(log, "the-token") {
				t.Errorf("%v is logged as %q", c.err, log)
			}
		}
	}
}

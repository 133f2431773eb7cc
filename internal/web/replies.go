package web

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"log/slog"
	"net/http"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// maxReply is how many bytes the body of a POST may have. Nothing of it is
// read: the link says everything.
const maxReply = 4 << 10

//go:embed reply.html
var replyPage string

//go:embed reply.css
var replyStyle string

var (
	replyTemplate = template.Must(template.New("reply").Parse(replyPage))

	// replyPolicy lets the page show its own style and send its own form.
	replyPolicy = policy(
		"default-src 'none'",
		"style-src 'sha256-"+styleHash(replyStyle)+"'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	)
)

func styleHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// Answers does what links in letters are for.
type Answers interface {
	// Look says what a link does, and does nothing.
	Look(ctx context.Context, token string) (digest.Reply, error)
	// Do does it.
	Do(ctx context.Context, token string) (digest.Reply, error)
}

// Replies are the pages behind the links of letters. They work without signing
// in and without scripts. GET shows a button, as programs that look at mails
// open what they find there; POST does what the link says, also the POST of a
// mail program, by which RFC 8058 ends letters with one click.
type Replies struct {
	answers Answers
	log     *slog.Logger
}

// NewReplies makes the pages.
func NewReplies(answers Answers, log *slog.Logger) *Replies { return &Replies{answers, log} }

// replyText is what a page says: before, on the button, and when it is done.
type replyText struct{ Ask, Button, Done string }

var replyTexts = map[digest.Act]replyText{
	digest.KeepIdea:   {"Keep this idea?", "Keep it", "It stays, and you will not be asked about it again."},
	digest.SnoozeIdea: {"Ask again later?", "Ask again later", "You will be asked about it again later."},
	digest.ShelveIdea: {"Shelve this idea?", "Shelve it", "It is shelved. You find it there whenever you want it back."},
	digest.EndDigests: {"No more weekly letters?", "End the weekly letter", "You get no more weekly letters. Settings has the switch, should you miss them."},
	digest.EndNudges:  {"No more reminders?", "End the reminders", "You get no more reminders of ideas that wait. Settings has the switch, should you miss them."},
}

type replyView struct {
	replyText
	Style    template.CSS
	Title    string // of the idea
	Finished bool
	Problem  string
}

// ServeHTTP answers GET, HEAD and POST.
func (p *Replies) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	guard(w.Header())
	w.Header().Set("Content-Security-Policy", replyPolicy)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Robots-Tag", "noindex")
	token := strings.TrimPrefix(r.URL.Path, digest.LinkPath)
	var reply digest.Reply
	var err error
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		reply, err = p.answers.Look(r.Context(), token)
	case http.MethodPost:
		r.Body = http.MaxBytesReader(w, r.Body, maxReply)
		reply, err = p.answers.Do(r.Context(), token)
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		http.Error(w, "This page can be read and answered.", http.StatusMethodNotAllowed)
		return
	}
	v, status := replyView{Style: template.CSS(replyStyle)}, http.StatusOK
	if err != nil {
		v.Problem, status = p.problem(r.Context(), err)
	} else {
		v.replyText, v.Title, v.Finished = replyTexts[reply.Act], reply.Title, r.Method == http.MethodPost
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := replyTemplate.Execute(w, v); err != nil && r.Context().Err() == nil {
		p.log.WarnContext(r.Context(), "cannot write the page behind a link", "error", err)
	}
}

// problem says what is wrong with a link. The token is never logged.
func (p *Replies) problem(ctx context.Context, err error) (string, int) {
	switch {
	case fault.Is(err, fault.Conflict), fault.Is(err, fault.Stale):
		return fault.Message(err), http.StatusConflict
	case fault.Is(err, fault.NotFound):
		return fault.Message(err), http.StatusNotFound
	}
	p.log.WarnContext(ctx, "cannot do what a link in a letter is for", "error", err)
	return "This did not work. Try the link again in a moment.", http.StatusInternalServerError
}

package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/mail/mailtest"
	"github.com/neuralrepo/neuralrepo/internal/pgtest"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

var linkOf = regexp.MustCompile(`(?m)^\s*(Keep it|Ask again later|Shelve it|No more weekly letters):\s+https://ideas\.example\.org(/l/\S+)\r?$`)

// From a letter that is asked for to a mail server, and through its links back.
func TestLettersArrive(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		server := mailtest.Start(t, mailtest.Options{Clear: true})
		ada := someone(t, cfg, "ada")[0]
		cfg = sendingTo(cfg, server.Port)
		cfg.PublicURL = "https://ideas.example.org" // RFC 8058 wants it encrypted
		r := startWith(t, cfg, quick())
		s, who := outbox(t, cfg)
		old := idea.New(s, func() time.Time { return time.Now().AddDate(0, 0, -40) })
		if _, err := old.Capture(t.Context(), who, idea.Draft{Title: "Kettle that remembers"}); err != nil {
			t.Fatal(err)
		}
		d := r.want(201, ada, "POST", "/digests", nil).body
		if d["mail"] != "waiting" || d["stale_total"] != 1.0 {
			t.Errorf("written: %v", d)
		}
		letters := server.Wait(t, 1)
		m, err := mail.ReadMessage(strings.NewReader(server.Source(t, letters[0].ID)))
		if err != nil {
			t.Fatal(err)
		}
		if kind := m.Header.Get("Content-Type"); !strings.HasPrefix(kind, "multipart/alternative") {
			t.Errorf("its type is %s", kind)
		}
		one := regexp.MustCompile(`^<https://ideas\.example\.org(/l/[A-Za-z0-9_-]+)>$`).FindStringSubmatch(m.Header.Get("List-Unsubscribe"))
		if one == nil || m.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
			t.Fatalf("its header is %v", m.Header)
		}
		delivered(t, s)
		if got := r.want(200, ada, "GET", "/digests/1", nil).body; got["mail"] != "sent" {
			t.Errorf("once it has arrived, its mail is %v", got["mail"])
		}

		links := map[string]string{}
		for _, found := range linkOf.FindAllStringSubmatch(server.Text(t, letters[0].ID), -1) {
			links[found[1]] = found[2]
		}
		if len(links) != 4 || links["No more weekly letters"] != one[1] {
			t.Fatalf("its links are %v", links)
		}
		status := func() any { return r.want(200, ada, "GET", "/ideas/1", nil).body["status"] }
		for _, link := range links { // as a scanner of mails does
			if code, body := r.page("GET", link); code != 200 || !strings.Contains(body, "<button") {
				t.Errorf("%s: %d %s", link, code, body)
			}
		}
		if status() != "captured" {
			t.Error("looking at links changed an idea")
		}
		if code, body := r.page("POST", links["Shelve it"]); code != 200 || status() != "shelved" {
			t.Errorf("shelving: %d, and it is %v: %s", code, status(), body)
		}
		if code, body := r.page("POST", links["Keep it"]); code != 409 || status() != "shelved" {
			t.Errorf("keeping what is shelved: %d %s", code, body)
		}
		if code, _ := r.page("POST", links["Shelve it"][:20]); code != 404 {
			t.Errorf("half a link: %d", code)
		}
		if code, _ := r.page("POST", one[1]); code != 200 {
			t.Errorf("one click: %d", code)
		}
		if got := r.want(200, ada, "GET", "/digests", nil).body; got["next_at"] != nil {
			t.Errorf("after the letters were ended, the next is due %v", got["next_at"])
		}
		r.stop()
		if strings.Contains(r.log.String(), one[1]) || strings.Contains(r.log.String(), "ada@") {
			t.Errorf("the log tells of it: %s", r.log)
		}
	})
}

// page asks for a page of the server, signed out.
func (r *running) page(method, path string) (int, string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.URL()+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer.StatusCode, string(b)
}

// A letter that fell due while nobody ran is written on waking, once, whichever
// of two copies is faster.
func TestLettersOnWaking(t *testing.T) {
	cfg := settings(t)
	cfg.DatabaseURL = secret.New(pgtest.Database(t))
	cfg.EncryptionKey = secret.New("T3JhbmdlcyBhcmUgbm90IHRoZSBvbmx5IGZydWl0cyE=")
	someone(t, cfg, "ada")
	s, who := outbox(t, cfg)
	if _, err := idea.New(s, nil).Capture(t.Context(), who, idea.Draft{Title: "Kettle"}); err != nil {
		t.Fatal(err)
	}
	// What was promised for an hour ago, and nobody was there.
	slot := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	jobs, err := s.Turns().ClaimJobs(t.Context(), "before", time.Now(), time.Now().Add(time.Minute), 9)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		next := digest.Turn{Slot: slot}
		if j.Kind == job.Nudge {
			next.Slot = time.Now().AddDate(0, 0, 3)
		}
		if err := s.Turns().EndTurn(t.Context(), j, next); err != nil {
			t.Fatal(err)
		}
	}
	one, two := start(t, cfg), start(t, cfg)
	deadline := time.NewTimer(time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		turn, err := s.Turns().TurnOf(t.Context(), who, job.Digest)
		if err != nil {
			t.Fatal(err)
		}
		if turn.Slot.After(time.Now()) {
			break
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("no letter was written: %s %s", one.log, two.log)
		}
	}
	list, total, err := s.Digests(t.Context(), who, 9, 0)
	if err != nil || total != 1 || !list[0].Until.Equal(slot) || list[0].Kind != digest.Weekly {
		t.Errorf("%d letters: %+v, %v", total, list, err)
	}
}

// A letter with a model's part goes through the gateway: it is on the record,
// and what was answered once is not paid for twice.
func TestLettersOfAModel(t *testing.T) {
	cfg := settings(t)
	var fail atomic.Bool
	var asked atomic.Int64
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path != "/v1/messages" {
			io.WriteString(w, `{"data":[],"has_more":false}`)
			return
		}
		asked.Add(1)
		if fail.Load() {
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, `{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low."}}`)
			return
		}
		text, err := json.Marshal(`{"summary":"One idea came in, and it is about tea.","connections":[],"nudges":[]}`)
		if err != nil {
			t.Error(err)
		}
		var b bytes.Buffer
		fmt.Fprintf(&b, "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude\",\"content\":[],\"usage\":{\"input_tokens\":900,\"output_tokens\":1}}}\n\n")
		fmt.Fprintf(&b, "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"letter\",\"input\":{}}}\n\n")
		fmt.Fprintf(&b, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":%s}}\n\n", text)
		fmt.Fprintf(&b, "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n")
		fmt.Fprintf(&b, "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":30}}\n\n")
		fmt.Fprintf(&b, "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
		w.Header().Set("Content-Type", "text/event-stream")
		w.Write(b.Bytes())
	}))
	t.Cleanup(upstream.Close)
	cfg.AnthropicURL = upstream.URL
	ada := someone(t, cfg, "ada")[0]
	r := start(t, cfg)
	r.want(200, ada, "PUT", "/user/byok/anthropic", map[string]string{"api_key": providerKey("-Ada")})
	r.want(201, ada, "POST", "/ideas", map[string]any{"title": "Kettle that remembers"})
	first := r.want(201, ada, "POST", "/digests", nil).body
	if first["summary"] != "One idea came in, and it is about tea." {
		t.Fatalf("the letter says %v, and its part is %v: %s", first["summary"], first["ai"], r.log)
	}
	receipt := first["ai"].(map[string]any)["receipt"].(map[string]any)
	if receipt["cost"].(float64) <= 0 || receipt["cache_hit"] != false {
		t.Errorf("the receipt is %v", receipt)
	}
	again := r.want(201, ada, "POST", "/digests", nil).body
	receipt = again["ai"].(map[string]any)["receipt"].(map[string]any)
	if receipt["cost"] != 0.0 || receipt["cache_hit"] != true || asked.Load() != 1 || again["summary"] != first["summary"] {
		t.Errorf("asked again within the hour: %d questions, %v", asked.Load(), receipt)
	}
	fail.Store(true)
	r.want(201, ada, "POST", "/ideas", map[string]any{"title": "Another"})
	broke := r.want(201, ada, "POST", "/digests", nil).body
	if broke["summary"] != nil || broke["new_total"] != 2.0 || broke["ai"].(map[string]any)["state"] != "failed" {
		t.Errorf("with no money left: %v", broke)
	}
	r.stop() // which writes down what is held back
	r = start(t, cfg)
	uses := r.want(200, ada, "GET", "/user/ai/requests?purpose=digest", nil).body["requests"].([]any)
	if len(uses) != 3 {
		t.Errorf("%d uses are on the record, want 3: %v", len(uses), uses)
	}
}

// The commands look at and write letters beside a server that runs.
func TestDigestCommands(t *testing.T) {
	cfg := settings(t)
	ada := someone(t, cfg, "ada")[0]
	r := start(t, cfg)
	r.want(201, ada, "POST", "/ideas", map[string]any{"title": "Kettle that remembers"})
	log := slog.New(slog.DiscardHandler)
	m, err := PreviewDigest(t.Context(), cfg, "ada@example.org", log)
	if err != nil || !strings.Contains(m.Text, "Kettle that remembers") {
		t.Errorf("%+v, %v", m, err)
	}
	d, err := SendDigest(t.Context(), cfg, "ada@example.org", log)
	if err != nil || d.ID != 1 || d.NewTotal != 1 {
		t.Errorf("%+v, %v", d, err)
	}
	if got := r.want(200, ada, "GET", "/digests/1", nil).body; got["subject"] != "Your week in ideas: 1 new idea" {
		t.Errorf("the server has %v", got)
	}
}

package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
)

func TestLetters(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada, bob := w.person(t, "ada"), w.person(t, "bob")
		as := cookie(ada.session)
		w.must(t, as, "POST /ideas", `{"title":"Kettle","tags":["kitchen"]}`)
		w.must(t, as, "POST /ideas", `{"title":"Fridge","status":"building"}`)

		list := w.must(t, as, "GET /digests", "")
		if list["total"] != 0.0 || list["mails"] != false || list["timezone"] != "UTC" {
			t.Errorf("before there is one: %v", list)
		}
		next, err := time.Parse(time.RFC3339, fmt.Sprint(list["next_at"]))
		if err != nil || next.Weekday() != time.Sunday || next.Hour() != 9 || next.Before(time.Now()) || next.After(time.Now().AddDate(0, 0, 8)) {
			t.Errorf("the next one is due %v, %v", list["next_at"], err)
		}

		d := w.must(t, as, "POST /digests", "")
		if d["id"] != 1.0 || d["kind"] != "asked" || d["new_total"] != 2.0 || d["mail"] != "none" || d["empty"] != false || d["summary"] != nil {
			t.Errorf("written: %v", d)
		}
		if ai := d["ai"].(map[string]any); ai["state"] != "none" || ai["receipt"] != nil {
			t.Errorf("without a key, a model's part: %v", ai)
		}
		if got := w.must(t, as, "GET /digests/1", ""); fmt.Sprint(got) != fmt.Sprint(d) {
			t.Errorf("read: %v, and written: %v", got, d)
		}
		for _, what := range []string{"GET /digests/2", "GET /digests/0"} {
			if r := w.do(t, as, what, ""); r.status != 404 && r.status != 400 {
				t.Errorf("%s: %d %s", what, r.status, r.body)
			}
		}
		if r := w.do(t, cookie(bob.session), "GET /digests/1", ""); r.status != 404 {
			t.Errorf("another person reads it: %d %s", r.status, r.body)
		}
		if r := w.do(t, nobody, "GET /digests/1", ""); r.status != 401 {
			t.Errorf("nobody reads it: %d %s", r.status, r.body)
		}

		for range 5 {
			w.must(t, as, "POST /digests", "")
		}
		if r := w.do(t, as, "POST /digests", ""); r.status != 429 || r.header.Get("Retry-After") == "" {
			t.Errorf("the seventh within an hour: %d %v %s", r.status, r.header, r.body)
		}
		page := w.must(t, as, "GET /digests?limit=2&offset=1", "")
		if ids := page["digests"].([]any); len(ids) != 2 || ids[0].(map[string]any)["id"] != 5.0 || page["total"] != 6.0 {
			t.Errorf("a page of letters: %v", page)
		}

		w.must(t, as, "PATCH /user/me", `{"settings_json":"{\"timezone\":\"Pacific/Kiritimati\",\"digest_day\":3,\"digest_hour\":0}"}`)
		list = w.must(t, as, "GET /digests", "")
		next, err = time.Parse(time.RFC3339, fmt.Sprint(list["next_at"]))
		if err != nil || next.Weekday() != time.Tuesday || next.Hour() != 10 || list["timezone"] != "Pacific/Kiritimati" { // Wednesday, 0:00 at +14
			t.Errorf("the next one is due %v in %v", next, list["timezone"])
		}
		w.must(t, as, "PATCH /user/me", `{"settings_json":"{\"weekly_digest\":false}"}`)
		if list = w.must(t, as, "GET /digests", ""); list["next_at"] != nil {
			t.Errorf("unwanted, and due %v", list["next_at"])
		}
	})
}

// With a key a letter has a model's part and its receipt; what goes wrong with
// it costs nothing but that part.
func TestLetterOfAModel(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		as := cookie(w.person(t, "ada").session)
		w.must(t, as, "POST /ideas", `{"title":"Kettle"}`)
		w.must(t, as, "PUT /user/byok/anthropic", `{"api_key":"`+anthropicKey+`"}`)
		w.model.say(llmtest.Say(`{"summary":"One idea came in, and it is about tea."}`), llmtest.Say("no JSON at all"))
		d := w.must(t, as, "POST /digests", "")
		ai := d["ai"].(map[string]any)
		if d["summary"] != "One idea came in, and it is about tea." || ai["state"] != "done" || ai["receipt"].(map[string]any)["provider"] != "anthropic" {
			t.Errorf("with a model: %v", d)
		}
		d = w.must(t, as, "POST /digests", "")
		if d["summary"] != nil || d["ai"].(map[string]any)["state"] != "failed" || d["new_total"] != 1.0 {
			t.Errorf("with a model that fails: %v", d)
		}
		if r := w.do(t, as, "GET /digests/1", ""); strings.Contains(r.body, anthropicKey) {
			t.Error("a letter has the key")
		}
	})
}

func TestStaleAnswers(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		as := cookie(w.person(t, "ada").session)
		for range 3 {
			w.must(t, as, "POST /ideas", `{"title":"Kettle"}`)
		}
		for _, answer := range []string{"keep", "snooze"} {
			if got := w.must(t, as, "POST /ideas/1/stale", `{"answer":"`+answer+`"}`); got["id"] != 1.0 || got["status"] != "captured" || got["version"] != 1.0 && got["version"] != nil {
				t.Errorf("%s: %v", answer, got)
			}
		}
		for range 2 {
			if got := w.must(t, as, "POST /ideas/2/stale", `{"answer":"shelve"}`); got["status"] != "shelved" {
				t.Errorf("shelved: %v", got)
			}
		}
		w.must(t, as, "PATCH /ideas/3", `{"status":"building"}`)
		for what, c := range map[string]struct {
			body   string
			status int
		}{
			"POST /ideas/3/stale": {`{"answer":"shelve"}`, 409},
			"POST /ideas/9/stale": {`{"answer":"keep"}`, 404},
			"POST /ideas/1/stale": {`{"answer":"burn"}`, 400},
		} {
			if r := w.do(t, as, what, c.body); r.status != c.status {
				t.Errorf("%s %s: %d %s", what, c.body, r.status, r.body)
			}
		}
		if got := w.must(t, as, "GET /ideas/3", ""); got["status"] != "building" {
			t.Errorf("an idea that moved on was changed: %v", got)
		}
	})
}

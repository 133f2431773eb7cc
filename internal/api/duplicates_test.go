package api

import (
	"strings"
	"testing"
)

// What was decided about two ideas can be taken back.
func TestDecisionsAreTakenBack(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		as := cookie(ada.session)
		pending := func() int { return len(w.must(t, as, "GET /ideas/duplicates", "")["duplicates"].([]any)) }
		read := func(number string) map[string]any { return w.must(t, as, "GET /ideas/"+number, "") }
		w.propose(t, ada, "Original", "Twin", "Other")
		w.must(t, as, "PATCH /ideas/1", `{"body":"One."}`)
		w.must(t, as, "PATCH /ideas/2", `{"body":"Two.","status":"building","tags":["home"]}`)
		w.must(t, as, "POST /ideas/2/links", `{"url":"https://example.org/2"}`)

		w.must(t, as, "POST /ideas/duplicates/2/dismiss", "")
		w.must(t, as, "POST /ideas/duplicates/2/reopen", "")
		w.must(t, as, "POST /ideas/duplicates/2/reopen", "") // twice is once
		if n := pending(); n != 2 {
			t.Errorf("%d pairs are pending after a dismissal was taken back, want 2", n)
		}

		w.must(t, as, "POST /ideas/duplicates/1/merge", "")
		if got := read("1")["body"]; got != "One.\n\n---\n\nTwo." {
			t.Fatalf("merged into %q", got)
		}
		w.must(t, as, "POST /ideas/duplicates/1/reopen", "")
		kept, gone := read("1"), read("2")
		if kept["body"] != "One." || len(kept["tags"].([]any)) != 0 || len(kept["links"].([]any)) != 0 || len(kept["relations"].([]any)) != 0 {
			t.Errorf("the kept idea has still what it took in: %v", kept)
		}
		if gone["body"] != "Two." || gone["status"] != "building" || gone["is_archived"] != 0.0 || len(gone["links"].([]any)) != 1 {
			t.Errorf("the absorbed idea is not what it was: %v", gone)
		}
		if n := pending(); n != 2 {
			t.Errorf("%d pairs are pending after a merge was taken back, want 2", n)
		}
		history := kept["history"].([]any)
		if last := history[len(history)-1].(map[string]any); last["kind"] != "unmerged" || last["idea_number"] != 2.0 {
			t.Errorf("the history of the kept idea ends with %v", last)
		}

		w.must(t, as, "POST /ideas/2/merge", `{"absorb_id":1}`) // the newer one is kept
		back := w.must(t, as, "POST /ideas/2/unmerge", `{"absorb_id":1}`)
		if back["id"] != 2.0 || back["body"] != "Two." {
			t.Errorf("unmerging answers %v", back)
		}

		w.must(t, as, "POST /ideas/1/merge", `{"absorb_id":2}`)
		w.must(t, as, "PATCH /ideas/1", `{"body":"Written anew."}`)
		for what, status := range map[string]int{
			"POST /ideas/1/unmerge": 409, // its text is somebody's by now
			"POST /ideas/3/unmerge": 404, // that took nothing in
			"POST /ideas/9/unmerge": 404,
		} {
			if r := w.do(t, as, what, `{"absorb_id":2}`); r.status != status || !strings.Contains(r.body, "error") {
				t.Errorf("%s: status %d, want %d: %s", what, r.status, status, r.body)
			}
		}
		if got := read("1")["body"]; got != "Written anew." {
			t.Errorf("a refused unmerge changed the text to %q", got)
		}
		if r := w.do(t, as, "POST /ideas/duplicates/9/reopen", ""); r.status != 404 {
			t.Errorf("reopening nothing: status %d: %s", r.status, r.body)
		}
	})
}

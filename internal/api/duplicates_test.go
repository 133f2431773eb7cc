package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/idea"
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

		w.must(t, as, "POST /ideas/2/merge", `{"absorb_id":1}`) // the newer one is kept
		back := w.must(t, as, "POST /ideas/2/unmerge", `{"absorb_id":1}`)
		if back["id"] != 2.0 || back["body"] != "Two." {
			t.Errorf("unmerging answers %v", back)
		}
		if n := pending(); n != 2 {
			t.Errorf("%d pairs are pending after the older idea was given back, want 2", n)
		}
		events := back["history"].([]any)
		if last := events[len(events)-1].(map[string]any); last["kind"] != "unmerged" || last["idea_number"] != 1.0 {
			t.Errorf("the last event of the idea that gave #1 back is %v", last)
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

		w.propose(t, ada, "Fourth", "Fifth")
		list := w.must(t, as, "GET /ideas/duplicates", "")["duplicates"].([]any)
		id := fmt.Sprint(list[0].(map[string]any)["id"])
		w.must(t, as, "POST /ideas/duplicates/"+id+"/dismiss", "")
		w.must(t, as, "DELETE /ideas/5", "")
		if r := w.do(t, as, "POST /ideas/duplicates/"+id+"/reopen", ""); r.status != 409 || !strings.Contains(r.body, "#5 is archived") {
			t.Errorf("reopening a pair of which one is archived: status %d: %s", r.status, r.body)
		}
	})
}

// What a person said of a relation that the program found can be taken back.
func TestAnswersToSuggestionsAreTakenBack(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		as := cookie(ada.session)
		w.propose(t, ada, "First", "Second")
		found := `{"source_idea_id":2,"target_idea_id":1,"score":0.625}`
		made := w.must(t, as, "POST /map/relations", found)["relation"].(map[string]any)
		path := fmt.Sprintf("/map/relations/%v", made["id"])
		for _, step := range []struct {
			body  string
			typ   string
			score any
		}{
			{`{"automatic":false}`, "related", nil},
			{`{"score":0.625}`, "related", 0.625},
			{`{"relation_type":"blocks"}`, "blocks", nil},
			{`{"relation_type":"related","score":0.625}`, "related", 0.625},
		} {
			got := w.must(t, as, "PATCH "+path, step.body)
			if got["relation_type"] != step.typ || got["score"] != step.score {
				t.Errorf("%s gives type %v and score %v, want %s and %v", step.body, got["relation_type"], got["score"], step.typ, step.score)
			}
		}
		for what, body := range map[string]string{
			"PATCH " + path:       `{"relation_type":"blocks","score":0.5}`,
			"POST /map/relations": `{"source_idea_id":2,"target_idea_id":1,"relation_type":"parent","score":0.5}`,
		} {
			if r := w.do(t, as, what, body); r.status != 400 || !strings.Contains(r.body, "score") {
				t.Errorf("%s %s: status %d, want 400: %s", what, body, r.status, r.body)
			}
		}

		refused := func() (is bool) {
			err := w.store.Read(t.Context(), ada.user.Owner, func(tx idea.Tx) (err error) {
				is, err = tx.Meaning.Refused(t.Context(), 1, 2)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return is
		}
		w.must(t, as, "DELETE "+path, "")
		if !refused() {
			t.Error("a relation that was dismissed may return")
		}
		w.must(t, as, "POST /map/relations", found)
		if refused() {
			t.Error("a relation that was taken back is still refused")
		}
	})
}

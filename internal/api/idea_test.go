package api

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// page is what this test reads of a list.
type page struct {
	Ideas []struct {
		Number int64  `json:"number"`
		Title  string `json:"title"`
		Status string `json:"status"`
	} `json:"ideas"`
	HasMore bool    `json:"has_more"`
	Next    *string `json:"next_cursor"`
}

func (w *world) page(t *testing.T, p person, query string) (out page) {
	t.Helper()
	r := w.do(t, cookie(p.session), "GET /ideas"+query, "")
	if r.status != 200 {
		t.Fatalf("GET /ideas%s: %d %s", query, r.status, r.body)
	}
	if err := json.Unmarshal([]byte(r.body), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func numbers(p page) (all []int64) {
	for _, i := range p.Ideas {
		all = append(all, i.Number)
	}
	return all
}

func TestPages(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		for i := range 25 {
			// Titles that are not in the order of the numbers, some alike.
			w.must(t, key(ada.key), "POST /ideas", fmt.Sprintf(`{"title":"Idea %c"}`, 'a'+(i*7)%13))
		}
		w.must(t, key(ada.key), "PATCH /ideas/3", `{"body":"changed"}`)
		for _, sort := range []string{"", "-created", "-updated", "title"} {
			whole := w.page(t, ada, "?limit=100&sort="+sort)
			if len(whole.Ideas) != 25 || whole.HasMore || whole.Next != nil {
				t.Fatalf("sort %q: all on one page: %+v", sort, whole)
			}
			byCursor, byOffset := w.page(t, ada, "?limit=10&sort="+sort), w.page(t, ada, "?limit=10&sort="+sort)
			walked, skipped := numbers(byCursor), numbers(byOffset)
			for byCursor.HasMore {
				byCursor = w.page(t, ada, "?limit=10&sort="+sort+"&cursor="+url.QueryEscape(*byCursor.Next))
				walked = append(walked, numbers(byCursor)...)
			}
			for byOffset.HasMore {
				byOffset = w.page(t, ada, fmt.Sprintf("?limit=10&sort=%s&offset=%d", sort, len(skipped)))
				skipped = append(skipped, numbers(byOffset)...)
			}
			if !slices.Equal(walked, numbers(whole)) {
				t.Errorf("sort %q: by cursor %v, at once %v", sort, walked, numbers(whole))
			}
			if !slices.Equal(skipped, numbers(whole)) {
				t.Errorf("sort %q: by offset %v, at once %v", sort, skipped, numbers(whole))
			}
		}
		if got := w.page(t, ada, ""); len(got.Ideas) != 20 || !got.HasMore {
			t.Errorf("without a limit there are %d ideas", len(got.Ideas))
		}
		if got := w.page(t, ada, "?offset=25"); len(got.Ideas) != 0 || got.HasMore {
			t.Errorf("behind the end there are %d ideas", len(got.Ideas))
		}
		if got := w.page(t, ada, "?sort=-updated&limit=1"); got.Ideas[0].Number != 3 {
			t.Errorf("the one that changed last is %v", numbers(got))
		}

		// What is captured between two pages does not shift the next one.
		first := w.page(t, ada, "?limit=5")
		w.must(t, key(ada.key), "POST /ideas", `{"title":"in between"}`)
		second := w.page(t, ada, "?limit=5&cursor="+url.QueryEscape(*first.Next))
		if want := []int64{20, 19, 18, 17, 16}; !slices.Equal(numbers(second), want) {
			t.Errorf("the page after is %v, want %v", numbers(second), want)
		}
	})
}

func TestAbsentNullAndValue(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		as := key(ada.key)
		w.must(t, as, "POST /ideas", `{"title":"parent","body":null,"tags":null,"source":null,"source_url":null,"status":null,"parent_id":null}`)
		w.must(t, as, "POST /ideas", `{"title":"child","body":"text","tags":["a"],"parent_id":1}`)
		w.must(t, as, "POST /map/relations", `{"source_idea_id":1,"target_idea_id":2,"note":"why"}`)
		w.must(t, as, "POST /tags", `{"name":"red","color":"#ff0000"}`)
		tests := []struct{ what, body, field, want string }{
			{"PATCH /ideas/2", `{}`, "parent_id", "1"},
			{"PATCH /ideas/2", `{"title":null,"status":null,"tags":null}`, "title", "child"},
			{"PATCH /ideas/2", `{"title":null,"status":null,"tags":null}`, "tags", "[a]"},
			{"PATCH /ideas/2", `{"status":"shelved"}`, "body", "text"},
			{"PATCH /ideas/2", `{"parent_id":null}`, "parent_id", "<nil>"},
			{"PATCH /ideas/2", `{"parent_id":1}`, "parent_id", "1"},
			{"PATCH /ideas/2", `{"body":null}`, "body", "<nil>"},
			{"PATCH /ideas/2", `{"body":"again"}`, "body", "again"},
			{"PATCH /ideas/2", `{"body":""}`, "body", "<nil>"},
			{"PATCH /ideas/2", `{"tags":[]}`, "tags", "[]"},
			{"PATCH /map/relations/1", `{"relation_type":"inspires"}`, "note", "why"},
			{"PATCH /map/relations/1", `{"note":null}`, "note", "<nil>"},
			{"PATCH /map/relations/1", `{"note":"because"}`, "note", "because"},
		}
		for _, test := range tests {
			if got := fmt.Sprint(w.must(t, as, test.what, test.body)[test.field]); got != test.want {
				t.Errorf("%s %s: %s is %s, want %s", test.what, test.body, test.field, got, test.want)
			}
		}
		color := func(body string) any {
			return w.must(t, as, "PATCH /tags/2", body)["tag"].(map[string]any)["color"]
		}
		if got := color(`{"name":"crimson"}`); got != "#ff0000" {
			t.Errorf("a new name changed the colour to %v", got)
		}
		if got := color(`{"color":null}`); got != nil {
			t.Errorf("null left the colour %v", got)
		}
	})
}

// While one writes, another reads: never is half of it seen.
func TestWholeOrNotAtAll(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		as := cookie(ada.session)
		const ideas = 40
		var ids []string
		for i := range ideas {
			w.must(t, as, "POST /ideas", fmt.Sprintf(`{"title":"Idea %d","body":"b"}`, i+1))
			ids = append(ids, fmt.Sprint(i+1))
		}
		writing := make(chan struct{})
		write := func(what, body string) {
			if r, err := w.try(t.Context(), as, what, body); err != nil || r.status != 200 {
				t.Errorf("%s: %d %s %v", what, r.status, r.body, err)
			}
		}
		go func() {
			defer close(writing)
			for _, status := range []string{"exploring", "building", "shipped", "shelved"} {
				write("PATCH /ideas/bulk", `{"ids":[`+strings.Join(ids, ",")+`],"status":"`+status+`"}`)
			}
			for absorbed := 2; absorbed <= 10; absorbed++ {
				write("POST /ideas/1/merge", fmt.Sprintf(`{"absorb_id":%d}`, absorbed))
			}
		}()
		for done := false; !done; {
			select {
			case <-writing:
				done = true
			default:
			}
			seen := map[string]int{}
			for _, i := range w.page(t, ada, "?limit=100").Ideas {
				seen[i.Status]++
			}
			if len(seen) != 1 {
				t.Fatalf("half of a bulk call: %v", seen)
			}
			kept := w.must(t, as, "GET /ideas/1", "")
			merged := strings.Count(kept["body"].(string), "---")
			if superseded := len(kept["relations"].([]any)); superseded != merged {
				t.Fatalf("half of a merge: %d bodies, %d relations", merged, superseded)
			}
			for _, r := range kept["relations"].([]any) {
				if r := r.(map[string]any); r["related_idea_archived"] != 1.0 || r["related_idea_status"] != "shelved" {
					t.Fatalf("half of a merge: %v", r)
				}
			}
		}
	})
}

func TestSearch(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		as := key(ada.key)
		w.must(t, as, "POST /ideas", `{"title":"A <b>bold</b> kettle","tags":["tea"]}`)
		w.must(t, as, "POST /ideas", `{"title":"Something else","body":"mentions kettles once","status":"building"}`)
		find := func(query string) (titles []string) {
			for _, r := range w.must(t, as, "GET /ideas/search?"+query, "")["results"].([]any) {
				titles = append(titles, r.(map[string]any)["title"].(string))
			}
			return titles
		}
		for query, want := range map[string]int{
			"q=kettle":                 2,
			"q=kett&mode=keyword":      2,
			"q=kettle&mode=semantic":   2,
			"q=kettle&status=building": 1,
			"q=kettle&tag=Tea":         1,
			"q=kettle&limit=1":         1,
			"q=kettle&offset=1":        1,
			"q=kettle&offset=5":        0,
			"q=%22mentions+kettles%22": 1,
			"q=nothing+like+it":        0,
			"q=%3F%21":                 0,
			"q=%22%27%29%3B--+*+NEAR(": 0,
		} {
			if got := find(query); len(got) != want {
				t.Errorf("%s finds %q, want %d", query, got, want)
			}
		}
		first := w.must(t, as, "GET /ideas/search?q=kettle", "")["results"].([]any)[0].(map[string]any)
		if got, want := first["snippet"], "A &lt;b&gt;bold&lt;/b&gt; <mark>kettle</mark>"; got != want {
			t.Errorf("the snippet is %q, want %q", got, want)
		}
		if got := w.must(t, as, "GET /ideas/search?q=kettle&limit=1", "")["has_more"]; got != true {
			t.Errorf("has_more is %v", got)
		}
	})
}

// TestKeepAutomaticRelations: a relation that nobody made becomes one's own
// when one says so or gives it another type, and not by a note.
func TestKeepAutomaticRelations(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		as := key(ada.key)
		for _, tt := range []struct {
			patch string
			kept  bool
		}{
			{`{"automatic":false}`, true},
			{`{"relation_type":"inspires"}`, true},
			{`{"relation_type":"related"}`, true},
			{`{"note":"Why?"}`, false},
		} {
			a := idOf(w.must(t, as, "POST /ideas", `{"title":"One"}`))
			b := idOf(w.must(t, as, "POST /ideas", `{"title":"Another"}`))
			score := 0.6
			found := idea.Relation{Source: a, Target: b, Type: idea.RelRelated, Score: &score}
			err := w.store.Write(t.Context(), ada.user.Owner, func(tx idea.Tx) error { return tx.Relations.Put(t.Context(), &found) })
			if err != nil {
				t.Fatal(err)
			}
			suggested := w.must(t, as, fmt.Sprintf("GET /ideas/%d/suggestions", a), "")["relations"].([]any)
			if len(suggested) != 1 {
				t.Errorf("%v is suggested, want the relation", suggested)
			}
			got := w.must(t, as, fmt.Sprintf("PATCH /map/relations/%d", found.ID), tt.patch)
			if kept := got["score"] == nil; kept != tt.kept {
				t.Errorf("after %s: score %v", tt.patch, got["score"])
			}
		}
		if r := w.do(t, as, "PATCH /map/relations/1", `{"automatic":true}`); r.status != 400 {
			t.Errorf("automatic true: status %d", r.status)
		}
	})
}

package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// cli speaks as the existing command-line client does: a Content-Type even on
// GET, its name and version on every call, an API key, and every answer
// parsed as JSON.
type cli struct {
	t   *testing.T
	w   *world
	key string
}

// call sends a request and returns what came back and, of a failure, the
// status and the text that the client would print.
func (c cli) call(method, path, body string) (answer any, status int, failure string) {
	c.t.Helper()
	r := c.w.do(c.t, key(c.key).and("Content-Type", "application/json").and("X-NeuralRepo-Client", "cli/0.0.9"), method+" "+path, body)
	if err := json.Unmarshal([]byte(r.body), &answer); err != nil {
		c.t.Fatalf("%s %s: the client cannot parse %q: %v", method, path, r.body, err)
	}
	if r.status/100 != 2 {
		failure, _ = answer.(map[string]any)["error"].(string)
		if failure == "" {
			c.t.Fatalf("%s %s: the client prints [object Object] for %s", method, path, r.body)
		}
	}
	return answer, r.status, failure
}

// get is a call that has to succeed.
func (c cli) get(method, path, body string) any {
	c.t.Helper()
	v, status, failure := c.call(method, path, body)
	if failure != "" {
		c.t.Fatalf("%s %s %s: %d %s", method, path, body, status, failure)
	}
	return v
}

// at walks into an answer: a name of an object, a number of a list.
func (c cli) at(v any, path ...any) any {
	c.t.Helper()
	for _, step := range path {
		switch s := step.(type) {
		case string:
			o, ok := v.(map[string]any)
			if !ok {
				c.t.Fatalf("no %v in %v", step, v)
			}
			if v, ok = o[s]; !ok {
				c.t.Fatalf("no %v in %v", step, o)
			}
		case int:
			l, ok := v.([]any)
			if !ok || s >= len(l) {
				c.t.Fatalf("no %v in %v", step, v)
			}
			v = l[s]
		}
	}
	return v
}

// want compares a place in an answer.
func (c cli) want(v any, want any, path ...any) {
	c.t.Helper()
	if got := c.at(v, path...); fmt.Sprint(got) != fmt.Sprint(want) {
		c.t.Errorf("%v is %v, want %v", path, got, want)
	}
}

// ids resolves references such as #2, as the newest client does before
// anything else.
func (c cli) ids(refs ...string) (ids []int64) {
	c.t.Helper()
	numbers := make([]string, len(refs))
	for i, ref := range refs {
		numbers[i] = strings.TrimPrefix(ref, "#")
	}
	found := map[string]int64{}
	results := c.at(c.get("GET", "/ideas/by-number?numbers="+strings.Join(numbers, ","), ""), "results").([]any)
	for _, r := range results {
		found[strconv.Itoa(int(c.at(r, "number").(float64)))] = int64(c.at(r, "id").(float64))
	}
	for _, n := range numbers {
		if id, ok := found[n]; ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// all reads every page of a list, as log and status do.
func (c cli) all(query string) (ideas []any) {
	c.t.Helper()
	for {
		path := "/ideas?limit=100" + query
		if len(ideas) > 0 {
			path += "&offset=" + strconv.Itoa(len(ideas))
		}
		page := c.get("GET", path, "")
		list := c.at(page, "ideas").([]any)
		ideas = append(ideas, list...)
		if len(list) < 100 || c.at(page, "has_more") != true {
			return ideas
		}
	}
}

// Every command of the client, with the calls that it makes.
func TestCommandLineClient(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		c := cli{t, w, ada.key}

		// login --api-key, whoami
		me := c.get("GET", "/user/me", "")
		c.want(me, "ada@example.org", "email")
		c.want(me, "pro", "plan")
		c.want(me, "ada", "display_name")
		if _, ok := c.at(me, "id").(string); !ok {
			t.Errorf("the user's id is %v", c.at(me, "id"))
		}
		if _, ok := c.at(me, "settings_json").(string); !ok {
			t.Errorf("settings_json is %v", c.at(me, "settings_json"))
		}

		// push
		first := c.get("POST", "/ideas", `{"title":"A tent that makes tea","body":"With the *sun*.","tags":["Camping","tea"],"source":"cli"}`)
		c.want(first, "cli", "source")
		c.want(first, []any{"camping", "tea"}, "tags")
		c.want(first, "captured", "status")
		c.get("POST", "/ideas", `{"title":"A kettle on wheels","tags":[],"source":"cli","status":"exploring"}`)
		c.get("POST", "/ideas", `{"title":"A stove","tags":[],"source":"cli"}`)
		id := c.ids("#1", "2", "#3", "77")
		if !slices.Equal(id, []int64{1, 2, 3}) {
			t.Fatalf("numbers resolve to %v", id)
		}

		// search
		found := c.get("GET", "/ideas/search?q=kettle&limit=5", "")
		c.want(found, "kettle", "query")
		c.want(found, "fts", "search_type")
		c.want(found, 2, "results", 0, "number")
		c.want(found, nil, "results", 0, "score")

		// log, status: all pages
		var many []string
		for i := range 120 {
			many = append(many, fmt.Sprintf(`{"title":"filler %d","tags":["filler"],"source":"cli"}`, i))
		}
		for _, body := range many {
			c.get("POST", "/ideas", body)
		}
		log := c.all("")
		if len(log) != 123 {
			t.Errorf("log has %d ideas, want 123", len(log))
		}
		c.want(log[0], 123, "number") // the newest first
		c.want(log[122], 1, "number")
		if got := c.all("&tag=filler&status=captured"); len(got) != 120 {
			t.Errorf("log --tag --status has %d ideas, want 120", len(got))
		}
		if got := c.at(c.get("GET", "/ideas/duplicates", ""), "duplicates").([]any); len(got) != 0 {
			t.Errorf("status counts %d duplicates", len(got))
		}

		// show, pull
		shown := c.get("GET", "/ideas/1", "")
		for _, field := range []string{"id", "number", "title", "body", "status", "source", "source_url", "tags", "links", "relations", "is_archived", "created_at", "updated_at", "parent_id"} {
			c.at(shown, field)
		}
		if _, status, failure := c.call("GET", "/ideas/777", ""); status != 404 || failure != "Idea not found" {
			t.Errorf("show of nothing: %d %s", status, failure)
		}

		// edit, move, tag
		c.want(c.get("PATCH", "/ideas/1", `{"title":"A tent that makes coffee","body":"With the moon."}`), "With the moon.", "body")
		c.want(c.get("PATCH", "/ideas/1", `{"status":"building"}`), "building", "status")
		tags := c.at(c.get("GET", "/ideas/1", ""), "tags").([]any)
		c.want(c.get("PATCH", "/ideas/1", string(jsonOf(t, map[string]any{"tags": append(tags, "Hot Drinks")}))), []any{"camping", "tea", "hot-drinks"}, "tags")

		// move --ids, tag add, tag remove
		moved := c.get("PATCH", "/ideas/bulk", `{"ids":[1,2,777],"status":"shipped"}`)
		c.want(moved, 2, "updated")
		c.want(moved, 1, "errors")
		c.want(moved, "updated", "results", 0, "status")
		c.want(moved, "error", "results", 2, "status")
		c.want(moved, 777, "results", 2, "id")
		c.at(moved, "results", 2, "error")
		c.want(c.get("PATCH", "/ideas/bulk", `{"ids":[1,2],"add_tags":["Gear"]}`), 2, "updated")
		c.want(c.get("PATCH", "/ideas/bulk", `{"ids":[1,2],"remove_tags":["gear"]}`), 2, "updated")
		c.want(c.get("GET", "/ideas/2", ""), []any{}, "tags")

		// branch, diff
		branch := c.get("POST", "/ideas", `{"title":"A tent that makes soup","body":"b","tags":["camping"],"source":"cli","status":"captured","parent_id":1}`)
		c.want(branch, 1, "parent_id")
		c.want(c.get("GET", "/ideas/"+fmt.Sprint(c.at(branch, "id")), ""), 1, "parent_id")

		// link, and the cycles it refuses
		linked := c.get("POST", "/map/relations", `{"source_idea_id":1,"target_idea_id":2,"relation_type":"blocks","note":"first things first"}`)
		c.want(linked, "blocks", "relation", "relation_type")
		c.want(linked, 1, "relation", "source_idea_id")
		if _, status, failure := c.call("POST", "/map/relations", `{"source_idea_id":2,"target_idea_id":1,"relation_type":"blocks"}`); status != 409 || !strings.Contains(failure, "circular blocking chain") {
			t.Errorf("a circle of blocks: %d %s", status, failure)
		}
		if _, status, _ := c.call("POST", "/map/relations?force=true", `{"source_idea_id":2,"target_idea_id":1,"relation_type":"blocks"}`); status != 409 {
			t.Errorf("a forced circle of blocks: %d", status)
		}
		c.get("POST", "/map/relations", `{"source_idea_id":1,"target_idea_id":2,"relation_type":"supersedes"}`)
		if _, status, _ := c.call("POST", "/map/relations", `{"source_idea_id":2,"target_idea_id":1,"relation_type":"supersedes"}`); status != 409 {
			t.Errorf("a circle of supersedings: %d", status)
		}
		c.get("POST", "/map/relations?force=true", `{"source_idea_id":2,"target_idea_id":1,"relation_type":"supersedes"}`)

		// link --batch
		batch := c.get("POST", "/map/relations", `{"links":[{"source_idea_id":2,"target_idea_id":3,"relation_type":"inspires"},{"source_idea_id":3,"target_idea_id":777}]}`)
		c.want(batch, 1, "linked")
		c.want(batch, 1, "errors")
		c.want(batch, "created", "results", 0, "status")
		c.want(batch, "inspires", "results", 0, "relation_type")
		c.at(batch, "results", 0, "relation_id")
		c.want(batch, "error", "results", 1, "status")

		// links, graph
		relations := c.get("GET", "/ideas/2/relations", "")
		out := c.at(relations, "outgoing").([]any)
		for _, field := range []string{"id", "relation_type", "score", "note", "created_at", "idea_id", "idea_number", "idea_title", "idea_status", "source_idea_id", "target_idea_id"} {
			c.at(out[0], field)
		}
		c.want(relations, "first things first", "incoming", 0, "note")
		c.want(c.get("GET", "/ideas/1", ""), "A kettle on wheels", "relations", 0, "related_idea_title")

		// unlink
		c.want(c.get("DELETE", "/map/relations/"+fmt.Sprint(c.at(out[0], "id")), ""), true, "success")

		// merge
		kept := c.get("POST", "/ideas/1/merge", `{"absorb_id":3}`)
		c.want(kept, 1, "id")
		c.want(c.get("GET", "/ideas/3", ""), 1, "is_archived")
		if _, status, _ := c.call("POST", "/ideas/1/merge", `{"absorb_id":3}`); status != 409 {
			t.Errorf("merging what is archived: %d", status)
		}

		// rm
		c.want(c.get("DELETE", "/ideas/2", ""), true, "success")
		for _, i := range c.all("") {
			if n := c.at(i, "number"); n == 2.0 || n == 3.0 {
				t.Errorf("log still has #%v", n)
			}
		}

		// duplicate list, dismiss, merge
		w.propose(t, ada, "Original", "Twin", "Other")
		pairs := c.get("GET", "/ideas/duplicates", "")
		c.want(pairs, "pending", "duplicates", 0, "status")
		c.want(pairs, "Twin", "duplicates", 0, "idea_title")
		c.want(pairs, "Original", "duplicates", 0, "duplicate_title")
		c.want(c.get("POST", "/ideas/duplicates/2/dismiss", ""), true, "success")
		c.want(c.get("POST", "/ideas/duplicates/1/merge", ""), true, "success")

		// key list, create, revoke
		made := c.get("POST", "/user/api-keys", `{"label":"server"}`)
		if k := c.at(made, "key").(string); len(k) != 68 {
			t.Errorf("the key is %q", k)
		}
		keys := c.at(c.get("GET", "/user/api-keys", ""), "api_keys").([]any)
		if len(keys) != 4 {
			t.Errorf("key list has %d keys", len(keys))
		}
		for _, field := range []string{"id", "label", "last_used_at", "created_at"} {
			c.at(keys[0], field)
		}
		c.want(c.get("DELETE", "/user/api-keys/"+c.at(made, "id").(string), ""), true, "success")

		// A key that was revoked.
		revoked := cli{t, w, c.at(made, "key").(string)}
		if _, status, failure := revoked.call("GET", "/user/me", ""); status != http.StatusUnauthorized || !strings.HasPrefix(failure, "Invalid API key") {
			t.Errorf("a revoked key: %d %s", status, failure)
		}
	})
}

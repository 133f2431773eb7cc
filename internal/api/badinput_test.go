package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestBadInputIsRefusedByName(t *testing.T) {
	long := func(n int) string { return strings.Repeat("é", n) }
	tests := []struct {
		what, body string
		status     int
		want       string // the message
	}{
		// Bodies as a whole.
		{"POST /ideas", "", 400, "The request needs a JSON object as its body"},
		{"POST /ideas", "{", 400, "The body is not valid JSON: unexpected end of JSON input at byte 1"},
		{"POST /ideas", `{"title":"a",}`, 400, "The body is not valid JSON: invalid character '}' looking for beginning of object key string at byte 14"},
		{"POST /ideas", `{"title":"a"} x`, 400, "The body is not valid JSON: invalid character 'x' after top-level value at byte 15"},
		{"POST /ideas", `title=a`, 400, "The body is not valid JSON: invalid character 'i' in literal true (expecting 'r') at byte 2"},
		{"POST /ideas", `[]`, 400, "The body must be an object"},
		{"POST /ideas", `null`, 400, "The body must be an object"},
		{"POST /ideas", `"title"`, 400, "The body must be an object"},
		{"POST /ideas", "\xff", 400, "The body is not valid UTF-8: send it in UTF-8"},
		{"POST /ideas", strings.Repeat("[", 20_000), 400, "The body is not valid JSON: invalid character '[' exceeded max depth at byte 10001"},

		// Fields of the wrong type.
		{"POST /ideas", `{}`, 400, "The body must have the field title"},
		{"POST /ideas", `{"title":null}`, 400, "title must be a string"},
		{"POST /ideas", `{"title":7}`, 400, "title must be a string"},
		{"POST /ideas", `{"title":["a"]}`, 400, "title must be a string"},
		{"POST /ideas", `{"title":"a","body":{}}`, 400, "body must be a string"},
		{"POST /ideas", `{"title":"a","tags":"b"}`, 400, "tags must be a list"},
		{"POST /ideas", `{"title":"a","tags":["b",1]}`, 400, "tags[1] must be a string"},
		{"POST /ideas", `{"title":"a","status":"done"}`, 400, "status must be one of: captured, exploring, building, shipped, shelved"},
		{"POST /ideas", `{"title":"a","status":1}`, 400, "status must be a string"},
		{"POST /ideas", `{"title":"a","source":"fax"}`, 400, "source must be one of: web, cli, claude-mcp, siri, email, api, shortcut, ios"},
		{"POST /ideas", `{"title":"a","parent_id":"1"}`, 400, "parent_id must be a whole number"},
		{"POST /ideas", `{"title":"a","parent_id":1.5}`, 400, "parent_id must be a whole number"},
		{"POST /ideas", `{"title":"a","parent_id":0}`, 400, "parent_id must be 1 or more"},
		{"POST /ideas", `{"title":"a","parent_id":-1}`, 400, "parent_id must be 1 or more"},
		{"POST /ideas", `{"title":"a","parent_id":99999999999999999999}`, 400, "The body has a number in parent_id that must be written as a whole number within 64 bits"},
		{"POST /ideas", `{"title":"a","parent_id":99}`, 404, "parent_id names idea #99, which is not there"},
		{"PATCH /ideas/1", `{"title":1}`, 400, "title must be a string"},
		{"PATCH /ideas/1", `{"parent_id":"none"}`, 400, "parent_id must be a whole number"},
		{"PATCH /ideas/1", `{"parent_id":99999999999999999999}`, 400, "The body has a number in parent_id that must be written as a whole number within 64 bits"},
		{"PATCH /ideas/1", `{"parent_id":1}`, 409, "parent_id #1 would make idea #1 its own ancestor: choose another parent"},
		{"PATCH /ideas/bulk", `{"ids":1,"status":"shelved"}`, 400, "ids must be a list"},
		{"PATCH /ideas/bulk", `{"ids":[1,"2"],"status":"shelved"}`, 400, "ids[1] must be a whole number"},
		{"PATCH /ideas/bulk", `{"ids":[99999999999999999999],"status":"shelved"}`, 400, "The body has a number in ids that must be written as a whole number within 64 bits"},
		{"PATCH /ideas/bulk", `{"ids":[],"status":"shelved"}`, 400, "ids must have at least one entry"},
		{"PATCH /ideas/bulk", `{"ids":[1` + strings.Repeat(",1", 1000) + `],"status":"shelved"}`, 400, "ids must have at most 1000 entries"},
		{"PATCH /ideas/bulk", `{"ids":[1]}`, 400, "Nothing to change: send status, tags, add_tags or remove_tags"},
		{"PATCH /ideas/bulk", `{"ids":[1],"tags":["a"],"add_tags":["b"]}`, 400, "tags replaces all tags and cannot be sent together with add_tags or remove_tags"},
		{"POST /ideas/1/merge", `{}`, 400, "The body must have the field absorb_id"},
		{"POST /ideas/1/merge", `{"absorb_id":1}`, 400, "absorb_id must be another idea than the one that is kept"},
		{"POST /ideas/1/merge", `{"absorb_id":99}`, 404, "absorb_id names idea #99, which is not there"},
		{"PUT /map/positions", `{"positions":[{"id":1,"x":"a","y":1}]}`, 400, "positions[0].x must be a number"},
		{"PUT /map/positions", `{"positions":[{"id":1,"x":1}]}`, 400, "positions[0] must have the field y"},
		{"POST /ideas", `{"title":"a","parent_id":1e3}`, 400, "The body has a number in parent_id that must be written as a whole number within 64 bits"},
		{"PUT /map/positions", `{"positions":[{"id":1,"x":1e300,"y":1}]}`, 400, "positions has a place for idea #1 that is off the map"},
		{"PUT /map/positions", `{"positions":[{"id":1,"x":1e999,"y":1}]}`, 400, "The body has a number in positions[0].x that is too large"},
		{"POST /map/relations", `{}`, 400, "source_idea_id must be the number of an idea"},
		{"POST /map/relations", `{"source_idea_id":1}`, 400, "target_idea_id must be the number of an idea"},
		{"POST /map/relations", `{"source_idea_id":1,"target_idea_id":1}`, 400, "target_idea_id must be another idea than source_idea_id: an idea has no relation to itself"},
		{"POST /map/relations", `{"source_idea_id":1,"target_idea_id":2,"relation_type":"duplicate"}`, 400, "relation_type must not be duplicate: the program proposes duplicates, and you merge or dismiss them"},
		{"POST /map/relations", `{"source_idea_id":1,"target_idea_id":2,"relation_type":"hates"}`, 400, "relation_type must be one of: related, parent, blocks, inspires, duplicate, supersedes"},
		{"POST /map/relations", `{"source_idea_id":"1","target_idea_id":2}`, 400, "source_idea_id must be a whole number"},
		{"POST /map/relations", `{"links":[]}`, 400, "links must have at least one entry"},
		{"POST /map/relations", `{"links":{}}`, 400, "links must be a list"},
		{"POST /map/relations", `{"links":[{"source_idea_id":1}]}`, 400, "links[0] must have the field target_idea_id"},
		{"POST /map/relations", `{"links":[{"source_idea_id":1,"target_idea_id":2}],"source_idea_id":1}`, 400, "links cannot be sent together with the fields of a single relation: put that one into links too"},
		{"POST /map/relations", `{"links":[{"source_idea_id":1,"target_idea_id":2,"note":7}]}`, 400, "links[0].note must be a string"},
		{"POST /tags", `{"name":"a","color":"red"}`, 400, "color must look like #1a2b3c"},
		{"POST /tags", `{"name":"one"}`, 409, "The tag one is there already"},
		{"POST /tags", `{"name":" "}`, 400, "name must have 1 to 50 characters, at least one of them a letter or digit"},
		{"PATCH /user/me", `{"settings_json":{}}`, 400, "settings_json must be a string"},
		{"PATCH /user/me", `{"settings_json":"[]"}`, 400, `settings_json must be a JSON object, such as {"weekly_digest":false}`},
		{"PATCH /user/me", `{"settings_json":"{\"dedup_threshold\":2}"}`, 400, "settings_json.dedup_threshold must be a number from 0.1 to 0.9"},
		{"PATCH /user/me", `{"display_name":""}`, 400, "display_name must not be empty"},
		{"PUT /user/byok/anthropic", ``, 400, "The request needs a JSON object as its body"},
		{"PUT /user/byok/anthropic", `{}`, 400, "The body must have the field api_key"},
		{"PUT /user/byok/anthropic", `{"api_key":null}`, 400, "api_key must be a string"},
		{"PUT /user/byok/anthropic", `{"api_key":["sk-ant-x"]}`, 400, "api_key must be a string"},
		{"PUT /user/byok/anthropic", `{"api_key":""}`, 400, "api_key must not be empty: paste your Anthropic key"},
		{"PUT /user/byok/anthropic", `{"api_key":" \n"}`, 400, "api_key must not be empty: paste your Anthropic key"},
		{"PUT /user/byok/anthropic", `{"api_key":"\u0000"}`, 400, "api_key has a NUL character (U+0000): remove it"},
		{"PUT /user/byok/anthropic", "{\"api_key\":\"sk-ant-\xff\"}", 400, "api_key is not valid UTF-8: send it in UTF-8"},
		{"PUT /user/byok/anthropic", `{"api_key":"sk-ant-\u0007"}`, 400, "api_key has a control character or a line break in it: copy the key again, and nothing else"},
		{"PUT /user/byok/anthropic", `{"api_key":"sk-ant-api03 -abc"}`, 400, "api_key has white space in it: copy the key again, and nothing else"},
		{"PUT /user/byok/anthropic", `{"api_key":"sk-ant-…beef"}`, 400, "api_key is only the masked form of a key: copy the whole key where you made it"},
		{"PUT /user/byok/anthropic", `{"api_key":"••••••••"}`, 400, "api_key is only the masked form of a key: copy the whole key where you made it"},
		{"PUT /user/byok/anthropic", `{"api_key":"sk-ant-admin01-` + strings.Repeat("a", 90) + `"}`, 400, "api_key is an Anthropic admin key, which manages an organisation and cannot ask models: make an API key in the Anthropic console"},
		{"PUT /user/byok/anthropic", `{"api_key":"` + openAIKey + `"}`, 400, "api_key is a key of OpenAI (it begins with sk-): store it there, or paste your Anthropic key"},
		{"PUT /user/byok/openai", `{"api_key":"` + openRouterKey + `"}`, 400, "api_key is a key of OpenRouter (it begins with sk-or-): store it there, or paste your OpenAI key"},
		{"PUT /user/byok/openai", `{"api_key":"nrp_` + strings.Repeat("0", 64) + `"}`, 400, "api_key is an API key of NeuralRepo itself: paste the key of the provider"},
		{"PUT /user/byok/openrouter", `{"api_key":"hello"}`, 400, "api_key must begin with sk-or-: copy your OpenRouter key again"},
		{"PUT /user/byok/openrouter", `{"api_key":"sk-or-v1-abc"}`, 400, "api_key is too short, it was cut off: copy the whole key"},
		{"PUT /user/byok/openai", `{"api_key":"sk-` + strings.Repeat("a", 1000) + `"}`, 400, "api_key has 1003 characters, which is more than any key has"},
		{"PUT /user/byok/google", `{"api_key":"sk-` + strings.Repeat("a", 48) + `"}`, 404, "There is no provider of that name: use anthropic, openai or openrouter"},
		{"PUT /user/byok/Anthropic", `{"api_key":"` + anthropicKey + `"}`, 404, "There is no provider of that name: use anthropic, openai or openrouter"},
		{"PATCH /user/byok/google", `{"monthly_cap":1}`, 404, "There is no provider of that name: use anthropic, openai or openrouter"},
		{"DELETE /user/byok/%ff", ``, 400, "provider is not valid UTF-8: send it in UTF-8"},
		{"DELETE /user/byok/google", ``, 404, "There is no provider of that name: use anthropic, openai or openrouter"},
		{"POST /user/byok/google/test", ``, 404, "There is no provider of that name: use anthropic, openai or openrouter"},
		{"DELETE /user/byok/openai", ``, 404, "No OpenAI key is stored"},
		{"PATCH /user/byok/openai", `{"monthly_cap":1}`, 404, "No OpenAI key is stored"},
		{"PATCH /user/byok/openai", `{}`, 400, "The body must have the field monthly_cap"},
		{"PATCH /user/byok/openai", `{"monthly_cap":"1"}`, 400, "monthly_cap must be a number"},
		{"PATCH /user/byok/openai", `{"monthly_cap":-0.01}`, 400, "monthly_cap must be 0 or more"},
		{"PATCH /user/byok/openai", `{"monthly_cap":100000.01}`, 400, "monthly_cap must be 100000 or less"},
		{"PATCH /user/byok/openai", `{"monthly_cap":1e999}`, 400, "The body has a number in monthly_cap that is too large"},
		{"PATCH /user/byok/openai", `{"monthly_cap":0.` + strings.Repeat("1", 60) + `}`, 400, "The body has an amount of US dollars that is not from 0 to a million, or is longer than 40 characters"},
		{"PATCH /user/me", `{"settings_json":"{\"preferred_ai_provider\":\"google\"}"}`, 400, `settings_json.preferred_ai_provider must be one of "anthropic", "openai", "openrouter", ""`},
		{"POST /user/api-keys", `{"scopes":["ideas:delete"]}`, 400, "scopes[0] must be one of: ideas:read, ideas:write"},
		{"POST /user/api-keys", `{"scopes":[]}`, 400, "scopes must have at least one entry"},
		{"POST /user/api-keys", `{"label":"` + long(101) + `"}`, 400, "label must have at most 100 characters"},
		{"POST /auth/login", `{"email":7,"password":"x"}`, 400, "email must be a string"},
		{"POST /auth/login", `{"email":"ada@example.org"}`, 400, "The body must have the field password"},
		{"POST /auth/cli", `{"callback":"https://evil.example/"}`, 400, "callback must be an address like http://localhost:53123/callback on this machine"},

		// Fields that are too long or hold what cannot be stored.
		{"POST /ideas", `{"title":""}`, 400, "title must not be empty"},
		{"POST /ideas", `{"title":"  "}`, 400, "title must not be empty: give it 1 to 200 characters"},
		{"POST /ideas", `{"title":"` + long(201) + `"}`, 400, "title must have at most 200 characters"},
		{"POST /ideas", `{"title":"a","body":"` + long(50_001) + `"}`, 400, "body must have at most 50000 characters"},
		{"POST /ideas", `{"title":"a","tags":["` + long(51) + `"]}`, 400, "tags has a tag of 51 characters, at most 50 are allowed"},
		{"POST /ideas", `{"title":"a","tags":["1"` + strings.Repeat(`,"x"`, 20) + `]}`, 400, "tags must have at most 20 entries"},
		{"POST /ideas", `{"title":"a","source_url":"nonsense"}`, 400, "source_url must be a full address that starts with http:// or https://"},
		{"POST /ideas", `{"title":"a","source_url":"javascript:alert(1)"}`, 400, "source_url must be a full address that starts with http:// or https://"},
		{"POST /ideas", `{"title":"a","source_url":"https://x/` + long(2000) + `"}`, 400, "source_url must have at most 2000 characters"},
		{"POST /ideas/1/links", `{"url":"ftp://example.org"}`, 400, "url must be a full address that starts with http:// or https://"},
		{"POST /ideas/1/links", `{"url":"https://example.org","title":"` + long(201) + `"}`, 400, "title must have at most 200 characters"},
		{"POST /map/relations", `{"source_idea_id":1,"target_idea_id":2,"note":"` + long(501) + `"}`, 400, "note must have at most 500 characters"},
		{"POST /ideas", "{\"title\":\"a\xff\"}", 400, "title is not valid UTF-8: send it in UTF-8"},
		{"POST /ideas", `{"title":"a","body":"\u0000"}`, 400, "body has a NUL character (U+0000): remove it"},
		{"POST /ideas", `{"title":"a","tags":["b","c\u0000"]}`, 400, "tags[1] has a NUL character (U+0000): remove it"},
		{"POST /ideas", `{"title":"a\u0007b"}`, 400, "title has a control character (U+0007): remove it"},

		// Parameters.
		{"GET /ideas?limit=101", "", 400, "limit must be 100 or less"},
		{"GET /ideas?limit=-1", "", 400, "limit must be 0 or more"},
		{"GET /ideas?limit=ten", "", 400, "limit must be a whole number within 64 bits"},
		{"GET /ideas?limit=99999999999999999999", "", 400, "limit must be a whole number within 64 bits"},
		{"GET /ideas?limit=1.5", "", 400, "limit must be a whole number within 64 bits"},
		{"GET /ideas?offset=-1", "", 400, "offset must be 0 or more"},
		{"GET /ideas?limit=1&limit=2", "", 400, "limit must be given only once"},
		{"GET /ideas?status=done", "", 400, "status must be one of: captured, exploring, building, shipped, shelved"},
		{"GET /ideas?source=fax", "", 400, "source must be one of: web, cli, claude-mcp, siri, email, api, shortcut, ios"},
		{"GET /ideas?sort=color", "", 400, "sort must be one of: -created, -updated, title"},
		{"GET /ideas?archived=perhaps", "", 400, "archived must be true or false"},
		{"GET /ideas?cursor=nonsense", "", 400, "cursor must be the next_cursor of a page in the same order: begin again without it"},
		{"GET /ideas?q=" + strings.Repeat("a", 501), "", 400, "q must have at most 500 characters"},
		{"GET /ideas?tag=%00", "", 400, "tag has a NUL character (U+0000): remove it"},
		{"GET /ideas?tag=%ff", "", 400, "tag is not valid UTF-8: send it in UTF-8"},
		{"GET /ideas?tag=%zz", "", 400, "The part of the address behind the question mark is malformed: encode what it says"},
		{"GET /user/byok/audit?limit=101", "", 400, "limit must be 100 or less"},
		{"GET /user/byok/audit?before=-1", "", 400, "before must be 0 or more"},
		{"GET /user/byok/audit?before=x", "", 400, "before must be a whole number within 64 bits"},
		{"GET /user/ai/requests?limit=101", "", 400, "limit must be 100 or less"},
		{"GET /user/ai/requests?purpose=fun", "", 400, "purpose must be one of: agent, spec, digest, test, proxy"},
		{"GET /user/ai/requests?outcome=good", "", 400, "outcome must be one of: complete, failed, unreachable, cut, cancelled"},
		{"GET /user/ai/requests?from=yesterday", "", 400, "from must be a day such as 2026-03-31 or a time such as 2026-03-31T09:41:00Z"},
		{"GET /user/ai/requests?to=0001-01-01", "", 400, "to must be a day such as 2026-03-31 or a time such as 2026-03-31T09:41:00Z"},
		{"GET /user/ai/requests?from=2026-02-30", "", 400, "from must be a day such as 2026-03-31 or a time such as 2026-03-31T09:41:00Z"},
		{"GET /user/ai/requests?from=2026-03-02&to=2026-03-01", "", 400, "to must be after from"},
		{"GET /user/ai/requests?cursor=nonsense", "", 400, "cursor must be the next_cursor of a page: begin again without it"},
		{"GET /user/ai/requests?cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk6eA", "", 400, "cursor must be the next_cursor of a page: begin again without it"},
		{"GET /user/ai/requests?model=" + strings.Repeat("m", 129), "", 400, "model has at most 128 characters"},
		{"GET /user/ai/requests?provider=%00", "", 400, "provider has a NUL character (U+0000): remove it"},
		{"GET /user/ai/usage?from=2026-3-1", "", 400, "from must be a day such as 2026-03-31"},
		{"GET /user/ai/usage?to=2026-03-01T00:00:00Z", "", 400, "to must be a day such as 2026-03-31"},
		{"GET /user/ai/usage?from=2026-03-02&to=2026-03-01", "", 400, "to must not be before from"},
		{"GET /user/ai/usage?from=2024-03-02&to=2026-03-01", "", 400, "to must be at most 400 days after from"},
		{"GET /ideas/search", "", 400, "q is required"},
		{"GET /ideas/search?q=", "", 400, "q is required"},
		{"GET /ideas/search?q=a&mode=telepathy", "", 400, "mode must be one of: keyword, semantic"},
		{"GET /ideas/search?q=a&limit=101", "", 400, "limit must be 100 or less"},
		{"GET /ideas/search?q=" + strings.Repeat("a", 501), "", 400, "q must have at most 500 characters"},
		{"GET /ideas/by-number", "", 400, "numbers is required"},
		{"GET /ideas/by-number?numbers=1,x", "", 400, "numbers must be whole numbers with commas between them"},
		{"GET /ideas/by-number?numbers=1,,2", "", 400, "numbers must be whole numbers with commas between them"},
		{"GET /ideas/by-number?numbers=99999999999999999999", "", 400, "numbers must be whole numbers with commas between them"},
		{"GET /ideas/by-number?numbers=1" + strings.Repeat(",1", 100), "", 400, "numbers must have at most 100 entries"},
		{"GET /ideas/99", "", 404, "Idea not found"},
		{"GET /ideas/0", "", 400, "id must be 1 or more"},
		{"GET /ideas/-1", "", 400, "id must be 1 or more"},
		{"GET /ideas/one", "", 400, "id must be a whole number within 64 bits"},
		{"GET /ideas/1.0", "", 400, "id must be a whole number within 64 bits"},
		{"GET /ideas/99999999999999999999", "", 400, "id must be a whole number within 64 bits"},
		{"GET /ideas/9223372036854775807", "", 404, "Idea not found"},
		{"GET /ideas/%00", "", 400, "id has a NUL character (U+0000): remove it"},
		{"DELETE /ideas/1/links/99", "", 404, "Link not found"},
		{"DELETE /ideas/1/links/x", "", 400, "link_id must be a whole number within 64 bits"},
		{"DELETE /map/relations/99", "", 404, "Relation not found"},
		{"DELETE /tags/99", "", 404, "Tag not found"},
		{"POST /ideas/duplicates/99/merge", "", 404, "Duplicate not found"},
		{"POST /ideas/duplicates/99/dismiss", "", 404, "Duplicate not found"},
		{"DELETE /user/api-keys/ak_nonsense", "", 404, "API key not found"},
		{"DELETE /user/api-keys/%ff", "", 400, "id is not valid UTF-8: send it in UTF-8"},
		{"DELETE /user/api-keys/%00", "", 400, "id has a NUL character (U+0000): remove it"},
		{"POST /map/relations?force=perhaps", `{"source_idea_id":1,"target_idea_id":2}`, 400, "force must be true or false"},

		// Paths.
		{"GET /nothing", "", 404, "There is nothing at /api/v1/nothing: see /api/v1/openapi.json for what there is"},
		{"GET /ideas/1/nothing", "", 404, "There is nothing at /api/v1/ideas/1/nothing: see /api/v1/openapi.json for what there is"},
		{"PUT /ideas", "", 405, "PUT is not possible here: use GET, HEAD, POST"},
		{"PUT /ideas/1", "", 405, "PUT is not possible here: use GET, HEAD, PATCH, DELETE"},
		{"OPTIONS /ideas", "", 405, "OPTIONS is not possible here: use GET, HEAD, POST"},
		{"PATCH /health", "", 405, "PATCH is not possible here: use GET, HEAD"},
	}
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		as := bearer(ada.session)
		w.must(t, as, "POST /ideas", `{"title":"First","tags":["one"]}`)
		w.must(t, as, "POST /ideas", `{"title":"Second"}`)
		before := w.everything(t, ada)
		for _, test := range tests {
			name := test.what
			if len(name) > 80 {
				name = name[:80] + "…"
			}
			body := test.body
			if len(body) > 120 {
				body = body[:60] + "…" + body[len(body)-60:]
			}
			r := w.do(t, as, test.what, test.body)
			if r.status != test.status {
				t.Errorf("%s %s: status %d, want %d: %s", name, body, r.status, test.status, r.body)
				continue
			}
			if got := r.message(t); got != test.want {
				t.Errorf("%s %s:\n got %s\nwant %s", name, body, got, test.want)
			}
			if r.status == http.StatusMethodNotAllowed && r.header.Get("Allow") == "" {
				t.Errorf("%s: 405 without Allow", name)
			}
		}
		if after := w.everything(t, ada); after != before {
			t.Errorf("a refused request left a trace:\nbefore %s\nafter %s", before, after)
		}
	})
}

// everything is what a person has, and how often it was changed.
func (w *world) everything(t *testing.T, p person) string {
	t.Helper()
	seq, err := w.store.ChangeSeq(t.Context(), p.user.Owner)
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("change %d\n", seq)
	for _, what := range []string{"GET /ideas", "GET /map", "GET /tags", "GET /user/me", "GET /user/api-keys"} {
		// When a key was last used is allowed to change.
		all += w.do(t, cookie(p.session), what, "").body
	}
	return all
}

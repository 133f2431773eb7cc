package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
)

// operations returns every operation that is registered, by id.
func operations() map[string]*huma.Operation {
	s := &server{}
	return operationsOn(s, http.NewServeMux())
}

func operationsOn(s *server, mux humago.Mux) map[string]*huma.Operation {
	r := newRouter(s, mux)
	s.routes(r, mux)
	all := map[string]*huma.Operation{}
	for _, path := range r.api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post, path.Put, path.Patch, path.Delete} {
			if op != nil {
				all[op.OperationID] = op
			}
		}
	}
	return all
}

// recorder is a mux that remembers what was registered.
type recorder struct {
	*http.ServeMux
	patterns []string
}

func (r *recorder) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	r.patterns = append(r.patterns, pattern)
	r.ServeMux.HandleFunc(pattern, h)
}

// The tables of this file are made from the operations, so a route that is no
// operation would escape them.
func TestEveryRouteIsAnOperation(t *testing.T) {
	mux := &recorder{ServeMux: http.NewServeMux()}
	want := []string{"GET /api/v1/openapi.json"} // TestOpenAPIGolden has it
	for _, op := range operationsOn(&server{}, mux) {
		want = append(want, op.Method+" "+Prefix+op.Path)
		if op.OperationID == "" || op.Summary == "" || len(op.Tags) != 1 || len(op.Security) == 0 || op.Responses["400"] == nil || op.Responses["500"] == nil {
			t.Errorf("%s %s is not described in full", op.Method, op.Path)
		}
		if !isOpen(op) && op.Responses["401"] == nil {
			t.Errorf("%s does not document 401", op.OperationID)
		}
	}
	slices.Sort(want)
	slices.Sort(mux.patterns)
	if diff := cmp.Diff(want, mux.patterns); diff != "" {
		t.Errorf("routes (-operations +registered):\n%s", diff)
	}
}

// scene is a request of a story and what must come of it.
type scene struct {
	op     string // the operation it is about
	what   string
	body   string
	status int
	want   string
}

// routes walks every route with one person's ideas, in a story, and states
// every field of every answer.
func TestEveryRouteAnswersAsDocumented(t *testing.T) {
	const first = `"id":1,"number":1,"title":"Solar kettle","body":"Boil with *sun*.","status":"captured","source":"cli",
		"source_url":"https://example.org/kettle","vectorize_id":null,"tags":["energy","kitchen"],"is_archived":0,"parent_id":null,
		"processing":false,"version":1,"created_at":"<time>","updated_at":"<time>"`
	const second = `"id":2,"number":2,"title":"Wind kettle","body":null,"status":"exploring","source":"api",
		"source_url":null,"vectorize_id":null,"tags":[],"is_archived":0,"parent_id":1,
		"processing":false,"version":1,"created_at":"<time>","updated_at":"<time>"`
	const captured = `{"kind":"captured","from":null,"to":"captured","idea_number":null,"at":"<time>"}`
	const user = `"id":"<uuid>","email":"ada@example.org","avatar_url":null,"plan":"pro",
		"has_anthropic_key":false,"has_openai_key":false,"has_openrouter_key":false,"created_at":"<time>","updated_at":"<time>"`
	const relation = `"id":1,"source_idea_id":1,"target_idea_id":2,"score":null,"created_at":"<time>"`

	const spec = `"idea_id":1,"complete":true,"created_at":"<time>","updated_at":"<time>","receipt":{
		"provider":"anthropic","model":"claude-haiku-4-5-20251001","key_last4":"zAda","tokens_in":1,"tokens_cached":0,"tokens_out":3,
		"cost":0.000016,"prices_of":"<date>","cache_hit":false,"retries":0,"overhead_us":0,"duration_ms":"<number>","trimmed":[]}`

	story := []scene{
		{"getHealth", "GET /health", ``, 200, `{"status":"ok","timestamp":"<time>","version":"1.2.3"}`},

		{"createIdea", "POST /ideas",
			`{"title":"Solar kettle","body":"Boil with *sun*.","tags":["Energy","kitchen"],"source":"cli","source_url":"https://example.org/kettle"}`,
			201, `{` + first + `,"links":[],"relations":[],"history":[` + captured + `]}`},
		{"createIdea", "POST /ideas", `{"title":"Wind kettle","tags":[],"status":"exploring","parent_id":1}`,
			201, `{` + second + `,"links":[],"relations":[],"history":[{"kind":"captured","from":null,"to":"exploring","idea_number":null,"at":"<time>"}]}`},
		{"listIdeas", "GET /ideas", ``, 200, `{"ideas":[{` + second + `},{` + first + `}],"has_more":false,"next_cursor":null}`},
		{"listIdeas", "GET /ideas?limit=1", ``, 200, `{"ideas":[{` + second + `}],"has_more":true,"next_cursor":"<text>"}`},
		{"listIdeas", "GET /ideas?status=captured&tag=Energy&source=cli&sort=title&q=kett&limit=0&offset=0&archived=false", ``,
			200, `{"ideas":[{` + first + `}],"has_more":false,"next_cursor":null}`},
		{"resolveNumbers", "GET /ideas/by-number?numbers=2,9,1", ``, 200, `{"results":[{"number":1,"id":1},{"number":2,"id":2}]}`},
		{"searchIdeas", "GET /ideas/search?q=sun", ``,
			200, `{"query":"sun","search_type":"fts","results":[{` + first + `,"score":null,"reason":"words","snippet":"Boil with <mark>sun</mark>."}],"has_more":false}`},
		{"listSimilarIdeas", "GET /ideas/1/similar", ``, 200, `{"ideas":[]}`},
		{"getMeaning", "GET /meaning", ``, 200, `{"model":null,"version":null,"done":0,"total":0,"state":"off","estimate":null}`},
		{"pauseMeaning", "POST /meaning/pause", ``, 200, `{"model":null,"version":null,"done":0,"total":0,"state":"off","estimate":null}`},
		{"resumeMeaning", "POST /meaning/resume", ``, 200, `{"model":null,"version":null,"done":0,"total":0,"state":"off","estimate":null}`},
		{"listSuggestions", "GET /ideas/1/suggestions", ``, 200, `{"tags":[],"relations":[],"model_available":false}`},

		{"createLink", "POST /ideas/1/links", `{"url":"https://example.org/a","title":"A"}`,
			201, `{"id":1,"url":"https://example.org/a","title":"A","link_type":"url","created_at":"<time>"}`},
		{"createLink", "POST /ideas/1/links", `{"url":"https://github.com/a/b","link_type":"github-repo"}`,
			201, `{"id":2,"url":"https://github.com/a/b","title":null,"link_type":"github-repo","created_at":"<time>"}`},
		{"listLinks", "GET /ideas/1/links", ``, 200, `{"links":[
			{"id":1,"url":"https://example.org/a","title":"A","link_type":"url","created_at":"<time>"},
			{"id":2,"url":"https://github.com/a/b","title":null,"link_type":"github-repo","created_at":"<time>"}]}`},
		{"deleteLink", "DELETE /ideas/1/links/2", ``, 200, `{"success":true}`},

		{"createRelations", "POST /map/relations", `{"source_idea_id":1,"target_idea_id":2,"relation_type":"inspires","note":"same heat"}`,
			201, `{"relation":{` + relation + `,"relation_type":"inspires","note":"same heat"}}`},
		{"updateRelation", "PATCH /map/relations/1", `{"relation_type":"blocks","note":null}`,
			200, `{` + relation + `,"relation_type":"blocks","note":null}`},
		{"createRelations", "POST /map/relations", `{"links":[{"source_idea_id":2,"target_idea_id":1},{"source_idea_id":2,"target_idea_id":1,"relation_type":"blocks"},{"source_idea_id":1,"target_idea_id":99,"note":"x"}]}`,
			200, `{"linked":1,"errors":2,"results":[
				{"source_idea_id":2,"target_idea_id":1,"relation_type":"related","status":"created","relation_id":2},
				{"source_idea_id":2,"target_idea_id":1,"relation_type":"blocks","status":"error","error":"<text>"},
				{"source_idea_id":1,"target_idea_id":99,"relation_type":"related","status":"error","error":"<text>"}]}`},
		{"listRelations", "GET /ideas/1/relations", ``, 200, `{
			"outgoing":[{` + relation + `,"relation_type":"blocks","note":null,"idea_id":2,"idea_number":2,"idea_title":"Wind kettle","idea_status":"exploring","idea_archived":0}],
			"incoming":[{"id":2,"source_idea_id":2,"target_idea_id":1,"relation_type":"related","score":null,"note":null,"created_at":"<time>","idea_id":2,"idea_number":2,"idea_title":"Wind kettle","idea_status":"exploring","idea_archived":0}]}`},
		{"getIdea", "GET /ideas/1", ``, 200, `{` + first + `,
			"links":[{"id":1,"url":"https://example.org/a","title":"A","link_type":"url","created_at":"<time>"}],
			"relations":[
				{` + relation + `,"relation_type":"blocks","note":null,"related_idea_number":2,"related_idea_title":"Wind kettle","related_idea_status":"exploring","related_idea_archived":0},
				{"id":2,"source_idea_id":2,"target_idea_id":1,"relation_type":"related","score":null,"note":null,"created_at":"<time>","related_idea_number":2,"related_idea_title":"Wind kettle","related_idea_status":"exploring","related_idea_archived":0}],
			"history":[` + captured + `]}`},
		{"placeOnMap", "PUT /map/positions", `{"positions":[{"id":1,"x":1.5,"y":-2},{"id":99,"x":0,"y":0}]}`, 200, `{"success":true}`},
		{"deleteRelation", "DELETE /map/relations/2", ``, 200, `{"success":true}`},
		{"getMap", "GET /map", ``, 200, `{
			"nodes":[
				{"id":1,"number":1,"title":"Solar kettle","status":"captured","tags":["energy","kitchen"],"x":1.5,"y":-2},
				{"id":2,"number":2,"title":"Wind kettle","status":"exploring","tags":[],"x":null,"y":null}],
			"edges":[{"id":1,"source":1,"target":2,"relation_type":"blocks","note":null,"score":null}]}`},

		{"updateIdea", "PATCH /ideas/2", `{"status":"building","parent_id":null,"tags":["wind"],"body":"Spin."}`,
			200, `{"id":2,"number":2,"title":"Wind kettle","body":"Spin.","status":"building","source":"api",
				"source_url":null,"vectorize_id":null,"tags":["wind"],"is_archived":0,"parent_id":null,
				"processing":false,"version":2,"created_at":"<time>","updated_at":"<time>","links":[],
				"relations":[{` + relation + `,"relation_type":"blocks","note":null,"related_idea_number":1,"related_idea_title":"Solar kettle","related_idea_status":"captured","related_idea_archived":0}],
				"history":[
					{"kind":"captured","from":null,"to":"exploring","idea_number":null,"at":"<time>"},
					{"kind":"moved","from":"exploring","to":"building","idea_number":null,"at":"<time>"}]}`},
		{"updateIdeas", "PATCH /ideas/bulk", `{"ids":[1,99],"add_tags":["new"],"remove_tags":["energy"]}`,
			200, `{"updated":1,"errors":1,"results":[{"id":1,"status":"updated"},{"id":99,"status":"error","error":"Idea not found"}]}`},

		{"listTags", "GET /tags", ``, 200, `{"tags":[
			{"id":1,"name":"energy","color":null,"idea_count":0,"created_at":"<time>"},
			{"id":2,"name":"kitchen","color":null,"idea_count":1,"created_at":"<time>"},
			{"id":4,"name":"new","color":null,"idea_count":1,"created_at":"<time>"},
			{"id":3,"name":"wind","color":null,"idea_count":1,"created_at":"<time>"}]}`},
		{"listSimilarTags", "GET /tags/similar?tag=wind", ``, 200, `{"similar":[],"message":"Tag has no embedding yet"}`},
		{"createTag", "POST /tags", `{"name":"Next Year","color":"#39FF14"}`,
			201, `{"tag":{"id":5,"name":"next-year","color":"#39ff14","idea_count":0,"created_at":"<time>"}}`},
		{"updateTag", "PATCH /tags/4", `{"name":"fresh","color":"#000000"}`,
			200, `{"tag":{"id":4,"name":"fresh","color":"#000000","idea_count":1,"created_at":"<time>"}}`},
		{"deleteTag", "DELETE /tags/5", ``, 200, `{"success":true}`},

		{"archiveIdea", "DELETE /ideas/2", ``, 200, `{"success":true}`},
		{"listIdeas", "GET /ideas?archived=true", ``, 200, `{"ideas":[{"id":2,"number":2,"title":"Wind kettle","body":"Spin.","status":"building","source":"api",
			"source_url":null,"vectorize_id":null,"tags":["wind"],"is_archived":1,"parent_id":null,
			"processing":false,"version":3,"created_at":"<time>","updated_at":"<time>"}],"has_more":false,"next_cursor":null}`},
		{"restoreIdea", "POST /ideas/2/restore", ``,
			200, `{"id":2,"number":2,"title":"Wind kettle","body":"Spin.","status":"building","source":"api",
				"source_url":null,"vectorize_id":null,"tags":["wind"],"is_archived":0,"parent_id":null,
				"processing":false,"version":4,"created_at":"<time>","updated_at":"<time>","links":[],
				"relations":[{` + relation + `,"relation_type":"blocks","note":null,"related_idea_number":1,"related_idea_title":"Solar kettle","related_idea_status":"captured","related_idea_archived":0}],
				"history":[
					{"kind":"captured","from":null,"to":"exploring","idea_number":null,"at":"<time>"},
					{"kind":"moved","from":"exploring","to":"building","idea_number":null,"at":"<time>"},
					{"kind":"archived","from":null,"to":null,"idea_number":null,"at":"<time>"},
					{"kind":"restored","from":null,"to":null,"idea_number":null,"at":"<time>"}]}`},
		{"mergeIdeas", "POST /ideas/1/merge", `{"absorb_id":2}`,
			200, `{"id":1,"number":1,"title":"Solar kettle","body":"Boil with *sun*.\n\n---\n\nSpin.","status":"captured","source":"cli",
				"source_url":"https://example.org/kettle","vectorize_id":null,"tags":["kitchen","fresh","wind"],"is_archived":0,"parent_id":null,
				"processing":false,"version":4,"created_at":"<time>","updated_at":"<time>",
				"links":[{"id":1,"url":"https://example.org/a","title":"A","link_type":"url","created_at":"<time>"}],
				"relations":[{"id":3,"source_idea_id":1,"target_idea_id":2,"relation_type":"supersedes","score":null,"note":null,"created_at":"<time>",
					"related_idea_number":2,"related_idea_title":"Wind kettle","related_idea_status":"shelved","related_idea_archived":1}],
				"history":[` + captured + `,{"kind":"merged","from":null,"to":null,"idea_number":2,"at":"<time>"}]}`},

		{"listDuplicates", "GET /ideas/duplicates", ``, 200, `{"duplicates":[
			{"id":1,"idea_id":4,"duplicate_of_id":3,"similarity_score":0.875,"status":"pending","idea_title":"Twin","duplicate_title":"Original","idea_number":4,"duplicate_number":3,"created_at":"<time>"},
			{"id":2,"idea_id":5,"duplicate_of_id":3,"similarity_score":0.75,"status":"pending","idea_title":"Other","duplicate_title":"Original","idea_number":5,"duplicate_number":3,"created_at":"<time>"}]}`},
		{"dismissDuplicate", "POST /ideas/duplicates/2/dismiss", ``, 200, `{"success":true}`},
		{"mergeDuplicate", "POST /ideas/duplicates/1/merge", ``, 200, `{"success":true}`},
		{"listDuplicates", "GET /ideas/duplicates", ``, 200, `{"duplicates":[]}`},

		{"getUser", "GET /user/me", ``, 200, `{` + user + `,"display_name":"ada","settings_json":"{}"}`},
		{"updateUser", "PATCH /user/me", `{"display_name":"Ada L.","settings_json":"{\"weekly_digest\":false}"}`,
			200, `{` + user + `,"display_name":"Ada L.","settings_json":"{\"weekly_digest\":false}"}`},

		{"getProviders", "GET /user/byok/status", ``, 200, `{"providers":[{` + noKey("anthropic") + `},{` + noKey("openai") + `},{` + noKey("openrouter") + `}],"preferred":null,"active":null}`},
		{"putProviderKey", "PUT /user/byok/openrouter", `{"api_key":" ` + openRouterKey + `\n"}`,
			200, `{` + hasKey("openrouter", "beef", "untested") + `,"last_test":null,"remaining":null,"monthly_cap":null,"preferred":false,"warning":null}`},
		{"putProviderKey", "PUT /user/byok/anthropic", `{"api_key":"sk-ant-later02-0123456789-zAda"}`,
			200, `{` + hasKey("anthropic", "zAda", "untested") + `,"last_test":null,"remaining":null,"monthly_cap":null,"preferred":false,"warning":"<text>"}`},
		{"patchProviderKey", "PATCH /user/byok/openrouter", `{"monthly_cap":12.50}`,
			200, `{` + hasKey("openrouter", "beef", "untested") + `,"last_test":null,"remaining":null,"monthly_cap":12.5,"preferred":false}`},
		{"testProviderKey", "POST /user/byok/openrouter/test", ``, 200, `{"ok":true}`},
		{"testProviderKey", "POST /user/byok/openai/test", ``, 200, `{"ok":false,"error":"No OpenAI key is stored. Add one under Settings, AI providers."}`},
		{"updateUser", "PATCH /user/me", `{"settings_json":"{\"preferred_ai_provider\":\"openrouter\"}"}`, 200, `{"id":"<uuid>","email":"ada@example.org","avatar_url":null,"plan":"pro",
			"has_anthropic_key":true,"has_openai_key":false,"has_openrouter_key":true,"created_at":"<time>","updated_at":"<time>","display_name":"Ada L.","settings_json":"{\"preferred_ai_provider\":\"openrouter\"}"}`},
		{"getProviders", "GET /user/byok/status", ``, 200, `{"providers":[
			{` + hasKey("anthropic", "zAda", "untested") + `,"last_test":null,"remaining":null,"monthly_cap":null,"preferred":false},
			{` + noKey("openai") + `},
			{` + hasKey("openrouter", "beef", "usable") + `,"last_test":{"ok":true,"error":null,"verdict":"valid","at":"<time>"},"remaining":4.25,"monthly_cap":12.5,"preferred":true}],
			"preferred":"openrouter","active":"openrouter"}`},
		{"deleteProviderKey", "DELETE /user/byok/openrouter", ``, 200, `{"success":true}`},
		{"getAudit", "GET /user/byok/audit?limit=4", ``, 200, `{"entries":[
			{"number":6,"at":"<time>","action":"remove","provider":"openrouter","purpose":null,"request_id":"<request>","detail":null},
			{"number":5,"at":"<time>","action":"prefer","provider":"openrouter","purpose":null,"request_id":"<request>","detail":null},
			{"number":4,"at":"<time>","action":"test","provider":"openrouter","purpose":null,"request_id":"<request>","detail":"valid"},
			{"number":3,"at":"<time>","action":"cap","provider":"openrouter","purpose":null,"request_id":"<request>","detail":null}],"next":3}`},
		{"getAudit", "GET /user/byok/audit?before=3", ``, 200, `{"entries":[
			{"number":2,"at":"<time>","action":"set","provider":"anthropic","purpose":null,"request_id":"<request>","detail":null},
			{"number":1,"at":"<time>","action":"set","provider":"openrouter","purpose":null,"request_id":"<request>","detail":null}],"next":null}`},

		{"developIdea", "POST /ideas/1/develop", `{"instructions":"In short.","model":"Haiku"}`,
			200, `{` + spec + `,"version":1,"restored_from":null,"instructions":"In short.","body":"# Kettle\n\nHot water."}`},
		{"askForSuggestions", "POST /ideas/2/suggestions", ``,
			200, `{"tags":[{"name":"home","score":0.5,"existing":false}],"relations":[],"model_available":true}`},
		{"listSpecs", "GET /ideas/1/specs", ``, 200, `{"specs":[{` + spec + `,"version":1,"restored_from":null,"instructions":"In short."}]}`},
		{"getSpec", "GET /ideas/1/specs/1", ``,
			200, `{` + spec + `,"version":1,"restored_from":null,"instructions":"In short.","body":"# Kettle\n\nHot water."}`},
		{"restoreSpec", "POST /ideas/1/specs/1/restore", ``,
			201, `{` + spec + `,"version":2,"restored_from":1,"instructions":"In short.","body":"# Kettle\n\nHot water."}`},

		{"deleteProviderKey", "DELETE /user/byok/anthropic", ``, 200, `{"success":true}`},
		{"updateUser", "PATCH /user/me", `{"settings_json":"{\"weekly_digest\":false}"}`,
			200, `{` + user + `,"display_name":"Ada L.","settings_json":"{\"weekly_digest\":false}"}`},
		{"getAudit", "GET /user/byok/audit?limit=1", ``, 200, `{"entries":[
			{"number":8,"at":"<time>","action":"prefer","provider":null,"purpose":null,"request_id":"<request>","detail":"before: openrouter"}],"next":8}`},

		{"createAPIKey", "POST /user/api-keys", `{"label":"laptop","scopes":["ideas:read"]}`,
			201, `{"id":"<keyid>","key":"<key>","label":"laptop","scopes":["ideas:read"],"created_at":"<time>"}`},
		{"createAPIKey", "POST /user/api-keys", `{}`,
			201, `{"id":"<keyid>","key":"<key>","label":"default","scopes":["ideas:read","ideas:write"],"created_at":"<time>"}`},
		{"getSession", "GET /auth/session", ``, 200, `{"user":{` + user + `,"display_name":"Ada L.","settings_json":"{\"weekly_digest\":false}"},"setup_needed":false,"magic_link":false}`},
		{"connectCLI", "POST /auth/cli", `{"callback":"http://localhost:53123/callback"}`, 200, `{"redirect":"<text>"}`},
		{"logout", "POST /auth/logout", ``, 200, `{"success":true}`},
	}

	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		w.model.say(llmtest.Say("# Kettle\n\nHot water."), llmtest.Say(`{"tags":[{"name":"Home","fit":50}]}`))
		for _, s := range story {
			if s.what == "GET /ideas/duplicates" && !w.touched["listDuplicates"] {
				w.propose(t, ada, "Original", "Twin", "Other")
			}
			r := w.do(t, cookie(ada.session), s.what, s.body)
			if r.status != s.status {
				t.Fatalf("%s %s: status %d, want %d: %s", s.what, s.body, r.status, s.status, r.body)
			}
			checkJSON(t, s.what, r.body, s.want)
			w.touched[s.op] = true
		}
		// These have tests of their own.
		for _, op := range []string{"listAIRequests", "getAIUsage", "listModels", "streamEvents", "downloadSpec", "setUp", "login", "askMagicLink", "redeemMagicLink", "changePassword", "listAPIKeys", "deleteAPIKey", "unmergeIdeas", "reopenDuplicate",
			"listDigests", "createDigest", "getDigest", "answerStale",
			"chat", "listConversations", "deleteConversations", "getConversation", "patchConversation", "deleteConversation", "listenToAnswer",
			"resumeChat", "stopAnswer", "answerApproval", "forkConversation", "undoChange"} {
			w.touched[op] = true
		}
		for id := range operations() {
			if !w.touched[id] {
				t.Errorf("no test walks the operation %s", id)
			}
		}
	})
}

// noKey is how a provider stands without a key.
func noKey(provider string) string {
	return `"provider":"` + provider + `","configured":false,"last4":null,"preferred":false,"created_at":null,"updated_at":null,"last_used_at":null,
		"state":"none","last_test":null,"remaining":null,"monthly_cap":null,"spent_this_month":0`
}

// hasKey is a part of how one stands with a key that was never used.
func hasKey(provider, last4, state string) string {
	return `"provider":"` + provider + `","configured":true,"last4":"` + last4 + `","created_at":"<time>","updated_at":"<time>","last_used_at":null,
		"state":"` + state + `","spent_this_month":0`
}

// propose captures an idea and others that resemble it, each a little less.
func (w *world) propose(t *testing.T, p person, original string, others ...string) {
	t.Helper()
	capture := func(title string) int64 {
		return idOf(w.must(t, key(p.key), "POST /ideas", fmt.Sprintf(`{"title":%q}`, title)))
	}
	of := capture(original)
	for i, title := range others {
		number := capture(title)
		err := w.store.Write(t.Context(), p.user.Owner, func(tx idea.Tx) error {
			return tx.Duplicates.Insert(t.Context(), &idea.Duplicate{
				Idea: idea.Brief{Number: number}, Of: idea.Brief{Number: of},
				Score: 0.875 - float64(i)/8, Status: idea.DuplicatePending,
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// sample is a request that is valid in form, for each operation. IDs of 1
// are those of the first thing of their kind.
var samples = map[string]string{
	"answerStale":       `{"answer":"keep"}`,
	"listDigests":       ``,
	"createDigest":      ``,
	"getDigest":         ``,
	"createIdea":        `{"title":"An idea"}`,
	"updateIdeas":       `{"ids":[1],"status":"shelved"}`,
	"resolveNumbers":    `?numbers=1`,
	"searchIdeas":       `?q=secret`,
	"listSimilarIdeas":  ``,
	"listSuggestions":   ``,
	"askForSuggestions": ``,
	"getMeaning":        ``,
	"pauseMeaning":      ``,
	"resumeMeaning":     ``,
	"listSimilarTags":   `?tag=mine`,
	"updateIdea":        `{"status":"shelved"}`,
	"mergeIdeas":        `{"absorb_id":2}`,
	"unmergeIdeas":      `{"absorb_id":2}`,
	"developIdea":       `{}`,
	"listSpecs":         ``,
	"getSpec":           ``,
	"downloadSpec":      ``,
	"restoreSpec":       ``,
	"createLink":        `{"url":"https://example.org"}`,
	"createRelations":   `{"source_idea_id":1,"target_idea_id":2}`,
	"updateRelation":    `{"relation_type":"inspires"}`,
	"placeOnMap":        `{"positions":[{"id":1,"x":1,"y":1}]}`,
	"createTag":         `{"name":"mine"}`,
	"updateTag":         `{"name":"mine"}`,
	"updateUser":        `{"display_name":"Bob"}`,
	"createAPIKey":      `{}`,
	"setUp":             `{"token":"x","email":"eve@example.org","display_name":"Eve","password":"a password of eve"}`,
	"login":             `{"email":"eve@example.org","password":"a password of eve"}`,
	"askMagicLink":      `{"email":"eve@example.org"}`,
	"redeemMagicLink":   `{"token":"0000000000000000000000000000000000000000000000000000000000000000"}`,
	"changePassword":    `{"current_password":"a password of eve","new_password":"another password"}`,
	"putProviderKey":    `{"api_key":"` + openAIKey + `"}`,
	"patchProviderKey":  `{"monthly_cap":1}`,
	"connectCLI":        `{"callback":"http://localhost:53123/callback"}`,
	"listIdeas":         ``,
	"getIdea":           ``,
	"archiveIdea":       ``,
	"restoreIdea":       ``,
	"listDuplicates":    ``,
	"dismissDuplicate":  ``,
	"reopenDuplicate":   ``,
	"mergeDuplicate":    ``,
	"listLinks":         ``,
	"deleteLink":        ``,
	"listRelations":     ``,
	"getMap":            ``,
	"deleteRelation":    ``,
	"listTags":          ``,
	"deleteTag":         ``,
	"getUser":           ``,
	"listAPIKeys":       ``,
	"deleteAPIKey":      ``,
	"getProviders":      ``,
	"getAudit":          ``,
	"testProviderKey":   ``,
	"deleteProviderKey": ``,
	"listAIRequests":    ``,
	"getAIUsage":        ``,
	"listModels":        ``,

	"chat":                `{"message":"hello"}`,
	"listConversations":   ``,
	"deleteConversations": ``,
	"getConversation":     ``,
	"patchConversation":   `{"title":"mine"}`,
	"deleteConversation":  ``,
	"listenToAnswer":      ``,
	"resumeChat":          ``,
	"stopAnswer":          ``,
	"answerApproval":      `{"approved":true}`,
	"forkConversation":    `{"message_id":"1"}`,
	"undoChange":          ``,

	"getSession":   ``,
	"logout":       ``,
	"getHealth":    ``,
	"streamEvents": ``,
}

// sampleOf returns the request of an operation, as do takes it.
func sampleOf(t *testing.T, op *huma.Operation, apiKey string) (what, body string) {
	t.Helper()
	body, ok := samples[op.OperationID]
	if !ok {
		t.Fatalf("the operation %s has no sample: add one", op.OperationID)
	}
	path := op.Path
	if op.OperationID == "deleteAPIKey" {
		path = strings.ReplaceAll(path, "{id}", apiKey)
	}
	provider := "anthropic"
	if op.OperationID == "putProviderKey" {
		provider = "openai" // so that it makes nothing that the others name
	}
	path = strings.NewReplacer("{id}", "1", "{link_id}", "1", "{version}", "1", "{approval_id}", "1", "{change_id}", "1", "{provider}", provider).Replace(path)
	if strings.HasPrefix(body, "?") {
		path, body = path+body, ""
	}
	return op.Method + " " + path, body
}

// isOpen reports whether an operation needs no credentials.
func isOpen(op *huma.Operation) bool { return len(op.Security[0]) == 0 }

func TestNoCredentialsNoAnswer(t *testing.T) {
	w := sqliteWorld(t)
	w.person(t, "ada")
	open := map[string]bool{}
	for id, op := range operations() {
		if isOpen(op) {
			open[id] = true
			continue
		}
		for name, as := range map[string]credential{
			"nobody":           nobody,
			"no such key":      key("nrp_" + strings.Repeat("0", 64)),
			"no key at all":    key("hello"),
			"no such session":  bearer(strings.Repeat("0", 64)),
			"no such cookie":   cookie(strings.Repeat("0", 64)),
			"another scheme":   credential(nobody).and("Authorization", "Basic YTpi"),
			"an empty bearer":  bearer(""),
			"a key as a token": cookie("nrp_" + strings.Repeat("0", 64)),
		} {
			what, body := sampleOf(t, op, "ak_0123456789abcdef")
			r := w.do(t, as, what, body)
			if r.status != http.StatusUnauthorized {
				t.Errorf("%s as %s: status %d, want 401: %s", what, name, r.status, r.body)
				continue
			}
			if r.message(t) == "" || r.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s as %s: 401 without a word how: %v %s", what, name, r.header, r.body)
			}
		}
	}
	want := map[string]bool{"getHealth": true, "login": true, "askMagicLink": true, "redeemMagicLink": true, "setUp": true, "getSession": true}
	for id := range open {
		if !want[id] {
			t.Errorf("%s needs no credentials", id)
		}
	}
	for id := range want {
		if !open[id] {
			t.Errorf("%s needs credentials", id)
		}
	}
}

func TestAnotherOwnersThingsAreNotThere(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada, bob := w.person(t, "ada"), w.person(t, "bob")
		as := key(ada.key)
		// One of each thing, all of them with id 1; Bob has nothing at all.
		w.propose(t, ada, "secret one", "secret two")
		w.must(t, as, "POST /ideas/1/links", `{"url":"https://secret.example"}`)
		w.must(t, as, "POST /map/relations", `{"source_idea_id":1,"target_idea_id":2,"note":"secret"}`)
		w.must(t, as, "PATCH /ideas/1", `{"tags":["secret"],"body":"a secret"}`)
		apiKey := w.must(t, as, "POST /user/api-keys", `{"label":"secret"}`)["id"].(string)
		w.must(t, as, "PUT /user/byok/anthropic", `{"api_key":"`+anthropicKey+`"}`)
		w.model.say(llmtest.Say("a secret plan"))
		w.must(t, as, "POST /ideas/1/develop", "")
		w.model.say(llmtest.Say("a secret answer"))
		w.do(t, as, "POST /agent/chat", `{"conversation_id":"1","message":"a secret question"}`)
		snapshot := func() (all string) {
			for _, what := range []string{"GET /agent/conversations", "GET /agent/conversations/1", "GET /ideas/1/specs", "GET /ideas/1/specs/1", "GET /user/byok/status", "GET /user/byok/audit", "GET /user/ai/requests", "GET /ideas/1", "GET /ideas/2", "GET /map", "GET /tags", "GET /ideas/duplicates", "GET /user/api-keys"} {
				all += w.do(t, as, what, "").body
			}
			return all
		}
		before := snapshot()

		// What is named in the body and not in the path.
		inBody := map[string]string{
			"POST /ideas":             `{"title":"mine","parent_id":1}`,
			"POST /map/relations":     `{"source_idea_id":1,"target_idea_id":2}`,
			"POST /ideas/1/merge":     `{"absorb_id":2}`,
			"PATCH /ideas/1":          `{"parent_id":2}`,
			"POST /ideas/1/links":     `{"url":"https://example.org"}`,
			"PATCH /map/relations/1":  `{"note":"mine"}`,
			"DELETE /ideas/1/links/1": ``,
		}
		for what, body := range inBody {
			if r := w.do(t, key(bob.key), what, body); r.status != http.StatusNotFound {
				t.Errorf("%s: status %d, want 404: %s", what, r.status, r.body)
			}
		}
		// First what names something, while Bob has nothing of that name.
		all := slices.SortedFunc(maps.Values(operations()), func(a, b *huma.Operation) int {
			return strings.Count(b.Path, "{") - strings.Count(a.Path, "{")
		})
		for _, op := range all {
			if op.OperationID == "streamEvents" || op.OperationID == "logout" {
				continue // no end, and no more session
			}
			what, body := sampleOf(t, op, apiKey)
			r := w.do(t, bearer(bob.session), what, body)
			// A provider is nobody's; only a key of it is.
			ownProvider := op.OperationID == "putProviderKey" || op.OperationID == "testProviderKey"
			if strings.Contains(op.Path, "{") && !ownProvider && r.status != http.StatusNotFound {
				t.Errorf("%s: status %d, want 404: %s", what, r.status, r.body)
			}
			// The query itself comes back.
			if shown := strings.ReplaceAll(r.body, `"query":"secret"`, ""); strings.Contains(shown, "secret") || strings.Contains(shown, "ada@") || strings.Contains(shown, "zAda") {
				t.Errorf("%s shows what is not Bob's: %s", what, r.body)
			}
		}
		if after := snapshot(); after != before {
			t.Errorf("Bob changed what is Ada's:\nbefore %s\nafter %s", before, after)
		}
	})
}

func TestScopesAreEnforced(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	for id, op := range operations() {
		if isOpen(op) {
			continue
		}
		what, body := sampleOf(t, op, "ak_0123456789abcdef")
		need := ""
		for _, scopes := range op.Security[0] {
			need = strings.Join(scopes, " ")
		}
		sessionOnly := len(op.Security) == 2
		refused := func(name, apiKey string, want bool) {
			for _, as := range []credential{key(apiKey), bearer(apiKey)} {
				if !want {
					continue // TestEveryRouteAnswersAsDocumented lets the right ones in
				}
				r := w.do(t, as, what, body)
				if r.status != http.StatusForbidden {
					t.Errorf("%s with a key for %s: status %d, want 403: %s", what, name, r.status, r.body)
				} else if !sessionOnly && !strings.Contains(r.message(t), need) {
					t.Errorf("%s with a key for %s does not name the scope %s: %s", what, name, need, r.body)
				}
			}
		}
		refused("ideas:read", ada.readingKey, need == "ideas:write" || sessionOnly)
		refused("ideas:write", ada.writerKey, need == "ideas:read" || sessionOnly)
		refused("all", ada.key, sessionOnly)
		isWrite := op.Method != http.MethodGet
		if isWrite && need != "ideas:write" && !sessionOnly {
			t.Errorf("%s changes something and does not need ideas:write", id)
		}
	}
	if r := w.do(t, key(ada.readingKey), "GET /user/me", ""); r.status != http.StatusOK {
		t.Errorf("GET /user/me with a read-only key: %d %s", r.status, r.body)
	}
	if r := w.do(t, key(ada.writerKey), "GET /user/me", ""); r.status != http.StatusOK {
		t.Errorf("GET /user/me with a write-only key: %d %s", r.status, r.body)
	}
}

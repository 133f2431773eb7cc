package api

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/agent"
	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
)

// eventsOf returns the types of a stream's events, several of a kind in a row
// as one, and the text that they add up to.
func eventsOf(t *testing.T, body string) (types []string, text string) {
	t.Helper()
	for line := range strings.SplitSeq(body, "\n") {
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok {
			continue
		}
		if data == "[DONE]" {
			types = append(types, data)
			continue
		}
		var e struct{ Type, Delta string }
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if e.Type == "text-delta" {
			text += e.Delta
		}
		if n := len(types); (n == 0 || types[n-1] != e.Type) && e.Type != "message-metadata" {
			types = append(types, e.Type)
		}
	}
	return types, text
}

// A conversation from its first message to its end, by every route.
func TestConversation(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := key(w.person(t, "ada").key)
		if r := w.do(t, ada, "POST /agent/chat", `{"message":"What do I have?"}`); r.status != 403 || !strings.Contains(r.message(t), "key") {
			t.Errorf("without a key: %d %s", r.status, r.body)
		}
		w.must(t, ada, "PUT /user/byok/anthropic", `{"api_key":"`+anthropicKey+`"}`)
		w.model.say(llmtest.Say("You have *no* ideas yet."))
		r := w.do(t, ada, "POST /agent/chat", `{"conversation_id":"c1","message":"What do I have?"}`)
		if r.status != 200 || r.header.Get("X-Vercel-Ai-Ui-Message-Stream") != "v1" || r.header.Get("Content-Type") != "text/event-stream" {
			t.Fatalf("%d %v %s", r.status, r.header, r.body)
		}
		types, text := eventsOf(t, r.body)
		want := []string{"start", "start-step", "text-start", "text-delta", "text-end", "finish-step", "finish", "[DONE]"}
		if diff := cmp.Diff(want, withoutRepeats(types)); diff != "" || text != "You have *no* ideas yet." {
			t.Errorf("%q, events (-want +got):\n%s", text, diff)
		}
		const brief = `"id":"c1","title":"What do I have?","mode":"canvas","idea_id":null,"created_at":"<time>","updated_at":"<time>","running":false`
		const used = `{"tokens_in":1,"tokens_cached":0,"tokens_out":5,"cost":0.000078}`
		const said = `"messages":[
			{"id":"<text>","role":"user","parts":[{"type":"text","text":"What do I have?","state":"done"}],"metadata":{"created_at":"<time>"}},
			{"id":"<text>","role":"assistant","parts":[{"type":"step-start"},{"type":"text","text":"You have *no* ideas yet.","state":"done"}],
				"metadata":{"conversation_id":"<text>","created_at":"<time>","model":"sonnet","provider":"anthropic","usage":` + used + `,
					"context":{"used":6,"room":200000},"waiting":false,"state":"done"}}]`
		r = w.do(t, ada, "GET /agent/conversations/c1", "")
		checkJSON(t, "the conversation", r.body, `{`+brief+`,"model":null,`+said+`,"usage":`+used+`,"cards":[]}`)
		var c struct{ Messages []struct{ ID string } }
		if err := json.Unmarshal([]byte(r.body), &c); err != nil {
			t.Fatal(err)
		}

		for _, what := range []string{"GET /agent/conversations/c1/stream", "GET /agent/chat/c1/stream"} {
			if r := w.do(t, ada, what, ""); r.status != 204 {
				t.Errorf("%s: %d %s", what, r.status, r.body)
			}
		}
		w.must(t, ada, "POST /agent/conversations/c1/stop", "")
		r = w.do(t, ada, "PATCH /agent/conversations/c1", `{"title":" Bees ","model":"Haiku","cards":[{"id":"x","pinned":true},{"id":"x","collapsed":true}]}`)
		if !strings.Contains(r.body, `"title":"Bees"`) || !strings.Contains(r.body, `"model":"haiku"`) ||
			!strings.Contains(r.body, `[{"id":"x","pinned":true,"collapsed":true,"dismissed":false,"undone":false}]`) {
			t.Errorf("changed: %d %s", r.status, r.body)
		}
		fork := w.do(t, ada, "POST /agent/conversations/c1/fork", `{"message_id":"`+c.Messages[1].ID+`"}`)
		if fork.status != 201 || !strings.Contains(fork.body, "no* ideas") {
			t.Errorf("fork: %d %s", fork.status, fork.body)
		}
		for q, want := range map[string]int{"bees": 2, "NO* ideas": 2, "what": 2, "100%": 0, "": 2} {
			list := w.must(t, ada, "GET /agent/conversations?q="+strings.ReplaceAll(strings.ReplaceAll(q, "%", "%25"), " ", "%20"), "")["conversations"].([]any)
			if len(list) != want {
				t.Errorf("%q finds %d conversations, want %d", q, len(list), want)
			}
		}
		if list := w.must(t, ada, "GET /agent/conversations?limit=1", ""); list["has_more"] != true {
			t.Errorf("a page of one: %v", list)
		}
		for what, status := range map[string]int{
			"POST /agent/conversations/c1/approvals/none": 404, "POST /agent/conversations/c1/changes/none/undo": 404,
			"POST /agent/conversations/c2/stop": 404, "DELETE /agent/conversations/c2": 404, "GET /agent/conversations/c2": 404,
		} {
			body := ""
			if strings.Contains(what, "approvals") {
				body = `{"approved":true}`
			}
			if r := w.do(t, ada, what, body); r.status != status {
				t.Errorf("%s: %d %s", what, r.status, r.body)
			}
		}
		w.must(t, ada, "DELETE /agent/conversations/c1", "")
		w.must(t, ada, "DELETE /agent/conversations", "")
		if list := w.must(t, ada, "GET /agent/conversations", "")["conversations"].([]any); len(list) != 0 {
			t.Errorf("after all were removed there are %v", list)
		}
	})
}

// withoutRepeats makes one of a pair that comes again: text may come in as
// many pieces as it likes.
func withoutRepeats(types []string) (out []string) {
	for _, s := range types {
		if n := len(out); n == 0 || out[n-1] != s {
			out = append(out, s)
		}
	}
	return out
}

func TestReadChatRequest(t *testing.T) {
	yes, no := true, false
	for name, tt := range map[string]struct {
		body      string
		want      agent.Question
		decisions []agent.Decision
		fault     string
	}{
		"ours": {body: `{"conversation_id":"a","message":"hi","model":"sonnet","mode":"map","idea_id":3}`,
			want: agent.Question{Conversation: "a", Text: "hi", Model: "sonnet", Mode: "map", Idea: 3}},
		"the SDK's": {body: `{"id":"a","trigger":"submit-message","messages":[{"id":"m0","role":"assistant","parts":[]},{"id":"m1","role":"user","parts":[{"type":"text","text":"one"},{"type":"file"},{"type":"text","text":"two"}]}]}`,
			want: agent.Question{Conversation: "a", Text: "one\ntwo", Message: "m1"}},
		"an edit": {body: `{"id":"a","messageId":"m1","messages":[{"id":"m1","role":"user","parts":[{"type":"text","text":"one"}]}]}`,
			want: agent.Question{Conversation: "a", Text: "one", Message: "m1", Replaces: "m1"}},
		"again":      {body: `{"id":"a","trigger":"regenerate-message","messageId":"m2","messages":[]}`, want: agent.Question{Conversation: "a", Again: "m2"}},
		"last again": {body: `{"id":"a","trigger":"regenerate-message"}`, want: agent.Question{Conversation: "a", Again: agent.Last}},
		"approvals": {body: `{"id":"a","messageId":"m2","messages":[{"id":"m2","role":"assistant","parts":[
				{"type":"tool-x","state":"output-available","approval":{"id":"p0","approved":true}},
				{"type":"tool-x","state":"approval-responded","approval":{"id":"p1","approved":true}},
				{"type":"tool-x","state":"approval-responded","approval":{"id":"p2","approved":false}}]}]}`,
			want:      agent.Question{Conversation: "a", Replaces: "m2"},
			decisions: []agent.Decision{{Approval: "p1", Approved: yes}, {Approval: "p2", Approved: no}}},
		"an answer at the end": {body: `{"id":"a","messages":[{"id":"m2","role":"assistant","parts":[]}]}`, fault: "messages must end"},
		"a system message":     {body: `{"id":"a","messages":[{"id":"m2","role":"system","parts":[]}]}`, fault: "messages must end"},
		"a bad id":             {body: `{"id":"a/b","message":"x"}`, fault: "conversation_id must be"},
		"a trigger":            {body: `{"id":"a","message":"x","trigger":"now"}`, fault: "trigger must be"},
		"again what":           {body: `{"trigger":"regenerate-message"}`, fault: "conversation_id must name"},
	} {
		t.Run(name, func(t *testing.T) {
			var c ChatRequest
			if err := json.Unmarshal([]byte(tt.body), &c); err != nil {
				t.Fatal(err)
			}
			q, decisions, err := c.read()
			if tt.fault != "" {
				if err == nil || !strings.HasPrefix(err.Error(), tt.fault) {
					t.Errorf("error %v, want %q", err, tt.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, q); diff != "" {
				t.Errorf("question (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.decisions, decisions); diff != "" {
				t.Errorf("decisions (-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever a client sends, it is read or refused, and what is read can be an
// id.
func FuzzReadChatRequest(f *testing.F) {
	f.Add(`{"conversation_id":"a","message":"hi"}`)
	f.Add(`{"id":"a","messages":[{"role":"assistant","parts":[{"state":"approval-responded","approval":{"id":"x","approved":true}}]}]}`)
	f.Add(`{"id":"a","trigger":"regenerate-message"}`)
	f.Fuzz(func(t *testing.T, body string) {
		var c ChatRequest
		if json.Unmarshal([]byte(body), &c) != nil {
			return
		}
		q, decisions, err := c.read()
		if err != nil {
			return
		}
		if q.Conversation != "" && conversation.CheckID("", q.Conversation) != nil {
			t.Errorf("%s names the conversation %q", body, q.Conversation)
		}
		if q.Again != "" && (q.Text != "" || len(decisions) > 0) {
			t.Errorf("%s is two things at once", body)
		}
	})
}

// What was told piece by piece adds up to what is told at once.
func TestTellerAddsUp(t *testing.T) {
	input := json.RawMessage(`{"id":3}`)
	call := func(s conversation.CallState) *conversation.Call {
		c := &conversation.Call{ID: "k", Tool: "get_idea", Title: "Read", State: s}
		if s != conversation.Forming {
			c.Input = input
		} else {
			c.Raw = `{"id"`
		}
		if s == conversation.Asking || s == conversation.Forbidden {
			c.Approval = "ok"
		}
		if s == conversation.Broken {
			c.Error = "Idea not found"
		}
		return c
	}
	part := func(s conversation.CallState) conversation.Part {
		return conversation.Part{Kind: conversation.Tool, Call: call(s)}
	}
	step := conversation.Part{Kind: conversation.Step}
	for name, tt := range map[string]struct {
		states [][]conversation.Part
		end    conversation.State
		want   string
	}{
		"text": {[][]conversation.Part{{step}, {step, {Kind: conversation.Text, Text: "a"}}, {step, {Kind: conversation.Text, Text: "ab", Over: true}}}, conversation.Done,
			"start start-step text-start text-delta text-end finish-step finish"},
		"a tool": {[][]conversation.Part{{step, part(conversation.Forming)}, {step, part(conversation.Formed)}, {step, part(conversation.Answered), step}}, conversation.Done,
			"start start-step tool-input-start tool-input-delta tool-input-available tool-output-available finish-step start-step finish-step finish"},
		"a failed tool": {[][]conversation.Part{{step, part(conversation.Broken)}}, conversation.Done,
			"start start-step tool-input-start tool-input-available tool-output-error finish-step finish"},
		"denied": {[][]conversation.Part{{step, part(conversation.Asking)}, {step, part(conversation.Forbidden)}}, conversation.Done,
			"start start-step tool-input-start tool-input-available tool-approval-request tool-output-denied finish-step finish"},
		"stopped": {[][]conversation.Part{{step}}, conversation.Stopped, "start start-step finish-step abort finish"},
		"failed":  {[][]conversation.Part{{}}, conversation.Failed, "start error finish"},
	} {
		t.Run(name, func(t *testing.T) {
			var bit, whole []string
			types := func(events []AgentEvent) (all []string) {
				for _, e := range events {
					all = append(all, e.Type)
				}
				return all
			}
			slow := &teller{id: "c"}
			for k, parts := range tt.states {
				over := k == len(tt.states)-1
				m := conversation.Message{ID: "m", Role: llm.Assistant, State: conversation.Running, Parts: parts}
				if over {
					m.State, m.Error = tt.end, "why"
				}
				bit = append(bit, types(slow.tell(m, over))...)
				if over {
					whole = types((&teller{id: "c"}).tell(m, true))
				}
			}
			var dense []string
			for _, s := range withoutRepeats(bit) {
				if s != "message-metadata" {
					dense = append(dense, s)
				}
			}
			if got := strings.Join(dense, " "); got != tt.want {
				t.Errorf("told piece by piece:\n%s\nwant\n%s", got, tt.want)
			}
			told := strings.ReplaceAll(tt.want, "tool-input-delta ", "") // what is formed is told as it is
			if got := strings.Join(whole, " "); got != told {
				t.Errorf("told at once:\n%s\nwant\n%s", got, told)
			}
		})
	}
}

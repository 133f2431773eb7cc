package main

import (
	"net/http/httptest"
	"slices"
	"testing"
)

// least is how many tasks the set has at least.
const least = 40

// The agent and its tools do every task when a script plays the model.
func TestScripted(t *testing.T) {
	all, err := tasks()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < least {
		t.Errorf("there are %d tasks, fewer than %d", len(all), least)
	}
	for r := range scriptedRun(t, all) {
		t.Run(r.task.Name, func(t *testing.T) {
			if r.err != nil {
				t.Fatal(r.err)
			}
			for _, miss := range r.misses {
				t.Error(miss)
			}
			if t.Failed() {
				t.Logf("everything that was answered:\n%s", r.heard.All)
			}
		})
	}
}

// A model that says it did something and did nothing is found out, in every
// task that wants a tool, a card or an approval.
func TestLazyModel(t *testing.T) {
	all, err := tasks()
	if err != nil {
		t.Fatal(err)
	}
	var lazy []task
	for _, task := range all {
		w := task.Want
		if len(w.Cards)+len(w.Tools) == 0 && (w.Asked == nil || !*w.Asked) {
			continue
		}
		task.Script = slices.Clone(task.Script)
		for i := range task.Script {
			task.Script[i] = []scriptedReply{{Text: "It is done: all of it, from #1 to #99, with a block of text."}}
		}
		lazy = append(lazy, task)
	}
	for r := range scriptedRun(t, lazy) {
		if r.err != nil {
			t.Errorf("%s: %v", r.task.Name, r.err)
		} else if len(r.misses) == 0 {
			t.Errorf("%s: a model that does nothing passes", r.task.Name)
		}
	}
}

// scriptedRun does tasks with the script and yields how each went.
func scriptedRun(t *testing.T, all []task) func(func(result) bool) {
	return func(yield func(result) bool) {
		m := asked{script: &scripted{}, wire: "scripted", model: standIn}
		s := httptest.NewServer(m.script)
		defer s.Close()
		m.baseURL = s.URL + "/v1"
		var results []result
		if err := run(t.Context(), all, m, func(r result) { results = append(results, r) }); err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if !yield(r) {
				return
			}
		}
	}
}

func TestMisses(t *testing.T) {
	yes, no, two := true, false, 2
	l := library{
		ideas: map[int64]wireIdea{
			1: {1, "Rain barrel", "Runs over.", "captured", false, []string{"garden"}},
			2: {2, "Compost", "", "shelved", true, nil},
		},
		relations: []wantRelation{{1, 2, "blocks"}, {2, 1, "related"}},
	}
	h := heard{Text: "See #1.", All: "See #1.", Tools: []string{"get_idea"}, Cards: []string{"idea_card"}, Asked: true}
	for name, test := range map[string]struct {
		want want
		miss string
	}{
		"all of it": {want{Ideas: []wantIdea{{Number: 1, Title: "BARREL", Body: "over", Tags: []string{"garden"}}, {Title: "compost", Archived: &yes}},
			Relations: []wantRelation{{1, 2, "blocks"}, {1, 2, "related"}}, Says: []string{"#1"}, Tools: []string{"get_idea"}, Cards: []string{"idea_card"}, Asked: &yes}, ""},
		"count":        {want{Count: &two}, "there are 1 ideas, not 2"},
		"archived":     {want{Ideas: []wantIdea{{Number: 2}}}, "no idea is #2"},
		"tag":          {want{Ideas: []wantIdea{{Tags: []string{"water"}}}}, `no idea is tags "water"`},
		"no tag":       {want{Ideas: []wantIdea{{Number: 1, NoTags: []string{"garden"}}}}, `no idea is #1 no tags "garden"`},
		"direction":    {want{Relations: []wantRelation{{2, 1, "blocks"}}}, `#2 and #1 have no relation "blocks"`},
		"unrelated":    {want{Unrelated: [][2]int64{{2, 1}}}, "#2 and #1 are related"},
		"not said":     {want{Says: []string{"#2"}}, `the answer does not say "#2"`},
		"said":         {want{Never: []string{"see"}}, `"see" was answered`},
		"not called":   {want{Tools: []string{"list_tags"}}, "list_tags was not called"},
		"called":       {want{NotTools: []string{"get_idea"}}, "get_idea was called"},
		"no card":      {want{Cards: []string{"summary"}}, "no card summary was shown"},
		"asked anyhow": {want{Asked: &no}, "the agent asked for approval: true, not false"},
	} {
		t.Run(name, func(t *testing.T) {
			got := test.want.misses(h, l)
			if test.miss == "" && got != nil || test.miss != "" && !slices.Equal(got, []string{test.miss}) {
				t.Errorf("misses %q, want %q", got, test.miss)
			}
		})
	}
}

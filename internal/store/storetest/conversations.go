package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// talk returns a conversation of two messages that is not stored yet.
func talk(id string) conversation.Conversation {
	yes := true
	return conversation.Conversation{
		ID: id, Title: "Bees über alles", Model: "sonnet", Mode: conversation.Map, Idea: 7,
		Cards:   []conversation.CardState{{ID: "card", Pinned: true}},
		Allowed: []string{"archive_idea"},
		Dropped: conversation.Usage{In: 3, Cost: 5, Unpriced: true},
		Hold:    conversation.Hold{Holder: "a", Until: at(60)}, CreatedAt: at(1), UpdatedAt: at(2),
		Messages: []conversation.Message{
			conversation.Said("m1", "What about 100% honey_pots?", at(1)),
			{ID: "m2", Role: llm.Assistant, State: conversation.Waiting, CreatedAt: at(2), Model: "sonnet", Provider: "anthropic",
				Usage: conversation.Usage{In: 1, Out: 2, Cost: 3}, Context: conversation.Context{Used: 4, Room: 5},
				Changes: []conversation.Change{{ID: "x", What: []byte(`{"kind":"edited"}`)}},
				Parts: []conversation.Part{
					{Kind: conversation.Step}, {Kind: conversation.Text, Text: "„Honig“ \\ ' \" 🐝", Over: true},
					{Kind: conversation.Tool, Call: &conversation.Call{ID: "k", Tool: "archive_idea", State: conversation.Asking, Input: []byte(`{"id":1}`), Approval: "ap", Approved: &yes}},
					{Kind: conversation.Card, Card: &artifact.Card{ID: "card", Type: artifact.IdeaCard, Data: []byte(`{}`)}},
					{Kind: conversation.Told, Notice: &conversation.Notice{ID: "n", Kind: conversation.Limit, Text: "long"}},
				}},
		},
	}
}

func testConversations(t *testing.T, s suite) {
	ctx := t.Context()
	put := func(t *testing.T, who owner.ID, c conversation.Conversation) {
		t.Helper()
		must(t, s.EditConversation(ctx, who, c.ID, func(to *conversation.Conversation) error {
			*to = c
			return nil
		}))
	}
	get := func(t *testing.T, who owner.ID, id string) conversation.Conversation {
		t.Helper()
		c, err := s.Conversation(ctx, who, id)
		must(t, err)
		return c
	}
	ids := func(t *testing.T, who owner.ID, q conversation.Query) (all []string) {
		t.Helper()
		if q.Limit == 0 {
			q.Limit = 10
		}
		list, err := s.Conversations(ctx, who, q)
		must(t, err)
		for _, b := range list {
			all = append(all, b.ID)
		}
		return all
	}

	t.Run("kept as it is", func(t *testing.T) {
		who := s.owner(t)
		put(t, who, talk("c"))
		want(t, "conversation", get(t, who, "c"), talk("c"))
		edited := talk("c")
		edited.Title, edited.Model, edited.Hold, edited.UpdatedAt = "Other", "", conversation.Hold{}, at(9)
		edited.Messages = append(edited.Messages[:1:1], conversation.Said("m3", "more", at(3)), conversation.Said("m4", "and more", at(4)))
		put(t, who, edited)
		want(t, "edited", get(t, who, "c"), edited)
		edited.Messages = edited.Messages[:1]
		put(t, who, edited)
		want(t, "cut", get(t, who, "c"), edited)
	})

	t.Run("an edit that fails", func(t *testing.T) {
		who := s.owner(t)
		fail := errors.New("no")
		for range 2 {
			err := s.EditConversation(ctx, who, "c", func(c *conversation.Conversation) error {
				if !c.CreatedAt.IsZero() || c.ID != "c" {
					t.Errorf("a conversation that is not there: %v", c)
				}
				*c = talk("c")
				return fail
			})
			if !errors.Is(err, fail) {
				t.Errorf("error %v", err)
			}
		}
		_, err := s.Conversation(ctx, who, "c")
		wantFault(t, "nothing is stored", err, fault.NotFound)
	})

	t.Run("found", func(t *testing.T) {
		who := s.owner(t)
		for k, id := range []string{"a", "b", "c"} {
			c := talk(id)
			c.UpdatedAt = at(10 + k)
			if id == "b" {
				c.Title, c.Messages = "Wasps", nil
			}
			put(t, who, c)
		}
		for q, found := range map[string][]string{
			"": {"c", "b", "a"}, "UBER": {"c", "a"}, "wasp": {"b"}, "100%": {"c", "a"}, "100_": nil, "%": {"c", "a"}, "honey_pot": {"c", "a"},
			"honig": {"c", "a"}, `\ '`: {"c", "a"}, "archive_idea": nil, "hornets": nil,
		} {
			want(t, "found by "+q, ids(t, who, conversation.Query{Text: q}), found)
		}
		want(t, "a page", ids(t, who, conversation.Query{Limit: 1, Offset: 1}), []string{"b"})
		list, err := s.Conversations(ctx, who, conversation.Query{Text: "honey", Limit: 1})
		must(t, err)
		want(t, "snippet", list[0].Snippet, "What about 100% honey_pots?")
	})

	t.Run("an answer that grows", func(t *testing.T) {
		who := s.owner(t)
		put(t, who, talk("c"))
		m := talk("c").Messages[1]
		m.Parts = append(m.Parts, conversation.Part{Kind: conversation.Text, Text: "more nectar"})
		stopping, err := s.KeepMessage(ctx, who, "c", "a", m, at(90))
		must(t, err)
		c := get(t, who, "c")
		want(t, "kept", c.Messages, []conversation.Message{talk("c").Messages[0], m})
		want(t, "held", c.Hold, conversation.Hold{Holder: "a", Until: at(90)})
		want(t, "stopping", stopping, false)
		want(t, "found", ids(t, who, conversation.Query{Text: "nectar"}), []string{"c"})
		must(t, s.EditConversation(ctx, who, "c", func(c *conversation.Conversation) error {
			c.Hold.Stopping = true
			return nil
		}))
		stopping, err = s.KeepMessage(ctx, who, "c", "a", m, time.Time{})
		must(t, err)
		want(t, "stopping", stopping, true)
		want(t, "given back", get(t, who, "c").Hold.Holder, "")
		m.Parts = nil
		_, err = s.KeepMessage(ctx, who, "c", "a", m, at(90))
		wantFault(t, "by who does not hold it", err, fault.Conflict)
		_, err = s.KeepMessage(ctx, who, "d", "a", m, at(90))
		wantFault(t, "of none", err, fault.NotFound)
		want(t, "not changed", len(get(t, who, "c").Messages[1].Parts), 6)
	})

	t.Run("taken back at a start", func(t *testing.T) {
		who := s.owner(t)
		put(t, who, talk("c"))
		must(t, s.ReleaseConversations(ctx))
		want(t, "held", get(t, who, "c").Hold, conversation.Hold{})
	})

	t.Run("removed", func(t *testing.T) {
		who := s.owner(t)
		for _, id := range []string{"a", "b", "c"} {
			put(t, who, talk(id))
		}
		must(t, s.DeleteConversation(ctx, who, "b"))
		wantFault(t, "again", s.DeleteConversation(ctx, who, "b"), fault.NotFound)
		want(t, "left", len(ids(t, who, conversation.Query{})), 2)
		must(t, s.DeleteConversations(ctx, who))
		want(t, "left", ids(t, who, conversation.Query{}), nil)
		put(t, who, conversation.Conversation{ID: "a", Mode: conversation.Canvas, CreatedAt: at(1), UpdatedAt: at(1)})
		want(t, "messages of one with an old id", len(get(t, who, "a").Messages), 0)
	})

	t.Run("somebody else's", func(t *testing.T) {
		ada, eve := s.owner(t), s.owner(t)
		put(t, ada, talk("c"))
		_, err := s.Conversation(ctx, eve, "c")
		wantFault(t, "read", err, fault.NotFound)
		want(t, "listed", ids(t, eve, conversation.Query{Text: "bees"}), nil)
		_, err = s.KeepMessage(ctx, eve, "c", "a", conversation.Message{}, at(9))
		wantFault(t, "kept", err, fault.NotFound)
		wantFault(t, "removed", s.DeleteConversation(ctx, eve, "c"), fault.NotFound)
		must(t, s.DeleteConversations(ctx, eve))
		own := talk("c")
		own.Title = "Eve's"
		put(t, eve, own)
		want(t, "under the same id", get(t, ada, "c"), talk("c"))
	})

	t.Run("published", func(t *testing.T) {
		news := make(heard, 10)
		options := s.fresh(t)
		options.Publisher = news
		other := open(t, options)
		own := suite{other, s.fresh}
		who := newOwner(t, other)
		change := func(seq int64) heardChange {
			return heardChange{who, live.Change{Seq: seq, Conversations: []string{"c"}}}
		}
		must(t, own.EditConversation(ctx, who, "c", func(c *conversation.Conversation) error { *c = talk("c"); return nil }))
		want(t, "made", <-news, change(1))
		must(t, own.EditConversation(ctx, who, "c", func(*conversation.Conversation) error { return nil }))
		_, err := own.KeepMessage(ctx, who, "c", "a", talk("c").Messages[1], at(90))
		must(t, err)
		_, err = own.KeepMessage(ctx, who, "c", "a", talk("c").Messages[1], time.Time{})
		must(t, err)
		want(t, "given back, and nothing in between", <-news, change(2))
		must(t, own.DeleteConversation(ctx, who, "c"))
		want(t, "removed", <-news, change(3))
	})
}

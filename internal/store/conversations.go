package store

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/conversation"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

const noConversation = "Conversation not found"

// conversationColumns are what scanConversation reads, of the table
// conversations c.
const conversationColumns = `c.id, c.title, c.model, c.mode, c.idea, c.cards, c.allowed, c.dropped,
	c.holder, c.held_until, c.stopping, c.created_at, c.updated_at`

func scanConversation(r row) (c conversation.Conversation, err error) {
	err = scanConversationAnd(r, &c)
	return c, err
}

func scanConversationAnd(r row, c *conversation.Conversation, more ...any) error {
	var cards, allowed, dropped string
	var until, created, updated int64
	err := r.Scan(append([]any{&c.ID, &c.Title, &c.Model, &c.Mode, &c.Idea, &cards, &allowed, &dropped,
		&c.Hold.Holder, &until, &c.Hold.Stopping, &created, &updated}, more...)...)
	if err != nil {
		return err
	}
	c.Hold.Until, c.CreatedAt, c.UpdatedAt = timeUnlessZero(until), timeOf(created), timeOf(updated)
	for _, column := range []struct {
		text string
		to   any
	}{{cards, &c.Cards}, {allowed, &c.Allowed}, {dropped, &c.Dropped}} {
		if err := json.Unmarshal([]byte(column.text), column.to); err != nil {
			return fmt.Errorf("read conversation %s: %w", c.ID, err)
		}
	}
	return nil
}

// conversationOf reads one with its messages, and the messages as they are
// stored.
func conversationOf(ctx context.Context, q querier, who owner.ID, id string) (c conversation.Conversation, stored []string, err error) {
	c, err = one(ctx, q, noConversation, scanConversation,
		`SELECT `+conversationColumns+` FROM conversations c WHERE c.owner = $1 AND c.id = $2`, who, id)
	if err != nil {
		return c, nil, err
	}
	stored, err = all(ctx, q, text,
		`SELECT message FROM messages WHERE owner = $1 AND conversation = $2 ORDER BY position`, who, id)
	if err != nil {
		return c, nil, err
	}
	c.Messages = make([]conversation.Message, len(stored))
	for k, message := range stored {
		if err := json.Unmarshal([]byte(message), &c.Messages[k]); err != nil {
			return c, nil, fmt.Errorf("read a message of conversation %s: %w", id, err)
		}
	}
	return c, stored, nil
}

// Conversation is of the port conversation.Store.
func (s *Store) Conversation(ctx context.Context, who owner.ID, id string) (c conversation.Conversation, err error) {
	err = s.engine.snapshot(ctx, func(q querier) error {
		c, _, err = conversationOf(ctx, q, who, id)
		return err
	})
	return c, err
}

// snippetLength is how many characters a snippet has at most.
const snippetLength = 160

// Conversations is of the port conversation.Store.
func (s *Store) Conversations(ctx context.Context, who owner.ID, q conversation.Query) (list []conversation.Brief, err error) {
	var a arguments
	condition, found := "c.owner = "+a.next(who), "''"
	if folded := strings.TrimSpace(words.Fold(q.Text)); folded != "" {
		like := a.next("%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(folded) + "%")
		in := `FROM messages m WHERE m.owner = c.owner AND m.conversation = c.id AND m.words LIKE ` + like + ` ESCAPE '\'`
		condition += ` AND (c.words LIKE ` + like + ` ESCAPE '\' OR EXISTS (SELECT 1 ` + in + `))`
		found = `COALESCE((SELECT m.message ` + in + ` ORDER BY m.position LIMIT 1), '')`
	}
	text := `SELECT ` + conversationColumns + `, ` + found + ` FROM conversations c WHERE ` + condition +
		` ORDER BY c.updated_at DESC, c.id DESC LIMIT ` + a.next(q.Limit) + ` OFFSET ` + a.next(q.Offset)
	err = s.engine.single(ctx, func(conn querier) error {
		list, err = all(ctx, conn, func(r row) (b conversation.Brief, err error) {
			var message string
			if err = scanConversationAnd(r, &b.Conversation, &message); err != nil || message == "" {
				return b, err
			}
			var m conversation.Message
			if err = json.Unmarshal([]byte(message), &m); err == nil {
				b.Snippet = around(m.Texts(), q.Text)
			}
			return b, err
		}, text, a.list...)
		return err
	})
	return list, err
}

// around returns the part of a text where something is, or else its
// beginning.
func around(text, what string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	at := 0
	if i := strings.Index(strings.ToLower(string(runes)), strings.ToLower(strings.TrimSpace(what))); i > 0 {
		at = min(len([]rune(strings.ToLower(string(runes))[:i])), len(runes))
	}
	from := max(0, at-snippetLength/4)
	to := min(len(runes), from+snippetLength)
	snippet := string(runes[from:to])
	if from > 0 {
		snippet = "…" + snippet
	}
	if to < len(runes) {
		snippet += "…"
	}
	return snippet
}

// EditConversation is of the port conversation.Store.
func (s *Store) EditConversation(ctx context.Context, who owner.ID, id string, f func(*conversation.Conversation) error) error {
	return s.write(ctx, who, func(t *transaction) error {
		c, before, err := conversationOf(ctx, t.querier, who, id)
		fresh := fault.Is(err, fault.NotFound)
		if err != nil && !fresh {
			return err
		}
		if fresh {
			// Nothing failed: there is no row, which is no error of a statement.
			c = conversation.Conversation{ID: id}
		}
		old := c
		old.Messages = nil
		if err := f(&c); err != nil {
			return err
		}
		if err := t.putConversation(ctx, c, old, fresh); err != nil {
			return err
		}
		return t.putMessages(ctx, c, before)
	})
}

func encoded(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// putConversation stores what belongs to a conversation besides its messages.
func (t *transaction) putConversation(ctx context.Context, c, old conversation.Conversation, fresh bool) error {
	c.Messages = nil
	if !fresh && reflect.DeepEqual(c, old) {
		return nil
	}
	t.change.Add(live.Change{Conversations: []string{c.ID}})
	cards, err := encoded(c.Cards)
	if err != nil {
		return err
	}
	allowed, err := encoded(c.Allowed)
	if err != nil {
		return err
	}
	dropped, err := encoded(c.Dropped)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		INSERT INTO conversations (owner, id, title, model, mode, idea, cards, allowed, dropped, words,
			holder, held_until, stopping, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (owner, id) DO UPDATE SET title = excluded.title, model = excluded.model, mode = excluded.mode,
			idea = excluded.idea, cards = excluded.cards, allowed = excluded.allowed, dropped = excluded.dropped,
			words = excluded.words, holder = excluded.holder, held_until = excluded.held_until,
			stopping = excluded.stopping, updated_at = excluded.updated_at`,
		t.who, c.ID, c.Title, c.Model, string(c.Mode), c.Idea, cards, allowed, dropped, words.Fold(c.Title),
		c.Hold.Holder, microsUnlessZero(c.Hold.Until), c.Hold.Stopping, micros(c.CreatedAt), micros(c.UpdatedAt))
	return err
}

// putMessages stores the messages that are not what they were before.
func (t *transaction) putMessages(ctx context.Context, c conversation.Conversation, before []string) error {
	for k := range c.Messages {
		text, err := encoded(c.Messages[k])
		if err != nil {
			return err
		}
		if k < len(before) && before[k] == text {
			continue
		}
		t.change.Add(live.Change{Conversations: []string{c.ID}})
		if err := t.putMessage(ctx, c.ID, k, c.Messages[k], text); err != nil {
			return err
		}
	}
	if len(before) <= len(c.Messages) {
		return nil
	}
	t.change.Add(live.Change{Conversations: []string{c.ID}})
	_, err := t.exec(ctx, `DELETE FROM messages WHERE owner = $1 AND conversation = $2 AND position >= $3`,
		t.who, c.ID, len(c.Messages))
	return err
}

func (t *transaction) putMessage(ctx context.Context, id string, position int, m conversation.Message, text string) error {
	_, err := t.exec(ctx, `
		INSERT INTO messages (owner, conversation, position, message, words) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (owner, conversation, position) DO UPDATE SET message = excluded.message, words = excluded.words`,
		t.who, id, position, text, words.Fold(m.Texts()))
	return err
}

// KeepMessage is of the port conversation.Store.
func (s *Store) KeepMessage(ctx context.Context, who owner.ID, id, holder string, m conversation.Message, until time.Time) (stopping bool, err error) {
	text, err := encoded(m)
	if err != nil {
		return false, err
	}
	err = s.write(ctx, who, func(t *transaction) error {
		c, err := one(ctx, t, noConversation, scanConversation,
			`SELECT `+conversationColumns+` FROM conversations c WHERE c.owner = $1 AND c.id = $2`, who, id)
		if err != nil {
			return err
		}
		if c.Hold.Holder != holder {
			return fault.New(fault.Conflict, "Somebody else goes on with this conversation")
		}
		stopping = c.Hold.Stopping
		last, err := one(ctx, t, noConversation, number,
			`SELECT COALESCE(MAX(position), 0) FROM messages WHERE owner = $1 AND conversation = $2`, who, id)
		if err != nil {
			return err
		}
		if err := t.putMessage(ctx, id, int(last), m, text); err != nil {
			return err
		}
		if until.IsZero() {
			t.change.Add(live.Change{Conversations: []string{id}})
			holder = ""
		}
		_, err = t.exec(ctx, `UPDATE conversations SET holder = $3, held_until = $4 WHERE owner = $1 AND id = $2`,
			who, id, holder, microsUnlessZero(until))
		return err
	})
	return stopping, err
}

// DeleteConversation is of the port conversation.Store.
func (s *Store) DeleteConversation(ctx context.Context, who owner.ID, id string) error {
	return s.write(ctx, who, func(t *transaction) error {
		t.change.Add(live.Change{Conversations: []string{id}})
		return changed(ctx, t, noConversation, `DELETE FROM conversations WHERE owner = $1 AND id = $2`, who, id)
	})
}

// DeleteConversations is of the port conversation.Store.
func (s *Store) DeleteConversations(ctx context.Context, who owner.ID) error {
	return s.write(ctx, who, func(t *transaction) error {
		ids, err := all(ctx, t, text, `DELETE FROM conversations WHERE owner = $1 RETURNING id`, who)
		t.change.Add(live.Change{Conversations: ids})
		return err
	})
}

// ReleaseConversations takes back what any process holds. It is for the start
// of one that knows that it is alone.
func (s *Store) ReleaseConversations(ctx context.Context) error {
	return s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `UPDATE conversations SET holder = '', held_until = 0 WHERE holder <> ''`)
		return err
	})
}

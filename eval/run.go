package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/app"
	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// asked is which model answers.
type asked struct {
	script   *scripted   // set if none does
	baseURL  string      // of a server with OpenAI's API, the scripted one too
	token    secret.Text // that it asks for, if it does
	wire     string      // what the model is called there
	provider string      // instead: one that people have keys for
	key      secret.Text
	model    string // of the registry; it is what the server's model stands for
	models   string // a registry to use in place of the program's own
}

// result is how a task went.
type result struct {
	task   task
	heard  heard
	misses []string // what is not as it should be
	err    error    // the program did not do its part: no model is to blame for it
	took   time.Duration
}

// patience is how long a task may take. A small model on a small machine
// writes a few words a second.
const patience = 10 * time.Minute

// run has every task done by a program of its own, in a library of its own.
func run(ctx context.Context, all []task, m asked, each func(result)) (err error) {
	folder, err := os.MkdirTemp("", "neuralrepo-eval-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	quiet := slog.New(slog.DiscardHandler)
	cfg := config.Config{
		Storage:    config.Storage{Data: folder, Durability: "normal"},
		Addr:       "127.0.0.1:0",
		Plan:       "pro",
		DailyLimit: 1_000_000,
		AI: config.AI{
			WorkersURL: m.baseURL, WorkersToken: m.token, Models: m.models,
			WorkersModels:     map[string]string{m.model: m.wire},
			RequestsPerMinute: 10_000, Streams: 50,
		},
		// Their meaning is not what is measured, and takes longer than all the rest.
		Meaning: config.Meaning{Embedder: "none", EmbedWorkers: 1, VectorMegabytes: 64},
	}
	if m.baseURL == "" {
		cfg.WorkersModels = nil
	}
	keys, err := people(ctx, cfg.Storage, len(all), quiet)
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, "eval", quiet)
	if err != nil {
		return err
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = errors.Join(err, a.Stop(stopping))
	}()
	if err := a.Start(); err != nil {
		return err
	}
	for i, t := range all {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		each(m.do(ctx, client{a.URL() + "/api/v1", keys[i]}, t))
	}
	return nil
}

// people makes n accounts and returns an API key of each.
func people(ctx context.Context, cfg config.Storage, n int, log *slog.Logger) (keys []string, err error) {
	err = app.WithAccounts(ctx, cfg, account.Pro, log, func(all *account.Accounts) error {
		for i := range n {
			u, err := all.AddUser(ctx, account.NewUser{Email: fmt.Sprintf("person%d@example.org", i), DisplayName: "Somebody"})
			if err != nil {
				return err
			}
			key, _, err := all.CreateAPIKey(ctx, account.Caller{User: u, Scopes: account.Scopes}, account.KeyDraft{})
			if err != nil {
				return err
			}
			keys = append(keys, key.Reveal())
		}
		return nil
	})
	return keys, err
}

// do does a task.
func (m asked) do(ctx context.Context, c client, t task) result {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	begin := time.Now()
	r := result{task: t}
	r.err = m.talk(ctx, c, t, &r.heard)
	r.took = time.Since(begin)
	if r.err != nil {
		return r
	}
	l, err := c.read(ctx)
	if err != nil {
		r.err = err
		return r
	}
	r.misses = t.Want.misses(r.heard, l)
	if m.script != nil {
		if n := m.script.left(); n > 0 {
			r.misses = append(r.misses, fmt.Sprintf("%d answers of the script were not asked for", n))
		}
	}
	return r
}

// talk prepares a library and says what the person says.
func (m asked) talk(ctx context.Context, c client, t task, h *heard) error {
	if err := m.prepare(ctx, c, t); err != nil {
		return err
	}
	for i, text := range t.Say {
		if m.script != nil {
			m.script.play(t.Script[i])
		}
		body := map[string]any{"message": text, "model": m.model}
		if h.Conversation != "" {
			body["conversation_id"] = h.Conversation
		}
		if t.Focus != 0 {
			body["idea_id"] = t.Focus
		}
		if t.Mode != "" {
			body["mode"] = t.Mode
		}
		if err := c.say(ctx, h, body, t.Approve); err != nil {
			return err
		}
	}
	return nil
}

func (m asked) prepare(ctx context.Context, c client, t task) error {
	if m.provider != "" {
		key := map[string]any{"api_key": m.key.Reveal()}
		if err := c.call(ctx, http.MethodPut, "/user/byok/"+m.provider, key, nil); err != nil {
			return err
		}
	}
	if t.Settings != nil {
		b, err := json.Marshal(t.Settings)
		if err != nil {
			return err
		}
		if err := c.call(ctx, http.MethodPatch, "/user/me", map[string]any{"settings_json": string(b)}, nil); err != nil {
			return err
		}
	}
	for i, s := range t.Ideas {
		number := int64(i + 1)
		draft := map[string]any{"title": s.Title, "body": s.Body, "tags": append([]string{}, s.Tags...)}
		if s.Status != "" {
			draft["status"] = s.Status
		}
		if err := c.call(ctx, http.MethodPost, "/ideas", draft, nil); err != nil {
			return err
		}
		for _, r := range s.Relations {
			edge := map[string]any{"source_idea_id": number, "target_idea_id": r.To, "relation_type": r.Type}
			if err := c.call(ctx, http.MethodPost, "/map/relations", edge, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// line is what the table says of a task.
func (r result) line() string {
	verdict := "done"
	switch {
	case r.err != nil:
		verdict = "BROKEN: " + r.err.Error()
	case len(r.misses) > 0:
		verdict = "missed: " + strings.Join(r.misses, "; ")
	}
	return fmt.Sprintf("%-34s %6.1f s %3d rounds %3d calls  %s", r.task.Name, r.took.Seconds(), r.heard.Rounds, len(r.heard.Tools), verdict)
}

package app

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/digest/writer"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

const (
	// letterWorkers is how many letters are written at a time. Most of that
	// time they wait for models.
	letterWorkers = 8
	// letterLook is how soon a turn is found that settings have moved.
	letterLook = 5 * time.Second
	// letterHold is longer than a letter takes to gather.
	letterHold = 30 * time.Second
	// farTurn is further ahead than any turn: a week, the distance that it may
	// have to keep, and a day of clocks.
	farTurn = 13 * 24 * time.Hour
)

// letters writes digests in the background.
type letters struct {
	app     *App
	replies *digest.Replies
	writer  *writer.Writer
	runner  *job.Runner
	running background
}

// newLetters puts it together.
func (a *App) newLetters(ideas *idea.Repository, key secret.Text, p pace) (*letters, error) {
	var signs []secret.Text
	for _, k := range append([]secret.Text{key}, a.cfg.Previous()...) {
		derived, err := hkdf.Key(sha256.New, []byte(k.Reveal()), nil, "neuralrepo letters 1", 32)
		if err != nil {
			return nil, fmt.Errorf("derive the key of links in letters: %w", err)
		}
		signs = append(signs, secret.New(string(derived)))
	}
	links := digest.NewLinks(signs[0], a.cfg.PublicURL, signs[1:]...)
	l := &letters{app: a, replies: digest.NewReplies(links, a.store, ideas, a.store, nil)}
	parts := writer.Parts{
		Store:       a.store,
		Turns:       a.store.Turns(),
		People:      a.store,
		Connections: a.ai.tools,
		Keys:        a.ai.keys,
		Models:      a.ai.gateway,
		Registry:    a.ai.models,
		Prices:      a.ai.prices,
		Links:       links,
		Zone:        localZone(),
		Log:         a.log,
	}
	if a.cfg.Mail.Sends() {
		parts.Mail = a.store
	}
	l.writer = writer.New(parts)
	l.runner = job.New(a.store.Turns(), l.writer.Do, job.Options{
		Workers: letterWorkers, Hold: max(p.hold, letterHold), Look: letterLook, Log: a.log,
	})
	return l, nil
}

// start begins to write what is due.
func (l *letters) start() {
	l.running = begin(func(ctx context.Context) {
		l.app.takeBack(ctx, "letters whose writing was begun before are written later", l.app.store.Turns().ReleaseAllJobs)
		l.runner.Run(ctx)
	})
}

// stop ends the writing that is under way; it is done at the next start.
func (l *letters) stop() {
	if l != nil {
		l.running.end()
	}
}

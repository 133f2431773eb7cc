package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/app"
	"github.com/neuralrepo/neuralrepo/internal/config"
)

// stopTime is how long requests that are under way may take when the server
// is asked to stop.
const stopTime = 15 * time.Second

type serve struct {
	config.Config
}

// Run serves until the context ends.
func (c *serve) Run(ctx context.Context, t terminal) error {
	log := c.Logger(t.err)
	log.Debug("configuration", "config", c.Config)
	a, err := app.New(ctx, c.Config, versionOf(), log)
	if err != nil {
		return err
	}
	return errors.Join(serveUntil(ctx, a, t), stop(ctx, a))
}

// serveUntil starts the server and returns when the context ends, or earlier
// with an error.
func serveUntil(ctx context.Context, a *app.App, t terminal) error {
	if err := a.Start(); err != nil {
		return err
	}
	welcome, err := a.Welcome(ctx)
	if ctx.Err() != nil {
		return nil // asked to stop while the welcome was made
	}
	if err != nil {
		return err
	}
	fmt.Fprint(t.out, welcome)
	select {
	case <-ctx.Done():
		t.say("Stopping. A second signal stops at once.")
		return nil
	case err := <-a.Failed():
		return err
	}
}

func stop(ctx context.Context, a *app.App) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	return a.Stop(ctx)
}

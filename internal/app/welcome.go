package app

import (
	"context"
	"strings"
)

// Welcome returns what the operator should read once the server has started:
// where it listens, where the data is and what to open. While nobody has an
// account, that is the link to make the first one; it is a secret.
func (a *App) Welcome(ctx context.Context) (string, error) {
	needed, err := a.accounts.SetupNeeded(ctx)
	if err != nil {
		return "", err
	}
	open := strings.TrimRight(a.cfg.PublicURL, "/")
	if open == "" {
		open = a.URL()
	}
	lines := []string{"NeuralRepo " + a.version + " listens on " + a.URL()}
	if a.cfg.DatabaseURL.Empty() {
		lines = append(lines, "The data is in "+a.folder)
	} else {
		lines = append(lines, "The data is in PostgreSQL")
	}
	lines = append(lines, a.notices...)
	if needed {
		// Behind the # it stays in the browser: no server or proxy logs it.
		lines = append(lines, "Nobody has an account yet. Make yours at", "", "    "+open+"/setup#"+a.setup.Reveal(), "")
	} else {
		lines = append(lines, "Open "+open)
	}
	return strings.Join(lines, "\n") + "\n", nil
}

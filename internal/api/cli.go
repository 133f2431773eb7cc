package api

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// cliLabel is the label of the keys that this way of signing in makes.
const cliLabel = "CLI (auto-generated)"

type connectCLI struct{ Body CLILogin }

// connectCLI makes an API key and says where to take it. The key goes to an
// address that a link brought along, so nothing but this machine is let pass.
func (s *server) connectCLI(ctx context.Context, who account.Caller, in *connectCLI) (*answer[CLIRedirect], error) {
	callback, err := parseCallback(in.Body.Callback)
	if err != nil {
		return nil, err
	}
	key, _, err := s.Accounts.CreateAPIKey(ctx, who, account.KeyDraft{Label: cliLabel})
	if err != nil {
		return nil, err
	}
	// Set, so that a link cannot bring a key of its own and have the client
	// write somebody's ideas into another account.
	query := callback.Query()
	query.Set("api_key", key.Reveal())
	callback.RawQuery = query.Encode()
	return ok(CLIRedirect{callback.String()}), nil
}

// parseCallback checks where a command-line client listens: plain http, one
// of the names of the loopback host, and a port.
func parseCallback(text string) (*url.URL, error) {
	wrong := fault.OfField("callback", "must be an address like http://localhost:53123/callback on this machine")
	// What parsers disagree about, browsers and this one, is not let near
	// them: white space, backslashes and control characters.
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == '\\' || r >= 0x7f }) {
		return nil, wrong
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" || u.Opaque != "" || u.User != nil || u.Fragment != "" || strings.Contains(text, "#") {
		return nil, wrong
	}
	switch u.Host[:len(u.Host)-len(u.Port())] {
	case "localhost:", "127.0.0.1:", "[::1]:":
	default:
		return nil, wrong
	}
	if port, err := strconv.ParseUint(u.Port(), 10, 16); err != nil || port == 0 {
		return nil, wrong
	}
	return u, nil
}
